package ledger

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/reports/benchmark"
)

// Counts are numbers of exchanges, by verdict.
type Counts [verdicts]int64

// Add adds o.
func (c *Counts) Add(o Counts) {
	for i := range c {
		c[i] += o[i]
	}
}

// Sum is the number of all exchanges.
func (c Counts) Sum() (sum int64) {
	for _, n := range c {
		sum += n
	}
	return sum
}

// Right is the number of exchanges with a correct answer.
func (c Counts) Right() (n int64) {
	for i, of := range c {
		if Verdict(i).Right() {
			n += of
		}
	}
	return n
}

// Exchanges returns the counts as the report has them. The numbers of replays, races and bad PATs that were sent do not
// follow from the verdicts, so they are counted in sent.
func (c Counts) Exchanges(sent Attempts) benchmark.Exchanges {
	return benchmark.Exchanges{
		Sent: c.Sum(), Accepted: c[Accepted], WrongIdentity: c[WrongIdentity], WithoutIdentity: c[WithoutIdentity], DoubleRedeemed: c[DoubleRedeemed],
		ReplaysSent: sent.Replays, ReplaysRefused: c[ReplayRefused], ReplaysExcused: c[ReplayExcused],
		RacesSent: sent.Races, RacesRefused: c[RaceRefused],
		BadPATsSent: sent.BadPATs, BadPATsRefused: c[BadPATRefused], BadPATsAccepted: c[BadPATAccepted],
		Refused: c[Refused], Overloaded: c[Overloaded], Faults: c[Faulty], InDoubt: c[InDoubt], Unreachable: c[Unreachable],
		RefusalsBusy: sent.Busy, RefusalsFaulty: sent.Faulty, UnaskedAnswers: sent.Unasked,
	}
}

// Attempts are numbers of exchanges that a correct target refuses. The second exchange of a race counts as a replay. LostRaces are
// those races of which neither exchange was answered correctly.
type Attempts struct {
	Replays, Races, LostRaces, BadPATs int64

	// Busy are those replays and bad PATs that found the target too busy to refuse them, or got no answer, and Faulty those that got a
	// fault. A window counts them.
	Busy, Faulty int64

	// Unasked are the exchanges, of any kind, with an answer that no request asked for.
	Unasked int64
}

// ToRefuse is how many exchanges a correct target refuses.
func (a Attempts) ToRefuse() int64 { return a.Replays + a.BadPATs }

// RaceOf are the attempts of the first exchange of a race whose exchanges have these verdicts.
func RaceOf(first, second Verdict) Attempts {
	tried := Attempts{Races: 1}
	if !first.Right() && !second.Right() {
		tried.LostRaces = 1
	}
	return tried
}

// Surplus is how many more correct answers than arrivals the races have: one each, unless they have none.
func (a Attempts) Surplus() int64 { return a.Races - a.LostRaces }

// Add adds o.
func (a *Attempts) Add(o Attempts) {
	a.Replays += o.Replays
	a.Races += o.Races
	a.LostRaces += o.LostRaces
	a.BadPATs += o.BadPATs
	a.Busy += o.Busy
	a.Faulty += o.Faulty
	a.Unasked += o.Unasked
}

// answered notes how the exchange of an attempt was answered.
func (a Attempts) answered(verdict Verdict) Attempts {
	switch {
	case a.ToRefuse() == 0:
	case verdict.Busy():
		a.Busy = 1
	case verdict == Faulty:
		a.Faulty = 1
	}
	return a
}

// A Window is what was counted in some time. Make one with [NewWindow]: it is large, mostly histograms.
type Window struct {
	Times Times
	// ByEndpoint has the counts, and Attempts what was sent to be refused, in the order of [assay.Endpoints]; see [Index].
	ByEndpoint [2]Counts
	Attempts   [2]Attempts
	// Uncompared is the number of accepted exchanges without anything to compare the identity with. It falls when an earlier one
	// is confirmed, and may be below 0.
	Uncompared int64
	// Waited are the refused exchanges that the age of their codes, or newer codes, may explain; by endpoint.
	Waited [2]map[Wait]int64
	// Members says of each member of accepted answers, in the order of [codes.AllMembers], how many had it and how many of these there
	// was something to compare with.
	Members [codes.MemberCount]Comparison
	// Suspected are the accepted exchanges that may be another user's, by endpoint and suspicion. Those that were retracted may be
	// of another window, so that a number may be below 0.
	Suspected [2][codes.Suspicions]int64
}

