package benchmark

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/uncertain"
)

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
