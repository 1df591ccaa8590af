package client

import (
	"fmt"
	"sync"
	"time"

	"github.com/unified-login/assay"
)

// beatEvery is the time between two looks at the clock during an exchange, and worthCounting how late a look has to be before this
// process counts as having stood still: it was stopped, its container was frozen, or the machine had no time for it.
const (
	beatEvery     = 250 * time.Millisecond
	worthCounting = time.Second
)

// A standstill measures how long this process stands still during an exchange, whose time limit passes meanwhile. Use
// [watchStandstill].
type standstill struct {
	mu    sync.Mutex
	timer *time.Timer
	last  time.Time // look at the clock
	stood time.Duration
}

func watchStandstill() *standstill {
	s := &standstill{last: time.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timer = time.AfterFunc(beatEvery, s.beat)
	return s
}

func (s *standstill) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look(time.Now())
	s.timer.Reset(beatEvery)
}

// look counts how much later it is than it should be. The lock is held.
func (s *standstill) look(now time.Time) {
	if late := now.Sub(s.last) - beatEvery; late >= worthCounting {
		s.stood += late
	}
	s.last = now
}

// end returns how long the process stood still.
func (s *standstill) end() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timer.Stop()
	s.look(time.Now())
	return s.stood
}

// excuse is the failure of an exchange during which this process stood still. Where that took a good part of the time limit, the
// server is not to blame for its end.
func excuse(failure assay.Failure, stood, timeout time.Duration) assay.Failure {
	const part = 4
	if !failure.Kind.IsTimeout() || stood < timeout/part {
		return failure
	}
	return assay.Failure{Kind: assay.Interrupted, Text: fmt.Sprintf("this process stood still for %s", stood.Round(100*time.Millisecond))}
}
