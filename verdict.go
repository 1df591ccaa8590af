package assay

import (
	"slices"
	"time"
)

// A Verdict is the suite's result for one requirement.
type Verdict string

// The verdicts, from the best to the worst.
const (
	Pass     Verdict = "pass"
	Observed Verdict = "observed" // a may: what was seen is recorded, never judged
	Waived   Verdict = "waived"   // a failure that a waiver of the target's owner accepts
	Warn     Verdict = "warn"     // a should is violated
	Untested Verdict = "untested" // something that the requirement needs is missing
	Error    Verdict = "error"    // the suite, the driver or the network failed: not the implementation's fault
	Fail     Verdict = "fail"     // a must is violated
)

// Verdicts lists all verdicts, from the best to the worst.
func Verdicts() []Verdict {
	return []Verdict{Pass, Observed, Waived, Warn, Untested, Error, Fail}
}

// Worst returns the worst of verdicts. Untested is worse than Warn, and Error worse than Untested, so that what was
// not judged on one endpoint is never hidden by the other. Without verdicts the result is Untested.
func Worst(verdicts ...Verdict) Verdict {
	if len(verdicts) == 0 {
		return Untested
	}
	worst := Pass
	for _, verdict := range verdicts {
		if rank(verdict) > rank(worst) {
			worst = verdict
		}
	}
	return worst
}

func rank(verdict Verdict) int {
	if at := slices.Index(Verdicts(), verdict); at >= 0 {
		return at
	}
	return len(Verdicts())
}

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
