package uncertain

import "math"

// A Part is one block of a share: of Of exchanges, Counted were counted.
type Part struct{ Counted, Of int64 }

// Sum adds up the parts of a share.
func Sum(parts []Part) (sum Part) {
	for _, part := range parts {
		sum.Counted, sum.Of = sum.Counted+part.Counted, sum.Of+part.Of
	}
	return sum
}

// Value is the share; 0 of nothing.
func (p Part) Value() float64 {
	if p.Of <= 0 {
		return 0
	}
	return float64(p.Counted) / float64(p.Of)
}

const (
	mostCommon   = 0.8 // of what neighbouring blocks have in common
	leastDegrees = 3
)

// A cluster says how much alike the exchanges of a block are.
type cluster struct {
	deff    float64 // the design effect, at least 1
	degrees float64 // of freedom of its estimate; +Inf where nothing was estimated
	common  float64 // what neighbouring blocks have in common, from 0 to 0.8
	blocks  int     // that have any exchanges
}

// independent is of exchanges of which nothing shows that they are alike.
func independent(blocks int) cluster { return cluster{deff: 1, degrees: math.Inf(1), blocks: blocks} }

// variance is that of a ratio Σx/Σn, times n², from what every block deviates: d = x − ratio·n.
func variance(deviations []float64) (v float64, c cluster) {
	b := float64(len(deviations))
	c = cluster{deff: 1, degrees: max(leastDegrees, b-1), blocks: len(deviations)}
	sum, neighbours := 0.0, 0.0
	for i, d := range deviations {
		sum += d * d
		if i > 0 {
			neighbours += deviations[i-1] * d
		}
	}
	if sum == 0 || b < 2 {
		return 0, c
	}
	c.common = max(0, min(neighbours/sum+1/b, mostCommon))
	c.degrees = max(leastDegrees, (b-1)*(1-c.common)/(1+c.common))
	return b / (b - 1) * sum * (1 + c.common) / (1 - c.common), c
}

// deviation is the difference of what a block has from what is expected of it; 0 where it is only that of rounding.
func deviation(has, expected float64) float64 {
	const rounding = 1e-9
	if d := has - expected; math.Abs(d) > rounding*math.Abs(expected) {
		return d
	}
	return 0
}

// clusterOf is the design effect of a share (Korn and Graubard 1998).
func clusterOf(parts []Part) cluster {
	whole := Sum(parts)
	p, n := whole.Value(), float64(whole.Of)
	var deviations []float64
	for _, part := range parts {
		if part.Of > 0 {
			deviations = append(deviations, deviation(float64(part.Counted), p*float64(part.Of)))
		}
	}
	if p <= 0 || p >= 1 {
		return independent(len(deviations))
	}
	v, c := variance(deviations)
	c.deff = max(1, v/(n*p*(1-p)))
	return c
}

// Cut adds up parts of equal length, in the order of time, to the blocks that an interval takes: 20, or as many as there are.
func Cut(parts []Part) []Part {
	cut := make([]Part, min(wholeBlocks, len(parts)))
	for i, part := range parts {
		block := &cut[i*len(cut)/len(parts)]
		block.Counted, block.Of = block.Counted+part.Counted, block.Of+part.Of
	}
	return cut
}

// Share is the interval of a share at a two-sided confidence. The exchanges of a run's tail are in too few clusters to tell how much
// they are alike, so the share is taken to be worth no more than those of the bulk, whose parts are given as well. Of fewer than
// five blocks there is no interval. Where nothing was counted, or everything, the interval is one-sided.
func Share(parts []Part, confidence float64, bulk ...[]Part) Interval {
	whole := Sum(parts)
	return clusterOf(parts).atLeast(bulk).interval(whole.Value(), float64(whole.Of), confidence)
}

// atLeast is the worst of a cluster and of those of other shares of the same exchanges.
func (c cluster) atLeast(bulk [][]Part) cluster {
	for _, other := range bulk {
		if o := clusterOf(other); o.deff > c.deff {
			c.deff, c.degrees = o.deff, o.degrees
		}
	}
	return c
}

// effective is the number of independent exchanges that n are worth.
func (c cluster) effective(n, confidence float64) float64 {
	if math.IsInf(c.degrees, 1) {
		return min(n, n/c.deff)
	}
	tail := (1 + confidence) / 2
	z := normal(tail) / student(tail, c.degrees)
	return min(n, n/c.deff*z*z)
}

// interval is that of a share p of n.
func (c cluster) interval(p, n, confidence float64) Interval {
	if c.blocks < leastBlocks {
		return unknown(p)
	}
	i := ShareOf(p, c.effective(n, confidence), confidence)
	i.Deff = c.deff
	return i
}

// ShareOf is the interval of a share p that was observed of exchanges that are worth a number of independent ones: that of [Share], whose
// blocks lead to the number. Its Deff is not known, and 0.
func ShareOf(p, effective, confidence float64) Interval {
	i := Interval{Value: p, High: 1, Confidence: confidence, Effective: effective}
	switch {
	case p <= 0:
		i.OneSided, i.High = true, 1-math.Pow(1-confidence, 1/effective)
	case p >= 1:
		i.OneSided, i.Low = true, math.Pow(1-confidence, 1/effective)
	default:
		i.Low, i.High = ClopperPearson(p*effective, effective, confidence)
	}
	return i
}
