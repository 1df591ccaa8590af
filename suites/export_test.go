package suites

import "time"

// SetClock has a session tell the age of codes by another clock than this machine's.
func SetClock(s *Session, now func() time.Time) { s.now = now }

// SetBackoff has a session wait for that long before a second attempt, and twice as long before each further one.
func SetBackoff(s *Session, d time.Duration) { s.backoff = d }
