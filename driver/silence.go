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

// maxSilence is the number of successive unanswered requests after which a driver counts as dead.
const maxSilence = 2

// A driver that does not answer now and then costs a limit each time. It counts as dead after this many times, of which one
// is forgiven for so many answers.
const (
	maxOverdue = 4
	forgiven   = 100
)

// While a driver is silent, the next request gets a part of its limit, or twice what the slowest answer took: the first has
// waited for the whole of it.
const (
	lastChance   = 6
	leastChance  = time.Second
	timesSlowest = 2
)

// A silence counts successive unanswered requests. The zero value is ready.
type silence struct {
	mu      sync.Mutex
	inRow   int
	first   time.Time     // when the first request of the row was sent
	since   time.Time     // when the last counted request was given up
	heard   time.Time     // when the last reply arrived, even if late
	late    int           // replies to requests that had been given up
	slowest time.Duration // that an answer took, but for hello
	overdue int           // times at which requests had no answer and that are not forgiven
	timely  int           // answers
	suspect bool          // a request has waited for its whole limit, and none was answered since
	why     string        // cause of death; never reset
}

// answered resets the count: a request to op that began at the given time was answered.
func (s *silence) answered(op assay.Op, began time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inRow, s.suspect, s.heard = 0, false, time.Now()
	if s.timely++; s.timely%forgiven == 0 {
		s.overdue = max(0, s.overdue-1)
	}
	if op != assay.OpHello { // it may start the driver
		s.slowest = max(s.slowest, time.Since(began))
	}
}

// answeredLate does not reset the count: a driver whose replies all come late answers nothing.
func (s *silence) answeredLate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late, s.heard = s.late+1, time.Now()
}

// limit is how much of a request's limit it gets.
func (s *silence) limit(whole time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.suspect {
		return whole
	}
	return min(whole, max(leastChance, whole/lastChance, timesSlowest*s.slowest))
}

// lost counts a request that began at the given time and that the driver could not get; why is the cause of death if it is
// one too many. Requests of the same time count once: a server may restart.
func (s *silence) lost(began time.Time, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inRow == 0 || !began.Before(s.since) {
		s.count(began, why)
	}
}

// timedOut counts a request that began at the given time and was not answered in time. It returns the cause of death, or ""
// while the driver counts as alive. Requests of the same time count once, unless nothing has arrived for most of the limit.
func (s *silence) timedOut(sent sending) (why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	began := sent.began
	silent := !s.heard.After(began) || time.Since(s.heard) >= sent.limit*2/3
	if !began.Before(s.since) {
		s.overdue++
	}
	if s.inRow == 0 || !began.Before(s.since) || silent {
		s.suspect = s.suspect || silent
		s.count(began, s.hanging())
	}
	if s.overdue >= maxOverdue && s.why == "" {
		s.why = fmt.Sprintf("the driver hangs now and then: at %d times in %d requests some had no answer within %v; no more are sent",
			s.overdue, s.timely+s.overdue, sent.limit)
	}
	return s.why
}

func (s *silence) count(began time.Time, why string) {
	if s.inRow == 0 {
		s.first = began
	}
	s.inRow, s.since = s.inRow+1, time.Now()
	if s.inRow >= maxSilence && s.why == "" {
		s.why = why
	}
}

// hanging is the cause of death of a driver that does not answer in time.
func (s *silence) hanging() string {
	why := fmt.Sprintf("the driver hangs: %d requests in a row had no answer in %v; no more are sent", maxSilence, about(time.Since(s.first)))
	if s.late > 0 {
		why += "; some answers came too late: answer each request at once, and flush standard output after every reply"
	}
	return why
}

// about drops what is below a second from a longer time.
func about(d time.Duration) time.Duration {
	if d < time.Second {
		return d
	}
	return d.Round(time.Second)
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

// A sending is a request that was sent.
type sending struct {
	op    assay.Op
	limit time.Duration
	began time.Time
	hint  string // what to look at if no answer arrives
}

// unanswered is the error of a request that was not answered: because its time was over, or for the given cause.
func unanswered(ctx context.Context, sent sending, cause error) error {
	switch {
	case slow(ctx) && time.Since(sent.began) < sent.limit:
		return failed(sent.op, "no answer, like an earlier request"+sent.hint, nil)
	case slow(ctx):
		return failed(sent.op, fmt.Sprintf("no answer within %v%s", sent.limit, sent.hint), nil)
	case ctx.Err() != nil:
		return failed(sent.op, "not answered", ctx.Err())
	default:
		return failed(sent.op, "not answered", cause)
	}
}
