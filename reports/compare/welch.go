package compare

import (
	"math"

	"github.com/unified-login/assay/reports/uncertain"
)

// welch is the 95 % interval of the difference of two means, by Welch's t on the runs of both sides. Each side has at least two.
func welch(a, b []float64) (low, high float64) {
	u, v := variance(a)/float64(len(a)), variance(b)/float64(len(b))
	degrees := float64(min(len(a), len(b)) - 1)
	if sum := u + v; sum > 0 {
		degrees = max(degrees, sum*sum/(u*u/float64(len(a)-1)+v*v/float64(len(b)-1)))
	}
	difference, half := mean(b)-mean(a), uncertain.StudentT(degrees)*math.Sqrt(u+v)
	return difference - half, difference + half
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, value := range values {
		sum += value
	}
	return sum / float64(len(values))
}

// variance is the sample's.
func variance(values []float64) float64 {
	middle, sum := mean(values), 0.0
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
