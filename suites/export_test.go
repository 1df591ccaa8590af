package suites

import "time"

// SetClock has a session tell the age of codes by another clock than this machine's.
func SetClock(s *Session, now func() time.Time) { s.now = now }

// SetClockSet has a session believe that this machine's clock was set forward.
func SetClockSet(s *Session, by func() time.Duration) { s.forward = by }

// SetBackoff has a session wait for that long before a second attempt, and twice as long before each further one.
func SetBackoff(s *Session, d time.Duration) { s.backoff = d }
