package benchmark

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/uncertain"
)

// Exchanges is the ledger's sum: every exchange that was sent is in one of the members from Accepted to Unreachable.
// ReplaysSent, RacesSent and BadPATsSent count again what was meant to be refused, RefusalsBusy and RefusalsFaulty what failed of it,
// Uncompared a part of Accepted, and UnaskedAnswers those with one answer too many.
type Exchanges struct {
	Sent int64 `json:"sent"`
	// Accepted gave the user that the code was minted for.
	Accepted int64 `json:"accepted"`
	// Uncompared are those of them with nothing to compare the identity with: the only sign-in of a user, or a phone that is given
	// as a token.
	Uncompared int64 `json:"uncompared,omitempty"`
	// WrongIdentity gave another user than that, and WithoutIdentity said OK and gave no user.
	WrongIdentity   int64 `json:"wrongIdentity"`
	WithoutIdentity int64 `json:"withoutIdentity,omitempty"`
	// FoundLate are those of WrongIdentity that only all answers together showed to be wrong: they are accepted in the timeline, and
	// their times are those of sign-ins.
	FoundLate int64 `json:"foundLate,omitempty"`
	// DoubleRedeemed returned an identity for a code that had returned one before.
	DoubleRedeemed int64 `json:"doubleRedeemed"`
	ReplaysSent    int64 `json:"replaysSent"`
	// ReplaysRefused are the replays, and the second exchanges of races, that were refused as required.
	ReplaysRefused int64 `json:"replaysRefused"`
	RacesSent      int64 `json:"racesSent,omitempty"`
	// RacesRefused are the first exchanges of races in which neither exchange was accepted, which is allowed.
	RacesRefused int64 `json:"racesRefused,omitempty"`
	// ReplaysExcused are replays that got the same answer again within the declared reuseGrace.
	ReplaysExcused int64 `json:"replaysExcused,omitempty"`
	BadPATsSent    int64 `json:"badPatsSent,omitempty"`
	BadPATsRefused int64 `json:"badPatsRefused,omitempty"`
	// BadPATsAccepted gave an identity to an unknown PAT.
	BadPATsAccepted int64 `json:"badPatsAccepted,omitempty"`
	// Refused are valid exchanges with a fresh code that were refused.
	Refused int64 `json:"refused"`
	// Aged are those that were refused because the generator had kept their code too long, whose lifetime it did not know.
	Aged int64 `json:"aged,omitempty"`
	// Overloaded were answered 429 or 503.
	Overloaded int64 `json:"overloaded"`
	// Faults are what the oracle calls one, and no other member has: 5xx, 3xx, an identity without OK.
	Faults int64 `json:"faults"`
	// InDoubt got no whole answer although the request may have arrived: the code may be consumed, and is never reused.
	InDoubt int64 `json:"inDoubt"`
	// Unreachable found no connection: nothing was sent.
	Unreachable int64 `json:"unreachable,omitempty"`
	// RefusalsBusy are those of Overloaded, InDoubt and Unreachable, and RefusalsFaulty those of Faults, that were sent to be
	// refused: replays, the second exchanges of races, and those with an unknown PAT.
	RefusalsBusy   int64 `json:"refusalsBusy,omitempty"`
	RefusalsFaulty int64 `json:"refusalsFaulty,omitempty"`
	// UnaskedAnswers were found beside the answer of an exchange, or behind that of one before it, and no request asked for them. An
	// exchange that was answered correctly otherwise is in Faults.
	UnaskedAnswers int64 `json:"unaskedAnswers,omitempty"`
}

// Right is the number of correct answers, including correct refusals.
func (e Exchanges) Right() int64 {
	return e.Accepted + e.ReplaysRefused + e.RacesRefused + e.ReplaysExcused + e.BadPATsRefused
}

// Incorrect is the number of answers that break correctness: wrong identities, an OK without an identity,
// codes redeemed twice, unknown PATs accepted.
func (e Exchanges) Incorrect() int64 {
	return e.WrongIdentity + e.WithoutIdentity + e.DoubleRedeemed + e.BadPATsAccepted
}

// Failed is the number of exchanges without a result that do not break correctness.
func (e Exchanges) Failed() int64 {
	return e.Refused + e.Overloaded + e.Faults + e.InDoubt + e.Unreachable
}

// Excuse takes refusals from the target's errors: their codes were too old.
func (e Exchanges) Excuse(refusals int64) Exchanges {
	refusals = min(refusals, e.Refused)
	e.Refused, e.Aged = e.Refused-refusals, e.Aged+refusals
	return e
}

