// Package uncertain has the error bars of shares: how far the truth may be from what was counted, also where what is counted comes
// together. It is pure: no clock, no files.
//
// Start with [ClustersIn], which looks at a run part by part, and with [Clusters.Share].
package uncertain

import "math"

const (
	// parts is the number of blocks of equal length that a run is cut into, and fewestParts how many of them tell how much counted
	// exchanges cluster.
	parts, fewestParts = 20, 5
	// doubt is what a 95 % interval leaves out, on both sides together.
	doubt = 0.05
	// normal95 is the normal distribution's quantile for a two-sided 95 % interval.
	normal95 = 1.959964
)

// An Interval is a 95 % interval of a share, from 0 to 1.
type Interval struct{ Low, High float64 }

// A Part of a run has some exchanges, some of which are counted: those that failed, for example.
type Part struct{ All, Counted int64 }

// Clusters say how many counted exchanges that come together are worth an independent one, at least 1, and with how many degrees of
// freedom that is known.
type Clusters struct{ Effect, Degrees float64 }

// Independent are exchanges of which none has to do with another.
func Independent() Clusters { return Clusters{1, math.Inf(1)} }

// ClustersIn returns the design effect of what is counted in a run, whose parts are of equal length: from the variance between
// blocks of them, and what neighbours of these have in common. It is false for fewer than five parts.
func ClustersIn(run []Part) (c Clusters, known bool) {
	b := min(parts, len(run))
	if b < fewestParts {
		return c, false
	}
	all, counted := make([]float64, b), make([]float64, b)
	n, k := 0.0, 0.0
	for i, part := range run {
		block := i * b / len(run)
		all[block] += float64(part.All)
		counted[block] += float64(part.Counted)
		n, k = n+float64(part.All), k+float64(part.Counted)
	}
	independent := Clusters{1, float64(b - 1)}
	if k <= 0 || k >= n {
		return independent, true
	}
	p, variance, common, before := k/n, 0.0, 0.0, 0.0
	for i := range all {
		d := counted[i] - p*all[i]
		variance, common, before = variance+d*d, common+d*before, d
	}
	if variance == 0 {
		return independent, true
	}
	phi := max(0, min(0.8, common/variance+1/float64(b)))
	variance *= float64(b) / float64(b-1) / (n * n) * (1 + phi) / (1 - phi)
	return Clusters{max(1, variance/(p*(1-p)/n)), max(3, float64(b-1)*(1-phi)/(1+phi))}, true
}

// Share is the 95 % interval of a share of n exchanges.
func (c Clusters) Share(share float64, n int64) Interval {
	ratio := normal95 / StudentT(c.Degrees)
	return shareOf(share, min(float64(n), float64(n)/c.Effect*ratio*ratio))
}

// shareOf is the 95 % interval of a share of n independent exchanges, Clopper and Pearson's.
func shareOf(share, n float64) Interval {
	k := share * n
	ends := Interval{0, 1}
	if n <= 0 {
		return ends
	}
	if k > 0 {
		ends.Low = betaQuantile(doubt/2, k, n-k+1)
	}
	if k < n {
		ends.High = betaQuantile(1-doubt/2, k+1, n-k)
	}
	return ends
}

// betaQuantile is the value below which a beta-distributed number is with a probability.
func betaQuantile(probability, a, b float64) float64 {
	const halvings = 60
	low, high := 0.0, 1.0
	for range halvings {
		if middle := (low + high) / 2; betaShare(middle, a, b) < probability {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// betaShare is the regularized incomplete beta function, by its continued fraction.
func betaShare(x, a, b float64) float64 {
	if x <= 0 || x >= 1 {
		return max(0, min(1, x))
	}
	if x > (a+1)/(a+b+2) {
		return 1 - betaShare(1-x, b, a)
	}
	sum, _ := math.Lgamma(a + b)
	one, _ := math.Lgamma(a)
	two, _ := math.Lgamma(b)
	front := math.Exp(sum - one - two + a*math.Log(x) + b*math.Log1p(-x))
	return front / (a * betaFraction(x, a, b))
}

// betaFraction is the continued fraction 1 + d1/(1 + d2/(1 + …)) of the incomplete beta function, by Lentz's method.
func betaFraction(x, a, b float64) float64 {
	const terms, precision, tiny = 10_000, 1e-12, 1e-300
	value, c, d := 1.0, 1.0, 0.0
	for i := 1; i < terms; i++ {
		m := float64(i / 2)
		term := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		if i%2 == 1 {
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		c, d = nonzero(1+term/c, tiny), 1/nonzero(1+term*d, tiny)
		value *= c * d
		if math.Abs(c*d-1) < precision {
			break
		}
	}
	return value
}

func nonzero(x, tiny float64) float64 {
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// AtLeast is the probability that k or more of n independent events happen that each have a probability.
func AtLeast(k, n int64, probability float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n || probability <= 0:
		return 0
	default:
		return betaShare(probability, float64(k), float64(n-k+1))
	}
}

// StudentT is the quantile of Student's t for a two-sided 95 % interval, by degrees of freedom from 1.
func StudentT(degrees float64) float64 {
	table := [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
		2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042}
	return table[int(max(1, min(degrees, float64(len(table)))))-1]
}
