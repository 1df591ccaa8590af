package uncertain

import (
	"math"

	"github.com/unified-login/assay"
)

// A Change is the difference of one figure between two sides, A and B.
type Change struct {
	// A and B are the figures of the sides: seconds, a share, or a number per second.
	A, B float64
	// Value is B/A - 1, and for a share B - A; so are Low and High, the ends of its interval. Without an interval they are
	// -Inf and +Inf.
	Value, Low, High float64
	// Confidence is that of the interval, from 0 to 1; 0 without an interval.
	Confidence float64
	// Degrees are those of Student's t.
	Degrees float64
	// Ratio says that Value is a relative change, and not the difference of two shares.
	Ratio bool
	// error is the standard error of Value, or of its logarithm where it is a ratio.
	error float64
}

// Known reports whether there is an interval.
func (c Change) Known() bool { return c.Confidence > 0 }

// Detectable is the smallest change that a comparison with the same error finds with a power, such as 0.9, from 0 to 1: its
// interval then excludes 0. It is +Inf where there is no interval.
func (c Change) Detectable(power float64) float64 {
	if !c.Known() {
		return math.Inf(1)
	}
	least := (student((1+c.Confidence)/2, c.Degrees) + student(power, c.Degrees)) * c.error
	if c.Ratio {
		return math.Expm1(least)
	}
	return least
}

// Of is the same change of figures that are known more precisely, such as those of the whole run's own histogram. The interval keeps its
// width. It stays where it is if the two ratios differ by more than a tenth, as the percentile of a few exchanges may; shares that differ
// by more than a thousandth are not of the same exchanges, and have none.
func (c Change) Of(a, b float64) Change {
	precise := withoutEnds(a, b, c.Ratio)
	switch {
	case !c.Known():
		return precise
	case c.Ratio && !(a > 0 && b > 0 && math.Abs(c.difference(a, b)-c.difference(c.A, c.B)) <= 0.1):
		c.A, c.B = a, b
		return c
	case !c.Ratio && max(math.Abs(c.A-a), math.Abs(c.B-b)) > 0.001:
		return precise
	default:
		return precise.ends(c.difference(a, b), c.error, c.Degrees, c.Confidence)
	}
}

// FalseAlarm is how often a comparison with the same error finds B worse than A by more than a tolerance where there is no difference at
// all, from 0 to 1: see [Change.Classify]. It is 0 where there is no interval.
func (c Change) FalseAlarm(tolerance float64) float64 {
	if !c.Known() || c.error == 0 {
		return 0
	}
	if c.Ratio {
		tolerance = math.Log1p(tolerance)
	}
	return studentBeyond(student((1+c.Confidence)/2, c.Degrees)+tolerance/c.error, c.Degrees)
}

// ends completes a change by a standard error. Of a ratio, difference and error are those of logarithms.
func (c Change) ends(difference, standardError, degrees, confidence float64) Change {
	half := student((1+confidence)/2, degrees) * standardError
	c.Value, c.Low, c.High = difference, difference-half, difference+half
	if c.Ratio {
		c.Value, c.Low, c.High = math.Expm1(c.Value), math.Expm1(c.Low), math.Expm1(c.High)
	}
	c.Confidence, c.Degrees, c.error = confidence, degrees, standardError
	return c
}

func withoutEnds(a, b float64, ratio bool) Change {
	c := Change{A: a, B: b, Value: b - a, Low: math.Inf(-1), High: math.Inf(1), Ratio: ratio}
	if ratio {
		c.Value = b/a - 1
	}
	return c
}

// A Figure is what is compared.
type Figure struct {
	// Metric is a percentile, the mean, errors or throughput. [assay.MetricMax] is not possible: it has no interval.
	Metric assay.Metric
	// Silent is the share of seconds in which nothing was answered though something was due; Metric does not matter then.
	Silent bool
}

// share reports whether a figure is a share, whose sides are subtracted.
func (f Figure) share() bool { return f.Silent || f.Metric == assay.MetricErrors }

