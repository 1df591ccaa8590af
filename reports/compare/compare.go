// Package compare tells whether one load run is slower than another, or whether that is noise.
//
// Start with [New]. What is compared are the seconds of the runs: each has a p50, a p90, a p99 and a throughput of its
// own, and how much these differ within one side is the noise that a difference between the sides has to exceed.
package compare

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/unified-login/assay/reports/benchmark"
)

// How the noise is estimated.
const (
	// resamples of the bootstrap; the interval is of confidence.
	resamples  = 2000
	confidence = 0.95
	// block is how many seconds in a row are drawn together: what slows one second down mostly slows the next one, too.
	block = 5
	// fewest seconds of a side, in all its runs.
	fewest = 10
	// seed makes the same files give the same answer.
	seed = 1
)

// A Verdict is what a difference amounts to.
type Verdict string

// The verdicts.
const (
	Worse  Verdict = "worse"  // by more than is tolerated, and more than noise
	Better Verdict = "better" // likewise
	Same   Verdict = "same"   // whatever the difference is, it is less than is tolerated
	Noise  Verdict = "noise"  // the interval reaches from what is tolerated to what is not: more runs would tell
)

// A Comparison is two sides, each of one run or several, figure by figure.
type Comparison struct {
	A, B      Side
	Tolerance float64 // a share
	// Block is how many consecutive seconds the bootstrap draws together.
	Block int
	Rows  []Row
	// Remarks say what to read the rows with: a side of one run, other plans, or figures that were the generator's.
	Remarks []string
}

// A Side says what was on it.
type Side struct {
	Runs    int
	Seconds int
}

// A Row is one figure: seconds, or a number per second.
type Row struct {
	Name string
	// A and B are the medians over each side's seconds.
	A, B float64
	// Change is B's as a share of A's, less 1; Low and High are the bounds of its 95 % interval.
	Change, Low, High float64
	// P is the chance that two sides which do not differ would look at least so different: Mann and Whitney's test of
	// the seconds, two-sided.
	P       float64
	Verdict Verdict
}

// A figure is taken from every second.
type figure struct {
	name   string
	of     func(benchmark.Second) float64
	higher bool // is better
}

func figures() []figure {
	return []figure{
		{"p50", func(s benchmark.Second) float64 { return s.P50 }, false},
		{"p90", func(s benchmark.Second) float64 { return s.P90 }, false},
		{"p99", func(s benchmark.Second) float64 { return s.P99 }, false},
		{"throughput", func(s benchmark.Second) float64 { return float64(s.Answered - s.Failed - s.Wrong) }, true},
	}
}

// New compares two sides. A change for the worse is tolerated up to a share of A's figure, 0.05 say. The error is for the
// user: too little to compare, or a run that tells nothing.
func New(a, b []benchmark.Report, tolerance float64) (Comparison, error) {
	if math.IsNaN(tolerance) || tolerance < 0 || tolerance >= 1 {
		return Comparison{}, fmt.Errorf("a tolerance of %g is no share from 0 up to 1; write 5%% as 0.05", tolerance)
	}
	c := Comparison{Tolerance: tolerance, Block: block}
	sides := [2][][]benchmark.Second{}
	for i, reports := range [][]benchmark.Report{a, b} {
		for _, report := range reports {
			seconds := whole(report)
			sides[i] = append(sides[i], seconds)
			[]*Side{&c.A, &c.B}[i].Seconds += len(seconds)
		}
		[]*Side{&c.A, &c.B}[i].Runs = len(reports)
	}
	for i, side := range []Side{c.A, c.B} {
		if side.Seconds < fewest {
			return Comparison{}, fmt.Errorf("the %s side has %d whole seconds; at least %d are needed: make longer runs, or give several",
				[]string{"first", "second"}[i], side.Seconds, fewest)
		}
	}
	c.Remarks = remarks(a, b)
	for _, f := range figures() {
		row, err := f.compare(sides[0], sides[1], tolerance)
		if err != nil {
			return Comparison{}, err
		}
		c.Rows = append(c.Rows, row)
	}
	return c, nil
}

// Worse reports whether any figure is.
func (c Comparison) Worse() bool {
	return slices.ContainsFunc(c.Rows, func(r Row) bool { return r.Verdict == Worse })
}

// whole are a run's seconds but for those after its time was over, in which it drained.
func whole(report benchmark.Report) []benchmark.Second {
	seconds := report.Timeline
	if most := int(report.Plan.Duration); most > 0 && len(seconds) > most {
		seconds = seconds[:most]
	}
	return slices.DeleteFunc(slices.Clone(seconds), func(s benchmark.Second) bool { return s.Answered == 0 && s.Offered == 0 })
}

