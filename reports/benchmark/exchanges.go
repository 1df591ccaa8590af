package benchmark

import "github.com/unified-login/assay/reports/uncertain"

// Right is the number of correct answers, including correct refusals.
func (e Exchanges) Right() int64 {
	return e.Accepted + e.ReplaysRefused + e.RacesRefused + e.ReplaysExcused + e.BadPATsRefused
}

// Incorrect is the number of answers that break correctness: wrong identities, an OK without an identity,
// codes accepted twice, unknown PATs accepted.
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

// ErrorShare is the share of wrong and failed exchanges, from 0 to 1; 0 if nothing was sent.
func (e Exchanges) ErrorShare() float64 {
	if e.Sent == 0 {
		return 0
	}
	return float64(e.Incorrect()+e.Failed()) / float64(e.Sent)
}

// Plus adds two ledgers, member by member.
func (e Exchanges) Plus(o Exchanges) Exchanges {
	return Exchanges{
		Sent: e.Sent + o.Sent, Accepted: e.Accepted + o.Accepted, Uncompared: e.Uncompared + o.Uncompared,
		WrongIdentity: e.WrongIdentity + o.WrongIdentity, WithoutIdentity: e.WithoutIdentity + o.WithoutIdentity, DoubleRedeemed: e.DoubleRedeemed + o.DoubleRedeemed,
		ReplaysSent: e.ReplaysSent + o.ReplaysSent, ReplaysRefused: e.ReplaysRefused + o.ReplaysRefused,
		RacesSent: e.RacesSent + o.RacesSent, RacesRefused: e.RacesRefused + o.RacesRefused,
		ReplaysExcused: e.ReplaysExcused + o.ReplaysExcused,
		BadPATsSent:    e.BadPATsSent + o.BadPATsSent, BadPATsRefused: e.BadPATsRefused + o.BadPATsRefused,
		BadPATsAccepted: e.BadPATsAccepted + o.BadPATsAccepted,
		Refused:         e.Refused + o.Refused, Aged: e.Aged + o.Aged, Overloaded: e.Overloaded + o.Overloaded, Faults: e.Faults + o.Faults,
		InDoubt: e.InDoubt + o.InDoubt, Unreachable: e.Unreachable + o.Unreachable,
	}
}

// ErrorParts are the errors of a timeline, second by second.
func ErrorParts(timeline []Second) []uncertain.Part {
	all := make([]uncertain.Part, len(timeline))
	for i, second := range timeline {
		all[i] = uncertain.Part{Counted: second.Failed + second.Wrong, Of: second.Answered}
	}
	return all
}
