package ledger

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
)

// A Verdict is what the ledger says of one exchange: every exchange has exactly one.
type Verdict uint8

// The verdicts. The first group is as it should be, the second breaks correctness, the third came to nothing.
const (
	Accepted       Verdict = iota // gave the user that the code was minted for
	ReplayRefused                 // a used code was refused
	RaceRefused                   // the first half of a race of which neither half was accepted
	ReplayExcused                 // a used code gave the same again, within the declared reuseGrace
	BadPATRefused                 // an unknown PAT was refused
	WrongIdentity                 // gave somebody else
	DoubleRedeemed                // gave an identity for a code that had given one before
	BadPATAccepted                // gave an identity to an unknown PAT
	Refused                       // a valid exchange with a fresh code was refused
	Overloaded                    // 429 or 503
	Faulty                        // what the oracle calls a fault
	InDoubt                       // no whole answer, and the request may have arrived
	Unreachable                   // no connection: nothing was sent

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

// String is the verdict as reports and metrics show it.
func (v Verdict) String() string {
	return [verdicts]string{"accepted", "replayRefused", "raceRefused", "replayExcused", "badPatRefused", "wrongIdentity",
		"doubleRedeemed", "badPatAccepted", "refused", "overloaded", "fault", "inDoubt", "unreachable"}[v]
}

// right reports whether the exchange was answered as it should be.
func (v Verdict) Right() bool { return v < WrongIdentity }

// wrong reports whether the exchange broke what must never break.
func (v Verdict) Wrong() bool { return v >= WrongIdentity && v < Refused }

// A reading is what one answer says, with the user it should be compared with.
type Reading struct {
	Result assay.Result
	// whole is false where the connection failed; sent is false where there was none.
	Whole, Sent bool
	// own is set where the identity is that of the user the code was minted for.
	Own bool
	// identified is set where any identity came, in whatever form.
	Identified bool
	// leaked is set where an answer that is no acceptance gave an identity that is known for somebody else's.
	Leaked bool
}

// settle judges an exchange with a fresh code and the valid PAT.
func Settle(r Reading) Verdict {
	switch {
	case r.Result == assay.Accepted && r.Own:
		return Accepted
	case r.Result == assay.Accepted, r.Leaked:
		return WrongIdentity
	default:
		return unsettled(r, Refused)
	}
}

// settleReplay judges an exchange with a code that had been accepted before; grace says that it may be once more.
func SettleReplay(r Reading, grace bool) Verdict {
	switch {
	case r.Result == assay.Accepted && r.Own && grace:
		return ReplayExcused
	case r.Identified:
		return DoubleRedeemed // a fault with an identity is one too: its user would be signed in
	default:
		return unsettled(r, ReplayRefused)
	}
}

// settleBadPAT judges an exchange with a PAT that was never issued.
func SettleBadPAT(r Reading) Verdict {
	if r.Identified {
		return BadPATAccepted
	}
	return unsettled(r, BadPATRefused)
}

// settleRace judges two exchanges of one code that were sent at once. The one that was accepted is the original, and the
// other its replay; of two that were not, the first is called the original.
func SettleRace(a, b Reading, grace bool) (Verdict, Verdict) {
	if b.Identified && (!a.Identified || b.Result == assay.Accepted && a.Result != assay.Accepted) {
		second, first := SettleRace(b, a, grace)
		return first, second
	}
	original := Settle(a)
	if !a.Identified {
		if original == Refused {
			original = RaceRefused
		}
		return original, unsettled(b, ReplayRefused)
	}
	return original, SettleReplay(b, grace)
}

// unsettled is the verdict of an exchange that gave no sign-in; refused is what a refusal amounts to.
func unsettled(r Reading, refused Verdict) Verdict {
	switch {
	case !r.Sent:
		return Unreachable
	case r.Result == assay.Fault:
		return Faulty
	case !r.Whole:
		return InDoubt
	case r.Result == assay.Inconclusive:
		return Overloaded
	default:
		return refused
	}
}

// counts are the exchanges of one endpoint, or of both, by verdict.
type Counts [verdicts]int64

func (c *Counts) Add(o Counts) {
	for i := range c {
		c[i] += o[i]
	}
}

func (c Counts) Sum() (sum int64) {
	for _, n := range c {
		sum += n
	}
	return sum
}

// right is how many exchanges were answered as they should be.
func (c Counts) Right() (n int64) {
	for i, of := range c {
		if Verdict(i).Right() {
			n += of
		}
	}
	return n
}

// exchanges is the ledger's sum as the report has it. What replays, races and bad PATs were sent is counted apart,
// because their verdicts may be those of any exchange.
func (c Counts) Exchanges(sent Attempts) benchmark.Exchanges {
	return benchmark.Exchanges{
		Sent: c.Sum(), Accepted: c[Accepted], WrongIdentity: c[WrongIdentity], DoubleRedeemed: c[DoubleRedeemed],
		ReplaysSent: sent.Replays, ReplaysRefused: c[ReplayRefused], ReplaysExcused: c[ReplayExcused],
		RacesSent: sent.Races, RacesRefused: c[RaceRefused],
		BadPATsSent: sent.BadPATs, BadPATsRefused: c[BadPATRefused], BadPATsAccepted: c[BadPATAccepted],
		Refused: c[Refused], Overloaded: c[Overloaded], Faults: c[Faulty], InDoubt: c[InDoubt], Unreachable: c[Unreachable],
	}
}

// attempts count what was sent in order to be refused. The second half of a race is a replay.
type Attempts struct{ Replays, Races, BadPATs int64 }

func (a *Attempts) Add(o Attempts) {
	a.Replays += o.Replays
	a.Races += o.Races
	a.BadPATs += o.BadPATs
}