// compare compares one figure.
func (f figure) compare(a, b [][]benchmark.Second, tolerance float64) (Row, error) {
	one, two := f.values(a), f.values(b)
	row := Row{Name: f.name, A: median(slices.Concat(one...)), B: median(slices.Concat(two...))}
	if row.A == 0 || row.B == 0 {
		return row, errors.New("nothing was answered in most of the seconds of a side; there is nothing to compare")
	}
	row.Change = row.B/row.A - 1
	row.Low, row.High = interval(one, two)
	row.P = mannWhitney(slices.Concat(one...), slices.Concat(two...))
	low, high := row.Low, row.High
	if f.higher {
		low, high = -row.High, -row.Low
	}
	switch {
	case low > tolerance:
		row.Verdict = Worse
	case high < -tolerance:
		row.Verdict = Better
	case low >= -tolerance && high <= tolerance:
		row.Verdict = Same
	default:
		row.Verdict = Noise
	}
	return row, nil
}

func (f figure) values(runs [][]benchmark.Second) [][]float64 {
	values := make([][]float64, len(runs))
	for i, seconds := range runs {
		for _, second := range seconds {
			values[i] = append(values[i], f.of(second))
		}
	}
	return values
}

// interval is the bootstrap's: how much the change varies when both sides are drawn again from their own seconds, runs
// first and then blocks of them. Where nothing can be told of it, it has no end.
func interval(a, b [][]float64) (low, high float64) {
	random := rand.New(rand.NewPCG(seed, resamples))
	one, two := newSampler(a), newSampler(b)
	changes := make([]float64, 0, resamples)
	for range resamples {
		if base := one.median(random); base > 0 {
			changes = append(changes, two.median(random)/base-1)
		}
	}
	if len(changes) == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	slices.Sort(changes)
	at := func(share float64) float64 { return changes[int(share*float64(len(changes)-1))] }
	return at((1 - confidence) / 2), at((1 + confidence) / 2)
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// mannWhitney is the two-sided p-value of the rank test, by the normal approximation with a correction for ties.
func mannWhitney(a, b []float64) float64 {
	type ranked struct {
		value float64
		ofA   bool
	}
	var all []ranked
	for _, v := range a {
		all = append(all, ranked{v, true})
	}
	for _, v := range b {
		all = append(all, ranked{v, false})
	}
	slices.SortFunc(all, func(x, y ranked) int { return cmp.Compare(x.value, y.value) })
	n, ties, sum := float64(len(all)), 0.0, 0.0
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].value == all[i].value {
			j++
		}
		rank, size := float64(i+j+1)/2, float64(j-i)
		ties += size*size*size - size
		for ; i < j; i++ {
			if all[i].ofA {
				sum += rank
			}
		}
	}
	nA, nB := float64(len(a)), float64(len(b))
	u := sum - nA*(nA+1)/2
	deviation := math.Sqrt(nA * nB / 12 * (n + 1 - ties/(n*(n-1))))
	if deviation == 0 {
		return 1
	}
	return math.Erfc(math.Abs(u-nA*nB/2) / deviation / math.Sqrt2)
}

// remarks say what the seconds of two sides do not.
func remarks(a, b []benchmark.Report) []string {
	var remarks []string
	if len(a) == 1 || len(b) == 1 {
		remarks = append(remarks, "one run of a side says nothing of the noise between runs; make several, and give them with commas: a1,a2,a3 b1,b2,b3")
	}
	first := a[0].Plan
	for _, report := range slices.Concat(a, b) {
		plan := report.Plan
		if plan.Shape != first.Shape || plan.Rate != first.Rate || plan.To != first.To || fmt.Sprint(plan.Mix) != fmt.Sprint(first.Mix) {
			remarks = append(remarks, "the runs do not follow one plan: shape, rate or mix differ")
			break
		}
	}
	for _, outcome := range []benchmark.Outcome{benchmark.Saturated, benchmark.Incorrect, benchmark.Stopped, benchmark.Errored} {
		n := 0
		for _, report := range slices.Concat(a, b) {
			if report.Outcome == outcome {
				n++
			}
		}
		if n > 0 {
			remarks = append(remarks, fmt.Sprintf("runs that ended %s: %d of %d", outcome, n, len(a)+len(b)))
		}
	}
	return remarks
}
