package suites

import (
	"context"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
)

// loneCrowds counts simultaneous requests of which a rate limit let one through at most. A limit without a burst never lets two through,
// however long the run waits. The zero value is ready.
type loneCrowds struct {
	mu      sync.Mutex
	several bool // two of a crowd were let through
	lone    int

	asking sync.Mutex // held while pairs are tried
	asked  bool
}

// enoughLone crowds, and none of which two were let through, show that none will be.
const enoughLone = 6

// enoughPairs of requests, each with one that was let through and one that was not, show it as well. They are tried once, after a crowd
// that was limited, mostPairs of them at most.
const pair, enoughPairs, mostPairs = 2, 3, 6

// saw learns from a crowd of n. A large one takes so long that a limit lets several through, one after the other.
func (l *loneCrowds) saw(n, decided int, limited bool) {
	const small = 4
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case decided > 1 && (n <= small || 2*decided >= n):
		l.several = true
	case decided <= 1 && n <= small && limited:
		l.lone++
	}
}

func (l *loneCrowds) never() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.several && l.lone >= enoughLone
}

// raceIfAble is Race for what is judged of two answers. The trial is untested where a rate limit never lets two requests through.
func (t *Trial) raceIfAble(requests []client.Request) []assay.Exchange {
	lone := &t.session.loneCrowds
	if lone.never() {
		t.Untested(phrase.NoTwoAtOnce)
	}
	exchanges := t.Race(requests)
	limited := false
	for _, x := range exchanges {
		limited = limited || t.session.pace.showsLimit(x)
	}
	decided := len(filter(exchanges, isDecided))
	lone.saw(len(exchanges), decided, limited)
	if limited && decided <= 1 {
		t.session.tryPairs(t.ctx, t.replica)
	}
	return exchanges
}

// tryPairs tries, once in a run, whether two requests at once are ever let through. They are not recorded, and wait like any other
// crowd. Otherwise each larger crowd would be sent again and again, a second apart.
func (s *Session) tryPairs(ctx context.Context, replica int) {
	lone := &s.loneCrowds
	lone.asking.Lock()
	defer lone.asking.Unlock()
	if lone.asked {
		return
	}
	lone.asked = true
	m := &limitMeter{session: s, ctx: ctx, replica: replica}
	for tried, apart := 0, 0; apart < enoughPairs; tried++ {
		if tried == mostPairs || ctx.Err() != nil || m.lost {
			return
		}
		s.turn(ctx, pair)
		passed := pair
		for _, response := range m.answers(pair) {
			if x := (assay.Exchange{Response: response}); s.pace.showsLimit(x) {
				s.learnPace(x, true) // its Retry-After delays the next pair
				passed--
			}
		}
		switch passed {
		case pair:
			return
		case 1:
			apart++
		}
	}
	lone.mu.Lock()
	defer lone.mu.Unlock()
	lone.lone = max(lone.lone, enoughLone)
}
