// Package ledger gives every exchange of a load run a verdict, and counts the verdicts.
//
// An [Exchange] is read by a [Reader]; the Settle functions turn the [Reading] into a [Verdict], and a [Recorder] counts it
// in the current [Window]. [Evidence] keeps the first exchanges of every kind of failure, and [Raw] writes all of them in
// vegeta's encoding.
package ledger

// A Verdict is the result of one exchange. Every exchange has exactly one.
type Verdict uint8

// The verdicts in three groups: correct answers, violations of correctness, and failures that violate nothing.
const (
	Accepted        Verdict = iota // gave the user that the code was minted for
	ReplayRefused                  // refused a used code
	RaceRefused                    // refused the first exchange of a race, and the second gave no identity either
	ReplayExcused                  // gave the same identity for a used code, within the declared reuseGrace
	BadPATRefused                  // refused an unknown PAT
	WrongIdentity                  // gave another user
	WithoutIdentity                // said OK to a valid exchange with a fresh code, and gave no user
	DoubleRedeemed                 // gave an identity for a used code
	BadPATAccepted                 // gave an identity for an unknown PAT
	Refused                        // refused a valid exchange with a fresh code
	Overloaded                     // 429 or 503
	Faulty                         // a fault, as the oracle calls it
	InDoubt                        // no complete answer, and the request may have arrived
	Unreachable                    // no connection, so that nothing was sent

	verdicts = iota
)

// Verdicts lists all verdicts.
func Verdicts() []Verdict {
	all := make([]Verdict, verdicts)
	for i := range all {
		all[i] = Verdict(i)
	}
	return all
}

// String is the verdict's name in reports and metrics.
func (v Verdict) String() string {
	return [verdicts]string{"accepted", "replayRefused", "raceRefused", "replayExcused", "badPatRefused", "wrongIdentity",
		"withoutIdentity", "doubleRedeemed", "badPatAccepted", "refused", "overloaded", "fault", "inDoubt", "unreachable"}[v]
}

// Right reports whether the answer was correct.
func (v Verdict) Right() bool { return v < WrongIdentity }

// Wrong reports whether the answer violated correctness.
func (v Verdict) Wrong() bool { return v >= WrongIdentity && v < Refused }

// Busy reports whether the target may have been too busy: it answered 429 or 503, or not at all.
func (v Verdict) Busy() bool { return v == Overloaded || v == InDoubt || v == Unreachable }

// Beside is the verdict of an exchange whose connection carried a surplus answer: a correct answer beside one is a fault,
// since a client with a pool gives the surplus answer to the next user.
func (v Verdict) Beside(surplus bool) Verdict {
	if surplus && v.Right() {
		return Faulty
	}
	return v
}

// Requirement is the id of the requirement that the verdict is about; empty for most.
func (v Verdict) Requirement() string {
	switch v {
	case WrongIdentity, WithoutIdentity:
		return "load.identity"
	case DoubleRedeemed:
		return "load.single-use"
	default:
		return ""
	}
}
