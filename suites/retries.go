package suites

import (
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/reproduce"
)

// retries bounds the time of the isolated retries of a run: together they may take as long as one exchange. They tell how
// often a failure shows, and decide nothing.
type retries struct {
	mu    sync.Mutex
	spent time.Duration
	cuts  time.Duration // spent on attempts whose connections ended
}

// cut counts the time of an attempt that ended connections kept from being decided, and reports whether there is time for more.
func (l *retries) cut(took, limit time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cuts += took
	return l.cuts <= limit
}

// allow reports whether there is time for another retry, which may take as long as the failed attempt did.
func (l *retries) allow(cost, limit time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.spent+cost <= limit
}

func (l *retries) took(spent time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spent += spent
}

// retryAlone retries a failed body alone and records both attempts. It turns no failure into a pass but that of a gateway which could not
// reach the service, once: another request may have ended it, and http.no-5xx and limits.survives judge that.
func (t *Trial) retryAlone(body func(*Trial), first *Trial) {
	if t.solo || t.ctx.Err() != nil || !t.session.retries.allow(first.cost(), t.session.silence.limit) {
		return
	}
	defer t.session.slots.alone()()
	again, began := first.child(first.situation), time.Now()
	again.siblings, again.solo = nil, true
	again.settle(body)
	t.session.retries.took(time.Since(began))
	// Only an attempt that was decided, and right, may be called so.
	const unseen = " (not seen again in an isolated retry)"
	remark := unseen
	switch verdict := again.verdict(); {
	case again.violated():
		remark = " (confirmed by an isolated retry)"
	case verdict == assay.Error || verdict == assay.Untested:
		remark = " (an isolated retry was inconclusive)"
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	if first.unserved > 0 && first.unserved == len(first.findings) && again.verdict() == assay.Pass {
		first.findings, first.verdicts, first.unserved = nil, nil, 0
		return
	}
	for i := range first.findings {
		first.findings[i].Actual += remark
		if remark == unseen { // nor would a script show it, which is alone as well
			first.findings[i].Reproduce = first.among(reproduce.Command(first.findings[i].Reproduce))
		}
		secondLook(&first.findings[i], again.exchanges)
	}
}

// among adds to a command line those that sign in most users, where every sign-in of a run is judged.
func (t *Trial) among(line string) string {
	if t.session.judgesAll[t.requirement.ID] {
		return reproduce.With(line, busiest(t.Endpoint)...)
	}
	return line
}

// cost is how long the exchanges of the trial took.
func (t *Trial) cost() time.Duration {
	var sum time.Duration
	for _, x := range t.exchanges {
		sum += x.Took
	}
	return sum
}