// Interleaved compares two sides that were measured in the same run, at the same times, with arrivals at random to one or the
// other: what disturbs one side disturbs the other. The error is that of leaving out one of the common blocks at a time (the
// jackknife), with Student's t. One run decides. Throughput is compared as the share of arrivals with a correct answer. There is
// no interval where the sides have different numbers of blocks, or fewer than five with exchanges on both, nor of a percentile that
// fewer than ten exchanges of a side are beyond.
func Interleaved(a, b Run, f Figure, confidence float64) Change {
	one, two := a.figure(f, -1), b.figure(f, -1)
	whole := withoutEnds(one, two, !f.share())
	if len(a.blocks) != len(b.blocks) || whole.Ratio && !(one > 0 && two > 0) || min(a.slower(f), b.slower(f)) < leastSlower {
		return whole
	}
	var without []float64
	for i := range a.blocks {
		if a.empty(f, i) || b.empty(f, i) {
			continue
		}
		x, y := a.figure(f, i), b.figure(f, i)
		if whole.Ratio && !(x > 0 && y > 0) {
			return whole
		}
		without = append(without, whole.difference(x, y))
	}
	if len(without) < leastBlocks {
		return whole
	}
	standardError, degrees := jackknife(without)
	return whole.ends(whole.difference(one, two), standardError, degrees, confidence)
}

// leastSlower is how many exchanges have to be beyond a percentile: of A and A with five beyond the p99, one comparison in 25 found B worse by
// more than 5 %, and with ten one in 75.
const leastSlower = 10

// slower is about how many exchanges are beyond the percentile that a figure is; enough for any other figure.
func (r Run) slower(f Figure) float64 {
	if q := f.Metric.Quantile(); q > 0 && !f.Silent {
		return math.Round((1 - q) * float64(r.whole.count()))
	}
	return leastSlower
}

// jackknife is the standard error of a figure from its values without one of the blocks at a time. As for shares, what
// neighbouring blocks have in common counts: without that, intervals of a difference that is 0 exclude 0 in up to 7 % of the runs
// in place of 5 %.
func jackknife(without []float64) (standardError, degrees float64) {
	middle, n := average(without), float64(len(without))
	deviations := make([]float64, len(without))
	for i, value := range without {
		deviations[i] = (n - 1) / n * (value - middle)
	}
	v, c := variance(deviations)
	return math.Sqrt(v), c.degrees
}

func (c Change) difference(a, b float64) float64 {
	if c.Ratio {
		return math.Log(b) - math.Log(a)
	}
	return b - a
}

// empty reports whether a block has nothing that a figure is about.
func (r Run) empty(f Figure, i int) bool {
	switch {
	case f.Silent:
		return r.blocks[i].Asked == 0
	case f.Metric == assay.MetricErrors:
		return r.blocks[i].Sent == 0
	case f.Metric == assay.MetricThroughput:
		return r.blocks[i].Wanted == 0
	default:
		return r.curves[i].count() == 0
	}
}

// figure is a figure of all blocks but one; of all where none is left out, as -1.
func (r Run) figure(f Figure, leftOut int) float64 {
	q := f.Metric.Quantile()
	switch {
	case f.Silent:
		return sumWithout(r.parts(func(s Slot) Part { return Part{s.Silent, s.Asked} }), leftOut).Value()
	case f.Metric == assay.MetricErrors:
		return sumWithout(r.Failed(), leftOut).Value()
	case f.Metric == assay.MetricThroughput:
		return 1 - sumWithout(r.Missed(), leftOut).Value()
	case q > 0:
		return r.without(leftOut).at(q) / nanoseconds
	default:
		return r.meanWithout(leftOut)
	}
}

func sumWithout(parts []Part, leftOut int) Part {
	sum := Sum(parts)
	if leftOut >= 0 {
		sum.Counted -= parts[leftOut].Counted
		sum.Of -= parts[leftOut].Of
	}
	return sum
}

func (r Run) meanWithout(leftOut int) float64 {
	sums, total := r.sums()
	n := r.whole.count()
	if leftOut >= 0 {
		total, n = total-sums[leftOut], n-r.curves[leftOut].count()
	}
	return total / max(1, float64(n))
}

// without is the distribution of all blocks but one.
func (r Run) without(leftOut int) curve {
	if leftOut < 0 {
		return r.whole
	}
	return r.whole.minus(r.curves[leftOut])
}
