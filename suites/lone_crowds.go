package suites

import (
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
}

// enoughLone crowds, and none of which two were let through, show that none will be.
const enoughLone = 6

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
	lone.saw(len(exchanges), len(filter(exchanges, isDecided)), limited)
	return exchanges
}
