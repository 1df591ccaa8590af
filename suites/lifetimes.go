package suites

import (
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/steady"
)

// lifetimes knows how old codes are and how long they live. Three clocks are involved: this machine's, the driver's and the
// platform's, which may be advanced during the run. The zero value knows no code.
type lifetimes struct {
	births   map[string]birth
	declared time.Duration // declares.codeTTL; 0 where it is not declared
	kept     bool          // the codes were issued before the run, so that they may be near their end
	ahead    time.Duration // how far the platform's clock is ahead of this machine's, by its answers
	least    time.Duration // the least that a code was said to have left before the clock was advanced; 0 where none was
}

// A birth says when a code was requested, by this machine's clock.
type birth struct {
	at       time.Time
	advanced time.Duration // how far the run had advanced the platform's clock
	left     time.Duration // until the end that the driver named; 0 where it named none, or the clock had been advanced
}

// born records a code. Once the clock was advanced, it is not known by which clock the driver says when a code ends.
func (l *lifetimes) born(code assay.Code, began time.Time, advanced time.Duration) {
	if l.births == nil {
		l.births = map[string]birth{}
	}
	b := birth{at: began, advanced: advanced}
	if advanced == 0 && !code.ExpiresAt.IsZero() {
		b.left = steady.Left(code.ExpiresAt, began)
		if l.least == 0 || b.left < l.least {
			l.least = b.left
		}
	}
	l.births[code.Code] = b
}

// unlikely is a lifetime that no code has that somebody is to use. A driver that names an end so near has another clock.
const unlikely = 10 * time.Second

// life is the lifetime of a code, given what is left of it by this machine's clock; 0 where that is not known. The driver may
// mean the platform's clock. The declared lifetime is the longest.
func (l *lifetimes) life(left time.Duration) time.Duration {
	if left == 0 {
		return l.declared
	}
	least, most := min(left, left-l.ahead), max(left, left-l.ahead)
	switch {
	case l.declared > 0 && most < min(unlikely, l.declared) && !l.kept:
		return l.declared
	case l.declared > 0:
		return min(l.declared, max(most, 1))
	case least < unlikely:
		return max(most, 0)
	default:
		return least
	}
}

// shortest is the shortest lifetime that is known of a code; 0 where none is.
func (l *lifetimes) shortest() time.Duration { return l.life(l.least) }

// of is how old a code is by the platform's clock, and how long it lives; known is false for a code that the run was not
// given.
func (l *lifetimes) of(code string, now time.Time, advanced time.Duration) (old, life time.Duration, known bool) {
	b, known := l.births[code]
	if !known {
		return 0, 0, false
	}
	if b.left == 0 {
		b.left = l.least
	}
	return now.Sub(b.at) + advanced - b.advanced, l.life(b.left), true
}

// agesOf is how long ago a code was issued by the platform's clock, without and with what others have moved it, and how long the
// code lives. All are 0 where that is not known.
func (s *Session) agesOf(code string) (own, old, life time.Duration) {
	s.minter.mu.Lock()
	defer s.minter.mu.Unlock()
	own, life, _ = s.minter.of(code, s.now(), time.Duration(s.advanced.Load()))
	if !s.mayMove() {
		return own, own, life
	}
	return own, own + s.minter.moved(code), life
}

// old is how long ago a code was issued, by the platform's clock; 0 where that is not known.
func (s *Session) old(code string) time.Duration {
	_, old, _ := s.agesOf(code)
	return old
}

// age is how much of its lifetime a code has used up: 1 where it has expired, 0 where its lifetime is not known.
func (s *Session) age(code string) float64 {
	_, old, life := s.agesOf(code)
	return share(old, life)
}

func share(old, life time.Duration) float64 {
	if life == 0 {
		return 0
	}
	return float64(old) / float64(life)
}
