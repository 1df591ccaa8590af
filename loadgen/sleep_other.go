//go:build !linux

package loadgen

import (
	"context"
	"time"
)

// A sleeper waits for moments, as punctually as the runtime's timers are.
type sleeper struct{ ctx context.Context }

// newSleeper returns a sleeper that sleeps no more when ctx is over. It has to be closed.
func newSleeper(ctx context.Context) (*sleeper, error) { return &sleeper{ctx: ctx}, nil }

// until returns true at the moment t, or a little later, and never earlier. It returns false as soon as the sleeper's
// context is over, however far away t is.
func (s *sleeper) until(t time.Time) bool {
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

// close ends the sleeper.
func (*sleeper) close() {}