// Condemn takes accepted exchanges for those of other users, as all answers together show.
func (e Exchanges) Condemn(found int64) Exchanges {
	found = max(0, min(found, e.Accepted))
	e.Accepted, e.WrongIdentity, e.FoundLate = e.Accepted-found, e.WrongIdentity+found, e.FoundLate+found
	e.Uncompared = min(e.Uncompared, e.Accepted)
	return e
}

// ToRefuse is the number of exchanges that a correct target refuses: replays, the second ones of races, and those with an unknown PAT.
func (e Exchanges) ToRefuse() int64 { return e.ReplaysSent + e.BadPATsSent }

// ErrorShare is the share of errors, from 0 to 1, among the exchanges that had to be accepted; 0 without any.
func (e Exchanges) ErrorShare() float64 { return share(e.errors("")) }

// Errors is the number of errors among the exchanges that [Exchanges.ErrorShare] is about.
func (e Exchanges) Errors() int64 {
	failed, _ := e.errors("")
	return failed
}

func share(counted, of int64) float64 {
	if of <= 0 {
		return 0
	}
	return float64(counted) / float64(of)
}

// errors are the errors of what a scope covers, and of how many exchanges. Of those that were sent to be refused, the scopes of
// sign-ins count only what breaks correctness or is a fault: a target may be too busy to refuse.
func (e Exchanges) errors(scope assay.Scope) (failed, of int64) {
	unrefused := e.DoubleRedeemed + e.BadPATsAccepted
	switch scope {
	case assay.ScopeAll:
		return e.Incorrect() + e.Failed(), e.Sent
	case assay.ScopeRefusals:
		return unrefused + e.RefusalsBusy + e.RefusalsFaulty, e.ToRefuse()
	default:
		return e.Incorrect() + e.Failed() - e.RefusalsBusy, e.Sent - e.ToRefuse() + unrefused + e.RefusalsFaulty
	}
}

// Judged is the number of exchanges that [Exchanges.ErrorShare] is about.
func (e Exchanges) Judged() int64 {
	_, of := e.errors("")
	return of
}

// Overload is the number of sign-ins that may have failed because there were too many: 429, 503, no whole answer, no connection.
func (e Exchanges) Overload() int64 { return e.Overloaded + e.InDoubt + e.Unreachable - e.RefusalsBusy }

// Plus adds two ledgers, member by member.
func (e Exchanges) Plus(o Exchanges) Exchanges {
	return Exchanges{
		Sent: e.Sent + o.Sent, Accepted: e.Accepted + o.Accepted, Uncompared: e.Uncompared + o.Uncompared,
		WrongIdentity: e.WrongIdentity + o.WrongIdentity, WithoutIdentity: e.WithoutIdentity + o.WithoutIdentity, FoundLate: e.FoundLate + o.FoundLate, DoubleRedeemed: e.DoubleRedeemed + o.DoubleRedeemed,
		ReplaysSent: e.ReplaysSent + o.ReplaysSent, ReplaysRefused: e.ReplaysRefused + o.ReplaysRefused,
		RacesSent: e.RacesSent + o.RacesSent, RacesRefused: e.RacesRefused + o.RacesRefused,
		ReplaysExcused: e.ReplaysExcused + o.ReplaysExcused,
		BadPATsSent:    e.BadPATsSent + o.BadPATsSent, BadPATsRefused: e.BadPATsRefused + o.BadPATsRefused,
		BadPATsAccepted: e.BadPATsAccepted + o.BadPATsAccepted,
		Refused:         e.Refused + o.Refused, Aged: e.Aged + o.Aged, Overloaded: e.Overloaded + o.Overloaded, Faults: e.Faults + o.Faults,
		InDoubt: e.InDoubt + o.InDoubt, Unreachable: e.Unreachable + o.Unreachable,
		RefusalsBusy: e.RefusalsBusy + o.RefusalsBusy, RefusalsFaulty: e.RefusalsFaulty + o.RefusalsFaulty,
		UnaskedAnswers: e.UnaskedAnswers + o.UnaskedAnswers,
	}
}

// ErrorParts are the errors of a timeline, second by second, as [Exchanges.ErrorShare] counts them.
func ErrorParts(timeline []Second) []uncertain.Part {
	all := make([]uncertain.Part, len(timeline))
	for i, second := range timeline {
		all[i] = uncertain.Part{Counted: second.Failed + second.Wrong - second.Busy, Of: second.Answered - second.Apart}
	}
	return all
}
