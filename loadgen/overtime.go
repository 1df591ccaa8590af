package loadgen

import (
	"sync"
	"time"

	"github.com/unified-login/assay/loadgen/ledger"
)

// An overtime counts the arrivals whose correct answers came after the time of their phase, by the second. It is safe for
// concurrent use.
type overtime struct {
	mu    sync.Mutex
	right []int64
}

// count adds n arrivals that were answered some time after the end of the phase.
func (o *overtime) count(after time.Duration, n int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	second := int(after / time.Second)
	for len(o.right) <= second {
		o.right = append(o.right, 0)
	}
	o.right[second] += n
}

// answered counts an exchange whose answer came after the phase's time. A race is one arrival.
func (p *phase) answered(x *ledger.Exchange, verdict ledger.Verdict, tried ledger.Attempts) {
	n := -tried.Surplus()
	if verdict.Right() {
		n++
	}
	if after := x.Answer.Done.Sub(p.Start()) - p.duration(); after >= 0 && n != 0 && !p.Closed() {
		p.overtime.count(after, n)
	}
}

// A backlog is what was left to be answered at the end of a phase.
type backlog struct {
	left    int64 // arrivals
	most    int64 // of them in one second
	seconds int   // from the first to the last of them
	half    int   // until half of them had come
}

func (o *overtime) backlog() (b backlog) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range o.right {
		b.left, b.most = b.left+n, max(b.most, n)
	}
	var so int64
	for _, n := range o.right {
		if so == 0 && n == 0 {
			continue // a target that is slow, and keeps up
		}
		if b.seconds++; 2*so < b.left {
			b.half = b.seconds
		}
		so += n
	}
	return b
}

// behind reports whether the target fell behind the schedule, and how many arrivals it still answered after its time. A target that
// is slow, but keeps up, answers them as fast as they were due.
func (p *phase) behind() (left int64, behind bool) {
	const (
		large = 0.1 // of what was answered: less is no backlog
		soon  = 2   // seconds: a stall ends, and then everything is answered at once
		slow  = 0.8
	)
	if p.Closed() || p.spent < p.duration() {
		return 0, false
	}
	b := p.overtime.backlog()
	if float64(b.left) < large*float64(p.total.Right()) || b.half <= soon {
		return b.left, false
	}
	over := min(p.duration(), time.Duration(b.seconds)*time.Second)
	wasDue := perSecondOf(p.due(p.duration(), 0)-p.due(p.duration()-over, 0), over)
	return b.left, float64(b.most) < slow*wasDue
}
