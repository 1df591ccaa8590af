//go:build !linux

package arrivals

import (
	"context"
	"time"
)

// A Sleeper waits for moments, as punctually as the runtime's timers. It is for one goroutine at a time.
type Sleeper struct{ ctx context.Context }

// NewSleeper returns a sleeper that stops waiting when ctx is over. It has to be closed.
func NewSleeper(ctx context.Context) (*Sleeper, error) { return &Sleeper{ctx: ctx}, nil }

// Until returns true at the moment t or as soon after as possible, never earlier. It returns false as soon as the sleeper's
// context is over.
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

// Close does nothing: the timers belong to the runtime.
func (*Sleeper) Close() {}
