package uncertain

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// normal is the quantile of the standard normal distribution.
func normal(p float64) float64 { return mathext.NormalQuantile(p) }

// student is the quantile of Student's t distribution with some degrees of freedom.
func student(p, degrees float64) float64 {
	switch {
	case p == 0.5:
		return 0
	case p < 0.5:
		return -student(1-p, degrees)
	}
	x := mathext.InvRegIncBeta(degrees/2, 0.5, 2*(1-p))
	return math.Sqrt(degrees * (1 - x) / x)
}

// studentBeyond is the probability that Student's t is beyond a value that is not negative.
func studentBeyond(t, degrees float64) float64 {
	return mathext.RegIncBeta(degrees/2, 0.5, degrees/(degrees+t*t)) / 2
}

// beta is the quantile of the beta distribution. Its ends are those of a share of which nothing, or everything, was counted.
func beta(p, a, b float64) float64 {
	switch {
	case a <= 0:
		return 0
	case b <= 0:
		return 1
	default:
		return mathext.InvRegIncBeta(a, b, p)
	}
}

// ClopperPearson is the two-sided interval of a share of which k of n independent exchanges were counted; neither needs to be whole
// (Biometrika 26, 1934). Of n = 0 it is from 0 to 1.
func ClopperPearson(k, n, confidence float64) (low, high float64) {
	tail := (1 - confidence) / 2
	k = max(0, min(k, n))
	if n <= 0 {
		return 0, 1
	}
	return beta(tail, k, n-k+1), beta(1-tail, k+1, n-k)
}

// AtLeast is the probability that k or more of n independent events happen that each have a probability p.
func AtLeast(k, n int64, p float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n || p <= 0:
		return 0
	case p >= 1:
		return 1
	default:
		return mathext.RegIncBeta(float64(k), float64(n-k+1), p)
	}
}
