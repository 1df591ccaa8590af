package driver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/unified-login/assay"
)

// How long a driver may take to answer if the caller's context allows it: enough for a host app on a slow simulator, and
// short enough to notice a hanging driver soon. Hello may include the start of the driver.
const (
	startLimit = 60 * time.Second
	askLimit   = 30 * time.Second
)

// limits are the time for the answer to hello, and to every other request.
type limits struct{ start, ask time.Duration }

func (l limits) of(op assay.Op) time.Duration {
	if op == assay.OpHello {
		return l.start
	}
	return l.ask
}

// maxSilence is the number of successive unanswered requests after which a driver counts as dead. Each may have waited
// for its whole limit, so that a run must not try many.
const maxSilence = 2

// A silence counts successive unanswered requests. Requests that wait at the same time count once: a driver may be slow
// for a while. The zero value is ready.
type silence struct {
	mu    sync.Mutex
	inRow int
	since time.Time // when the last counted request timed out
	why   string    // cause of death; never reset
}

// answered resets the count: the driver has sent something, even if late.
func (s *silence) answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inRow = 0
}

// unanswered counts a request that began at the given time; why is the cause of death if it is one too many. It returns
// the cause of death, or "" while the driver counts as alive.
func (s *silence) unanswered(began time.Time, why string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inRow == 0 || !began.Before(s.since) {
		s.inRow, s.since = s.inRow+1, time.Now()
	}
	if s.inRow >= maxSilence && s.why == "" {
		s.why = why
	}
	return s.why
}

// hanging is the cause of death of a driver whose last request was not answered within limit.
func hanging(limit time.Duration) string {
	return fmt.Sprintf("the driver hangs: %d requests in a row had no answer, the last within %v; no more are sent", maxSilence, limit)
}

// dead returns the cause of death; "" while the driver counts as alive.
func (s *silence) dead() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.why
}

// slow reports whether ctx ended because of the driver's limit, not because of the caller.
func slow(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errSlow) }

// errSlow is the cause of a context that ended at the driver's limit.
var errSlow = errors.New("the driver is too slow")

// unanswered is the error of a request that was not answered, because its time was over or for the given cause.
func unanswered(ctx context.Context, op assay.Op, limit time.Duration, cause error) error {
	switch {
	case slow(ctx):
		return failed(op, fmt.Sprintf("no answer within %v", limit), nil)
	case ctx.Err() != nil:
		return failed(op, "not answered", ctx.Err())
	default:
		return failed(op, "not answered", cause)
	}
}
