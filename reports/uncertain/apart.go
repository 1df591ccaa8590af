package uncertain

import "math"

// LeastRuns is the number of runs that a side needs to estimate the variation between runs.
const LeastRuns = 3

// Apart compares a figure of runs that were made apart, one value a run: what differs between two runs of the same build is in no
// second of either. It is Welch's t (Biometrika 34, 1947), with at least as many degrees of freedom as the smaller side has; of a
// ratio on the logarithms. A and B are the geometric means over the runs of a side, and of shares the arithmetic ones. There is
// no interval where a side has fewer than three runs, or a ratio has a figure that is not positive.
func Apart(a, b []float64, ratio bool, confidence float64) Change {
	one, two := a, b
	if ratio {
		one, two = logarithms(a), logarithms(b)
	}
	x, y := average(one), average(two)
	if ratio {
		x, y = math.Exp(x), math.Exp(y)
	}
	c := withoutEnds(x, y, ratio)
	if min(len(a), len(b)) < LeastRuns || ratio && !(x > 0 && y > 0) {
		return c
	}
	u, v := sampleVariance(one)/float64(len(one)), sampleVariance(two)/float64(len(two))
	degrees := float64(min(len(a), len(b)) - 1)
	if sum := u + v; sum > 0 {
		degrees = max(degrees, sum*sum/(u*u/float64(len(a)-1)+v*v/float64(len(b)-1)))
	}
	return c.ends(average(two)-average(one), math.Sqrt(u+v), degrees, confidence)
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