// A Comparison is a number of answers with a member, and of those with something to compare it with.
type Comparison struct{ Seen, Compared int64 }

// NewWindow returns an empty window.
func NewWindow() *Window { return &Window{} }

// Counts are the counts of both endpoints.
func (w *Window) Counts() Counts {
	sum := w.ByEndpoint[0]
	sum.Add(w.ByEndpoint[1])
	return sum
}

// Tried is what was sent to be refused, at both endpoints.
func (w *Window) Tried() Attempts {
	sum := w.Attempts[0]
	sum.Add(w.Attempts[1])
	return sum
}

// Exchanges returns the window as the report has it.
func (w *Window) Exchanges() benchmark.Exchanges {
	sum := w.Counts().Exchanges(w.Tried())
	sum.Uncompared = max(0, w.Uncompared)
	return sum
}

// Right is the number of arrivals with correct answers. The two exchanges of a race are one arrival, and both have to be right.
func (w *Window) Right() int64 { return w.Counts().Right() - w.Tried().Surplus() }

// Record adds an exchange. It is for one goroutine at a time.
func (w *Window) Record(s Sample, tried Attempts) {
	i := Index(s.Endpoint)
	w.Times.record(s, tried)
	w.ByEndpoint[i][s.Verdict]++
	w.Attempts[i].Add(tried.answered(s.Verdict))
	w.Uncompared += s.Uncompared
	if s.Waited != (Wait{}) {
		w.waited(i, s.Waited, 1)
	}
	if s.Suspicion != 0 {
		w.Suspected[i][s.Suspicion]++
	}
	for _, one := range s.Retracted {
		w.Suspected[Index(one.Endpoint)][one.Of]--
	}
	for i := range w.Members {
		w.Members[i].Seen += int64(s.Seen >> i & 1)
		w.Members[i].Compared += int64(s.Compared >> i & 1)
	}
}

// Add adds o.
func (w *Window) Add(o *Window) {
	w.Times.add(&o.Times)
	for i := range w.ByEndpoint {
		w.ByEndpoint[i].Add(o.ByEndpoint[i])
		w.Attempts[i].Add(o.Attempts[i])
		for wait, n := range o.Waited[i] {
			w.waited(i, wait, n)
		}
		Fold(w.Waited[i])
	}
	w.Uncompared += o.Uncompared
	for i := range w.Suspected {
		for of, n := range o.Suspected[i] {
			w.Suspected[i][of] += n
		}
	}
	for i, of := range o.Members {
		w.Members[i].Seen += of.Seen
		w.Members[i].Compared += of.Compared
	}
}

// Found is how many accepted exchanges are another user's, by endpoint, where some suspicions are proven.
func (w *Window) Found(proven [2]codes.Suspicion) (sums [2]int64) {
	for i := range w.Suspected {
		for of, n := range w.Suspected[i] {
			if codes.Suspicion(of)&proven[i] != 0 {
				sums[i] += n
			}
		}
	}
	return sums
}

func (w *Window) reset() {
	w.Suspected = [2][codes.Suspicions]int64{}
	clear(w.Waited[0])
	clear(w.Waited[1])
	w.Times.reset()
	w.ByEndpoint, w.Attempts, w.Uncompared, w.Members = [2]Counts{}, [2]Attempts{}, 0, [codes.MemberCount]Comparison{}
}

// Index is the position of an endpoint in [assay.Endpoints].
func Index(endpoint assay.Endpoint) int {
	if endpoint == assay.Phone {
		return 1
	}
	return 0
}
