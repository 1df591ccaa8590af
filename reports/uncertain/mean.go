package uncertain

import "math"

// RoughSpells is how few independent busy spells beyond p90 make the interval of a mean too low too often.
const RoughSpells = 10

// Mean is the mean of Accepted in seconds. The upper end allows for the skewness of the blocks' sums (Johnson, Journal of the
// American Statistical Association 73, 1978): without that, 84 to 92 % of the intervals of a queue hold the truth, and the others
// are too low. It is open where the run met too few busy spells, and where exchanges timed out, which makes the mean itself a
// lower bound.
func (r Run) Mean(confidence float64) Interval {
	n := float64(r.whole.count())
	if n == 0 {
		return unknown(0)
	}
	sums, total := r.sums()
	mean := total / n
	var deviations []float64
	for i, c := range r.curves {
		if count := c.count(); count > 0 {
			deviations = append(deviations, deviation(sums[i], mean*float64(count)))
		}
	}
	v, c := variance(deviations)
	alone := r.whole.spread() / nanoseconds / nanoseconds // the variance of n independent times, times n
	if alone > 0 {
		c.deff = max(1, v/alone)
	}
	i := unknown(mean)
	if c.blocks >= leastBlocks {
		standardError, t := math.Sqrt(max(v, alone))/n, student((1+confidence)/2, c.degrees)
		i = Interval{Value: mean, Low: max(0, mean-t*standardError), High: mean + (t+skew(deviations, t))*standardError,
			Confidence: confidence, Deff: c.deff, Effective: n / c.deff, Rough: r.spells(0.9) < RoughSpells}
		if r.spells(0.9) < LeastSpells {
			i.High = math.Inf(1)
		}
	}
	if r.counts.Censored > 0 {
		i.AtLeast, i.High = true, math.Inf(1)
	}
	return i
}

// Rate is the number of arrivals with a correct answer per second, for a closed loop, which has no schedule: see
// [Run.Throughput].
func (r Run) Rate(confidence float64) Interval {
	seconds, b := r.measured.Seconds(), float64(len(r.blocks))
	if seconds <= 0 || b == 0 {
		return unknown(0)
	}
	answered := float64(r.counts.Answered)
	deviations := make([]float64, len(r.blocks))
	for i, block := range r.blocks {
		deviations[i] = deviation(float64(block.Answered), answered*r.lengths[i])
	}
	if b < leastBlocks {
		return unknown(answered / seconds)
	}
	v, c := variance(deviations)
	half := student((1+confidence)/2, c.degrees) * math.Sqrt(v)
	return Interval{Value: answered, Low: max(0, answered-half), High: answered + half, Confidence: confidence, Deff: max(1, v/max(1, answered)),
		Effective: answered / max(1, v/max(1, answered))}.times(1 / seconds)
}

// sums are the blocks' sums of Accepted in seconds, and their total.
func (r Run) sums() (sums []float64, total float64) {
	sums = make([]float64, len(r.curves))
	for i, c := range r.curves {
		if sums[i] = r.blocks[i].Total.Seconds(); r.blocks[i].Total == 0 {
			sums[i] = c.sum() / nanoseconds
		}
		total += sums[i]
	}
	return sums, total
}

// skew is how many more standard errors than t the upper end is away from a mean whose deviations are skewed to the right.
func skew(deviations []float64, t float64) float64 {
	var squares, cubes float64
	for _, d := range deviations {
		squares, cubes = squares+d*d, cubes+d*d*d
	}
	if squares == 0 {
		return 0
	}
	b := float64(len(deviations))
	skewness := cubes / b / math.Pow(squares/b, 1.5)
	return max(0, skewness*(1+2*t*t)/(6*math.Sqrt(b)))
}
