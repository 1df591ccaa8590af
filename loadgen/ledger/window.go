package ledger

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
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
		Sent: c.Sum(), Accepted: c[Accepted], WrongIdentity: c[WrongIdentity], DoubleRedeemed: c[DoubleRedeemed],
		ReplaysSent: sent.Replays, ReplaysRefused: c[ReplayRefused], ReplaysExcused: c[ReplayExcused],
		RacesSent: sent.Races, RacesRefused: c[RaceRefused],
		BadPATsSent: sent.BadPATs, BadPATsRefused: c[BadPATRefused], BadPATsAccepted: c[BadPATAccepted],
		Refused: c[Refused], Overloaded: c[Overloaded], Faults: c[Faulty], InDoubt: c[InDoubt], Unreachable: c[Unreachable],
	}
}

// Attempts are numbers of exchanges that a correct target refuses. The second exchange of a race counts as a replay.
type Attempts struct{ Replays, Races, BadPATs int64 }

// Add adds o.
func (a *Attempts) Add(o Attempts) {
	a.Replays += o.Replays
	a.Races += o.Races
	a.BadPATs += o.BadPATs
}

// The range of the histograms, from a microsecond to ten minutes, and their precision: three digits, 0.1 %. Longer times
// count as ten minutes.
const (
	shortest = int64(time.Microsecond)
	longest  = int64(10 * time.Minute)
	digits   = 3
)

func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(shortest, longest, digits) }

// Times are histograms of the same exchanges, in nanoseconds.
type Times struct {
	// Response counts from the moment that the schedule intended, Service from the moment of sending, both to the last byte
	// of the answer. Lateness is the difference; a closed loop has none.
	Response, Service, Lateness *hdrhistogram.Histogram
	// Censored is the number of exchanges that timed out: they would have taken longer than recorded.
	Censored int64
}

func newTimes() Times { return Times{newHistogram(), newHistogram(), newHistogram(), 0} }

func (t *Times) record(s Sample) {
	_ = t.Response.RecordValue(clamp(s.Response)) // a clamped value is always in range
	_ = t.Service.RecordValue(clamp(s.Service))
	if s.Lateness >= 0 {
		_ = t.Lateness.RecordValue(clamp(s.Lateness))
	}
	if s.Censored {
		t.Censored++
	}
}

func clamp(nanoseconds int64) int64 { return max(0, min(nanoseconds, longest)) }

func (t *Times) add(o Times) {
	t.Response.Merge(o.Response)
	t.Service.Merge(o.Service)
	t.Lateness.Merge(o.Lateness)
	t.Censored += o.Censored
}

func (t *Times) reset() {
	t.Response.Reset()
	t.Service.Reset()
	t.Lateness.Reset()
	t.Censored = 0
}

// A Window is what was counted in some time. Make one with [NewWindow]: it is large, mostly histograms.
type Window struct {
	Times Times
	// ByEndpoint has the counts in the order of [assay.Endpoints]; see [Index].
	ByEndpoint [2]Counts
	Attempts   Attempts
	// Uncompared is the number of accepted exchanges without anything to compare the identity with.
	Uncompared int64
}

// NewWindow returns an empty window.
func NewWindow() *Window { return &Window{Times: newTimes()} }

// Counts are the counts of both endpoints.
func (w *Window) Counts() Counts {
	sum := w.ByEndpoint[0]
	sum.Add(w.ByEndpoint[1])
	return sum
}

// Exchanges returns the window as the report has it.
func (w *Window) Exchanges() benchmark.Exchanges {
	sum := w.Counts().Exchanges(w.Attempts)
	sum.Uncompared = w.Uncompared
	return sum
}

// Right is the number of arrivals with correct answers. The two exchanges of a race are one arrival.
func (w *Window) Right() int64 { return w.Counts().Right() - w.Attempts.Races }

// Add adds o.
func (w *Window) Add(o *Window) {
	w.Times.add(o.Times)
	w.ByEndpoint[0].Add(o.ByEndpoint[0])
	w.ByEndpoint[1].Add(o.ByEndpoint[1])
	w.Attempts.Add(o.Attempts)
	w.Uncompared += o.Uncompared
}

func (w *Window) reset() {
	w.Times.reset()
	w.ByEndpoint, w.Attempts, w.Uncompared = [2]Counts{}, Attempts{}, 0
}

// Index is the position of an endpoint in [assay.Endpoints].
func Index(endpoint assay.Endpoint) int {
	if endpoint == assay.Phone {
		return 1
	}
	return 0
}
