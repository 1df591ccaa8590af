// Package compare decides whether one load run is slower than another, or whether the difference is noise.
//
// Start with [New]. It compares the seconds of the runs. Every second has its own p50, p90, p99 and throughput; their variation
// within one side is the noise that a difference between the sides must exceed.
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

// Parameters of the estimate of noise.
const (
	// resamples and confidence are those of the bootstrap interval.
	resamples  = 2000
	confidence = 0.95
	// block is how many consecutive seconds are drawn together, because adjacent seconds are correlated.
	block = 5
	// fewest is the number of seconds that a side needs, over all its runs.
	fewest = 10
	// seed makes the result depend on the files only.
	seed = 1
)

// A Verdict classifies a difference.
type Verdict string

// The verdicts.
const (
	Worse  Verdict = "worse"  // by more than the tolerance, and more than noise
	Better Verdict = "better" // by more than the tolerance, and more than noise
	Same   Verdict = "same"   // the difference is within the tolerance
	Noise  Verdict = "noise"  // the interval crosses the tolerance; more runs would decide
)

// A Comparison compares two sides, each of one or more runs, figure by figure.
type Comparison struct {
	A, B      Side
	Tolerance float64 // a share
	// Block is how many consecutive seconds the bootstrap draws together.
	Block int
	Rows  []Row
	// Remarks limit what the rows mean: a side has one run, the plans differ, or a run has an outcome that distorts its figures.
	Remarks []string
}

// A Side is the size of one side.
type Side struct {
	Runs    int
	Seconds int
}

// A Row is one figure: seconds, or a number per second.
type Row struct {
	Name string
	// A and B are the medians over each side's seconds.
	A, B float64
	// Change is B/A - 1; Low and High are the bounds of its 95 % interval.
	Change, Low, High float64
	// P is the two-sided p-value of a Mann-Whitney test of the seconds.
	P       float64
	Verdict Verdict
}

// A figure is taken from every second.
type figure struct {
	name   string
	of     func(benchmark.Second) float64
	higher bool // a higher value is better
}

func figures() []figure {
	return []figure{
		{"p50", func(s benchmark.Second) float64 { return s.P50 }, false},
		{"p90", func(s benchmark.Second) float64 { return s.P90 }, false},
		{"p99", func(s benchmark.Second) float64 { return s.P99 }, false},
		{"throughput", func(s benchmark.Second) float64 { return float64(s.Answered - s.Failed - s.Wrong) }, true},
	}
}

// New compares two sides, each of at least one run. A change is tolerated up to a share of A's figure, such as 0.05. The error
// says that a side has too few seconds or too few answers.
func New(a, b []benchmark.Report, tolerance float64) (Comparison, error) {
	if math.IsNaN(tolerance) || tolerance < 0 || tolerance >= 1 {
		return Comparison{}, fmt.Errorf("tolerance %g is not a share from 0 to 1; write 5%% as 0.05", tolerance)
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
			return Comparison{}, fmt.Errorf("the %s side has %d whole seconds and needs at least %d; use longer runs, or several",
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

// Worse reports whether any figure is worse.
func (c Comparison) Worse() bool {
	return slices.ContainsFunc(c.Rows, func(r Row) bool { return r.Verdict == Worse })
}

// whole returns the seconds of a run, without those after its duration, in which it drained.
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
		return row, errors.New("most seconds of a side have no answers, so that there is nothing to compare")
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

// interval is the bootstrap interval of the change: both sides are resampled, first their runs and then blocks of seconds. It is
// infinite if nothing can be computed.
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

// mannWhitney is the two-sided p-value of the rank test, with the normal approximation and a correction for ties.
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

// remarks say what the seconds of the two sides do not show.
func remarks(a, b []benchmark.Report) []string {
	var remarks []string
	if len(a) == 1 || len(b) == 1 {
		remarks = append(remarks, "one run of a side does not show the noise between runs; make several, separated by commas: a1,a2,a3 b1,b2,b3")
	}
	first := a[0].Plan
	for _, report := range slices.Concat(a, b) {
		plan := report.Plan
		if plan.Shape != first.Shape || plan.Rate != first.Rate || plan.To != first.To || fmt.Sprint(plan.Mix) != fmt.Sprint(first.Mix) {
			remarks = append(remarks, "the plans of the runs differ in shape, rate or mix")
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
