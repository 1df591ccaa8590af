package uncertain

import "math"

// LeastRuns is the number of runs that a side needs to estimate the variation between runs.
const LeastRuns = 3

// Apart compares a figure of runs that were made apart, one value a run: what differs between two runs of the same build is in no
// second of either. It is Welch's t (Biometrika 34, 1947), with at least as many degrees of freedom as the smaller side has; of a
// ratio on the logarithms. A and B are the geometric means over the runs of a side, and of shares the arithmetic ones. There is
// no interval where a side has fewer than three runs, or a ratio has a figure that is not positive.
func Apart(a, b []float64, ratio bool, confidence float64) Change {
	c, one, two := averages(a, b, ratio)
	if min(len(a), len(b)) < LeastRuns || ratio && !(c.A > 0 && c.B > 0) {
		return c
	}
	u, v := sampleVariance(one)/float64(len(one)), sampleVariance(two)/float64(len(two))
	degrees := float64(min(len(a), len(b)) - 1)
	if sum := u + v; sum > 0 {
		degrees = max(degrees, sum*sum/(u*u/float64(len(a)-1)+v*v/float64(len(b)-1)))
	}
	return c.ends(average(two)-average(one), math.Sqrt(u+v), degrees, confidence)
}

// Paired compares a figure of pairs of runs, one value a side of each: what disturbed a pair disturbed both of its sides. It is Student's t on
// the differences within the pairs (Biometrika 6, 1908), of a ratio on those of the logarithms. A and B are as in [Apart]. There
// is no interval of fewer than three pairs, where a side lacks a value, or a ratio has a figure that is not positive.
func Paired(a, b []float64, ratio bool, confidence float64) Change {
	c, one, two := averages(a, b, ratio)
	if len(a) != len(b) || len(a) < LeastRuns || ratio && !(c.A > 0 && c.B > 0) {
		return c
	}
	differences := make([]float64, len(one))
	for i := range one {
		differences[i] = two[i] - one[i]
	}
	n := float64(len(differences))
	return c.ends(average(differences), math.Sqrt(sampleVariance(differences)/n), n-1, confidence)
}

// averages is a change of the averages over the runs of two sides, without an interval, and the values that were averaged: of a ratio, the
// logarithms.
func averages(a, b []float64, ratio bool) (c Change, one, two []float64) {
	if !ratio {
		return withoutEnds(average(a), average(b), false), a, b
	}
	one, two = logarithms(a), logarithms(b)
	return withoutEnds(math.Exp(average(one)), math.Exp(average(two)), true), one, two
}

func average(values []float64) float64 {
	sum := 0.0
	for _, value := range values {
		sum += value
	}
	return sum / float64(len(values))
}

// sampleVariance is that of a sample.
func sampleVariance(values []float64) float64 {
	middle, sum := average(values), 0.0
	for _, value := range values {
		sum += (value - middle) * (value - middle)
	}
	return sum / float64(len(values)-1)
}

func logarithms(values []float64) []float64 {
	all := make([]float64, len(values))
	for i, value := range values {
		all[i] = math.Log(value)
	}
	return all
}
