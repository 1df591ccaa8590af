package compare

import (
	"math"

	"github.com/unified-login/assay/reports/benchmark"
)

const (
	// blocks is the number of parts of equal length that a run is cut into, and fewestBlocks how many of them tell how much errors
	// cluster.
	blocks, fewestBlocks = 20, 5
	// doubt is what a 95 % interval leaves out, on both sides together.
	doubt = 0.05
)

// An interval of a share, from 0 to 1.
type interval struct{ low, high float64 }

// clustering says how many errors that come together are worth an independent one, and with how many degrees of freedom that is
// known.
type clustering struct{ effect, degrees float64 }

// errorsOf are the 95 % intervals of the runs' shares of errors. own leaves out the errors that only the generator's own bursts
// brought about. Errors that come together are few events: what is known of that of any run counts for all, as a run without
// errors does not show it.
func errorsOf(runs []benchmark.Report, c clustering, own bool) (all []interval) {
	for _, run := range runs {
		share := run.Exchanges.ErrorShare()
		if own {
			share = run.OwnErrors()
		}
		n := float64(run.Exchanges.Sent)
		all = append(all, shareInterval(share, min(n, n/c.effect*square(normal95/studentT(c.degrees)))))
	}
	return all
}

// clusteringOf is the strongest of any run; false if a run is too short to show it.
func clusteringOf(runs []benchmark.Report) (strongest clustering, known bool) {
	for i, run := range runs {
		c, known := clusteringIn(run.Timeline)
		if !known {
			return clustering{}, false
		}
		if i == 0 || c.effect > strongest.effect {
			strongest = c
		}
	}
	return strongest, true
}

// clusteringIn is the design effect of the errors in a timeline, from the variance between blocks, and what neighbours of these
// have in common.
func clusteringIn(timeline []benchmark.Second) (c clustering, known bool) {
	b := min(blocks, len(timeline))
	if b < fewestBlocks {
		return c, false
	}
	answered, failed := make([]float64, b), make([]float64, b)
	n, k := 0.0, 0.0
	for i, second := range timeline {
		block := i * b / len(timeline)
		answered[block] += float64(second.Answered)
		failed[block] += float64(second.Failed + second.Wrong)
		n, k = n+float64(second.Answered), k+float64(second.Failed+second.Wrong)
	}
	if k == 0 || k == n {
		return clustering{1, float64(b - 1)}, true
	}
	p, variance, common, before := k/n, 0.0, 0.0, 0.0
	for i := range answered {
		d := failed[i] - p*answered[i]
		variance, common, before = variance+d*d, common+d*before, d
	}
	if variance == 0 {
		return clustering{1, float64(b - 1)}, true
	}
	phi := max(0, min(0.8, common/variance+1/float64(b)))
	variance *= float64(b) / float64(b-1) / (n * n) * (1 + phi) / (1 - phi)
	return clustering{max(1, variance/(p*(1-p)/n)), max(3, float64(b-1)*(1-phi)/(1+phi))}, true
}

func square(x float64) float64 { return x * x }

// shareInterval is the 95 % interval of a share of n independent exchanges, Clopper and Pearson's.
func shareInterval(share, n float64) interval {
	k := share * n
	ends := interval{0, 1}
	if n <= 0 {
		return ends
	}
	if k > 0 {
		ends.low = betaQuantile(doubt/2, k, n-k+1)
	}
	if k < n {
		ends.high = betaQuantile(1-doubt/2, k+1, n-k)
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

// lowest is the lowest end of intervals, and highest the highest one.
func lowest(all []interval) float64 {
	low := 1.0
	for _, one := range all {
		low = min(low, one.low)
	}
	return low
}

func highest(all []interval) float64 {
	high := 0.0
	for _, one := range all {
		high = max(high, one.high)
	}
	return high
}
