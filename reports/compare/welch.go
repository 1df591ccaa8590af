package compare

import "math"

// normal95 is the normal distribution's quantile for a two-sided 95 % interval.
const normal95 = 1.959964

// studentT are the quantiles of Student's t for a two-sided 95 % interval, by degrees of freedom from 1.
func studentT(degrees float64) float64 {
	table := [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
		2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042}
	return table[max(1, min(int(degrees), len(table)))-1]
}

// welch is the 95 % interval of the difference of two means, by Welch's t on the runs of both sides. Each side has at least two.
func welch(a, b []float64) (low, high float64) {
	u, v := variance(a)/float64(len(a)), variance(b)/float64(len(b))
	degrees := float64(min(len(a), len(b)) - 1)
	if sum := u + v; sum > 0 {
		degrees = max(degrees, sum*sum/(u*u/float64(len(a)-1)+v*v/float64(len(b)-1)))
	}
	difference, half := mean(b)-mean(a), studentT(degrees)*math.Sqrt(u+v)
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
