package uncertain

import "math"

// roughSpells is how few independent busy spells beyond p90 make the interval of a mean too narrow too often.
const roughSpells = 10

// Mean is the mean of Accepted in seconds. Where exchanges timed out it is a lower bound, and its upper end is open.
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
		half := student((1+confidence)/2, c.degrees) * math.Sqrt(max(v, alone)) / n
		i = Interval{Value: mean, Low: max(0, mean-half), High: mean + half, Confidence: confidence, Deff: c.deff,
			Effective: n / c.deff, Rough: r.spells(0.9) < roughSpells}
	}
	if r.counts.Censored > 0 {
		i.AtLeast, i.High = true, math.Inf(1)
	}
	return i
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
