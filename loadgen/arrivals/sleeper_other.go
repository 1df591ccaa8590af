//go:build !linux

package arrivals

import (
	"context"
	"time"
)

// A Sleeper waits for moments, as punctually as the runtime's timers are.
type Sleeper struct{ ctx context.Context }

// NewSleeper returns a sleeper that sleeps no more when ctx is over. It has to be closed.
func NewSleeper(ctx context.Context) (*Sleeper, error) { return &Sleeper{ctx: ctx}, nil }

// Until returns true at the moment t, or a little later, and never earlier. It returns false as soon as the sleeper's
// context is over, however far away t is.
func (s *Sleeper) Until(t time.Time) bool {
	if s.ctx.Err() != nil {
		return false
	}
	wait := time.Until(t)
	if wait <= 0 {
		return true
	}
	select {
	case <-time.After(wait):
		return true
	case <-s.ctx.Done():
		return false
	}
}

// Close ends the sleeper.
func (*Sleeper) Close() {}
