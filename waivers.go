package assay

import "time"

// A Waiver accepts that an implementation is known to violate a requirement, until a date.
type Waiver struct {
	ID     string // of the requirement
	Reason string // why the violation is accepted
	Owner  string // who is responsible for it
	// Expires is the last day of the waiver, at 00:00 UTC.
	Expires time.Time
}

// Expired reports whether the waiver's last day is over.
func (w Waiver) Expired(now time.Time) bool { return !now.Before(w.Expires.AddDate(0, 0, 1)) }
