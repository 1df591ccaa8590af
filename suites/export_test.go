package suites

import "time"

// SetClock has a session tell the age of codes by another clock than this machine's.
func SetClock(s *Session, now func() time.Time) { s.now = now }
