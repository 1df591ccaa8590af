package loadgen

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/internal/steady"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/phrase"
)

// movedBy is how far an API server's clock has to be from where it was for a refusal to say nothing: codes that were minted before
// are over then. No clock that is only set right moves as far. Codes that live for a short time are over sooner, but no clock is moved
// on purpose by less than leastMove.
const movedBy, leastMove = 30 * time.Second, 3 * time.Second

// telling is movedBy for codes with a lifetime; 0 is a lifetime that is not known.
func telling(life time.Duration) time.Duration {
	if life == 0 {
		return movedBy
	}
	return min(movedBy, max(life/4, leastMove))
}

// A clock is where the clock of an API server was at its first accepted exchange. A test platform's clock can be moved, as assay test
// does through a driver that offers advance: then another run uses the platform of this one. The zero value is ready, and safe for
// concurrent use.
type clock struct {
	seen  atomic.Bool // an accepted exchange
	first atomic.Pointer[offset]
}

// An offset has the bounds of how far a clock is ahead of this machine's.
type offset struct{ least, most time.Duration }

// accepted notes the Date of the first accepted exchange: reading a header costs more than most exchanges may.
func (c *clock) accepted(a *engine.Answer) {
	if c.seen.Load() || c.seen.Swap(true) {
		return
	}
	if now, ok := aheadBy(a); ok {
		c.first.Store(&now)
	}
}

// refused is an error if the clock is not where it was, so that codes with a lifetime may be over.
func (c *clock) refused(a *engine.Answer, server string, life time.Duration) error {
	before := c.first.Load()
	now, ok := aheadBy(a)
	if before == nil || !ok {
		return nil
	}
	if moved := max(now.least-before.most, before.least-now.most); moved > telling(life) {
		return movedBecause(server, moved, steady.Set())
	}
	return nil
}

// movedBecause says why a server's clock moved, given how far this machine's clock has been set forward: while it is suspended, every
// other clock moves.
func movedBecause(server string, moved, set time.Duration) error {
	if (set - moved).Abs() < leastMove {
		return phrase.Failed(phrase.LoadSuspended, server, moved.Round(time.Second))
	}
	return phrase.Failed(phrase.LoadClockMoved, server, moved.Round(time.Second))
}

// aheadBy reads the Date of an answer, which has no fractions and was written between the request and the answer; false without one.
func aheadBy(a *engine.Answer) (offset, bool) {
	date, err := http.ParseTime(a.From.Header().Get("Date"))
	if err != nil {
		return offset{}, false
	}
	return offset{least: date.Sub(steady.At(a.Done)), most: date.Add(time.Second).Sub(steady.At(a.Sent))}, true
}

// lifetime is the shortest that is known of codes; 0 where none is.
func (t *traffic) lifetime() time.Duration {
	var shortest time.Duration
	for _, m := range t.minters {
		if life := m.Lifetime(); life > 0 && (shortest == 0 || life < shortest) {
			shortest = life
		}
	}
	return shortest
}
