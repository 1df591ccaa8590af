package loadgen

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
)

// A phase is a part of a run with figures of its own: the warm-up, what is measured, a step of a search.
type phase struct {
	name     string
	schedule arrivals.Schedule // nil in a closed loop
	duration time.Duration
	start    time.Time

	round
	number  atomic.Uint64      // of a closed loop's next exchange, counted through the whole run
	open    sync.WaitGroup     // arrivals that were taken and are not settled
	codes   context.Context    // until when a worker waits for a code
	enough  context.CancelFunc // ends codes
	over    atomic.Bool        // a closed loop begins no more exchanges
	turns   sync.Mutex         // held while a closed loop begins an exchange, so that they begin in the order of their numbers
	offered atomic.Int64       // arrivals that have become due, but for those that wait for a worker
	unsent  atomic.Int64       // of those, what was never sent
	crowded atomic.Int64       // of those, what had to wait for a worker
	ledger  *ledger.Recorder
	lost    func(arrival) // is told what was never sent; nil for nobody

	book
}

// A book is what has been written down of a phase, once a second.
type book struct {
	total, latest *ledger.Window
	seconds       []benchmark.Second
	written       int64 // of the offered arrivals, in seconds
	elapsed       time.Duration
	spent         time.Duration // from the start to the end of the phase's time, or to that of the run; 0 before
	achieved      int64         // exchanges answered as they should be by then
	before, after usage
	codes0        benchmark.Codes // as they stood at the start
	quit, done    chan struct{}   // ends the entries, and is closed after the last of them
}

// The names of phases.
const (
	WarmUp   = "warm-up"
	Measured = "measured"
)

func newPhase(ctx context.Context, name string, schedule arrivals.Schedule, duration time.Duration) *phase {
	p := &phase{name: name, schedule: schedule, duration: duration, ledger: ledger.NewRecorder(),
		book: book{total: ledger.NewWindow(), latest: ledger.NewWindow()}}
	p.codes, p.enough = context.WithCancel(ctx)
	return p
}

func (p *phase) closed() bool { return p.schedule == nil }

// An arrival is one turn of a phase.
type arrival struct {
	n     uint64 // of the run
	due   time.Time
	phase *phase
}

// again is the next arrival of a closed loop; false when its time is over.
func (p *phase) again() (arrival, bool) {
	p.turns.Lock()
	defer p.turns.Unlock()
	if p.over.Load() || p.codes.Err() != nil {
		return arrival{}, false
	}
	p.offered.Add(1)
	p.open.Add(1)
	return arrival{n: p.number.Add(1) - 1, due: time.Now(), phase: p}, true
}

// end says that the phase's time is over: from then on nothing more is opened.
func (p *phase) end() {
	p.turns.Lock()
	defer p.turns.Unlock()
	p.over.Store(true)
}

// settle closes an arrival.
func (p *phase) settle(a arrival, sent bool) {
	if !sent {
		p.unsent.Add(1)
		if p.lost != nil {
			p.lost(a)
		}
	}
	p.open.Done()
}

// rate is the intended rate at a moment after the start; 0 in a closed loop.
func (p *phase) rate(at time.Duration) float64 {
	if p.closed() || at > p.duration {
		return 0
	}
	return p.schedule.Rate(at)
}

// note writes down what was counted since the last time; last says that it is the last time. Arrivals that are overdue are
// waiting for a worker.
func (p *phase) note(inFlight, pool int, overdue int64, last bool) benchmark.Second {
	p.ledger.Collect(p.latest)
	p.total.Add(p.latest)
	p.elapsed = time.Since(p.start)
	c, offered := p.latest.Counts(), max(p.written, p.offered.Load()+overdue)
	times := &p.latest.Times
	second := benchmark.Second{Second: p.now(last), Offered: offered - p.written, Answered: c.Sum(), Accepted: c[ledger.Accepted],
		InFlight: int64(inFlight), Pool: int64(pool)}
	if second.Answered > 0 {
		second.P50, second.P90 = inSeconds(times.Response.ValueAtQuantile(50)), inSeconds(times.Response.ValueAtQuantile(90))
		second.P99, second.Max = inSeconds(times.Response.ValueAtQuantile(99)), inSeconds(times.Response.Max())
		second.Late = inSeconds(times.Lateness.ValueAtQuantile(99))
	}
	for i, n := range c {
		switch verdict := ledger.Verdict(i); {
		case verdict.Wrong():
			second.Wrong += n
		case !verdict.Right():
			second.Failed += n
		}
	}
	p.written = offered
	if second.Offered+second.Answered > 0 || !p.over.Load() { // while it drains, there may be nothing to tell
		p.seconds = append(p.seconds, second)
	}
	return second
}

// now is the second that is written down: the one that is just over or, the last time, the one that has begun. Every row has
// one of its own.
func (b *book) now(last bool) int {
	now := int(b.elapsed/time.Second) - 1
	if last {
		now = int((b.elapsed - time.Second/20) / time.Second) // what follows at once is no second
	}
	if n := len(b.seconds); n > 0 {
		now = max(now, b.seconds[n-1].Second+1)
	}
	return max(now, 0)
}

// sum is the ledger of the phase.
func (b *book) sum() benchmark.Exchanges {
	sum := b.total.Counts().Exchanges(b.total.Attempts)
	sum.Uncompared = b.total.Uncompared
	return sum
}

func inSeconds(nanoseconds int64) float64 { return rounded(float64(nanoseconds) / 1e9) }

// rounded leaves a figure the digits that mean something: of a time, a tenth of a microsecond.
func rounded(x float64) float64 { return math.Round(x*1e7) / 1e7 }
