package uncertain

import "math"

// leastBranch is how many probes each of two branches needs.
const leastBranch = 4

// Branches are the limits of probes that followed a lower rate, and of those that followed a higher one: see [FitBranches].
type Branches struct{ Up, Down Limit }

// FitBranches fits probes that followed a lower rate and probes that followed a higher one with one slope and a level each. Where a
// target has not recovered from the higher rate, the latter end lower. False says that the two do not differ by more than chance explains, at
// the confidence, or that there are fewer than four probes of either near the guess.
func FitBranches(up, down []Probe, allowed, guess, confidence float64) (Branches, bool) {
	above, below := nearby(up, guess), nearby(down, guess)
	points := append(append([]point(nil), above...), below...)
	common, ok := regress(points)
	if len(above) < leastBranch || len(below) < leastBranch || !ok || allowed <= 0 || allowed >= 1 {
		return Branches{}, false
	}
	b := twoLevels{a: [2]float64{common.a, common.a}, slope: common.b, dispersion: 1}
	for range 100 {
		before := b
		b.step([2][]point{above, below})
		b.dispersion = max(1, b.pearson([2][]point{above, below})/float64(len(points)-3))
		if math.Abs(b.a[0]-before.a[0])+math.Abs(b.a[1]-before.a[1])+math.Abs(b.slope-before.slope) < 1e-10 {
			break
		}
	}
	apart := math.Abs(b.a[1] - b.a[0])
	t := student((1+confidence)/2, float64(len(points)-3))
	if !(apart > t*math.Sqrt(b.covariance())) {
		return Branches{}, false
	}
	return Branches{Up: b.limit(0, allowed, guess, t, confidence, len(above)), Down: b.limit(1, allowed, guess, t, confidence, len(below))}, true
}

// twoLevels are two lines with one slope: the logit is a[i] + slope·x in branch i.
type twoLevels struct {
	a                 [2]float64
	slope, dispersion float64
	own               [2]float64 // information of each level
	cross             [2]float64 // of each level and the slope
	ofSlope           float64    // variance of the slope
}

// step is one of Newton's. The levels are eliminated first, since they share only the slope.
func (b *twoLevels) step(branches [2][]point) {
	const prior, most = 1 / (priorDeviation * priorDeviation), 2.0
	var level [2]float64 // gradients
	slope, bend := -(b.slope-priorSlope)*prior, prior
	b.own, b.cross = [2]float64{}, [2]float64{}
	for i, points := range branches {
		for _, p := range points {
			share := expit(b.a[i] + b.slope*p.x)
			residual, weight := (p.k-p.n*share)/b.dispersion, max(1e-12, p.n*share*(1-share)/b.dispersion)
			level[i], slope = level[i]+residual, slope+residual*p.x
			b.own[i], b.cross[i], bend = b.own[i]+weight, b.cross[i]+weight*p.x, bend+weight*p.x*p.x
		}
	}
	for i := range branches {
		slope, bend = slope-b.cross[i]/b.own[i]*level[i], bend-b.cross[i]/b.own[i]*b.cross[i]
	}
	b.ofSlope = 1 / bend
	moved := slope / bend
	b.slope = max(leastSlope, b.slope+moved)
	for i := range branches {
		b.a[i] += max(-most, min(most, (level[i]-b.cross[i]*moved)/b.own[i]))
	}
}

func (b *twoLevels) pearson(branches [2][]point) (sum float64) {
	for i, points := range branches {
		one := line{a: b.a[i], b: b.slope}
		sum += one.pearson(points)
	}
	return sum
}

// covariance is the variance of the difference of the levels.
func (b *twoLevels) covariance() float64 {
	apart := b.cross[1]/b.own[1] - b.cross[0]/b.own[0]
	return 1/b.own[0] + 1/b.own[1] + apart*apart*b.ofSlope
}

// limit is where one of the lines meets what is allowed.
func (b *twoLevels) limit(i int, allowed, guess, t, confidence float64, probes int) Limit {
	x, center := (logit(allowed)-b.a[i])/b.slope, b.cross[i]/b.own[i]
	half := t * math.Sqrt(1/b.own[i]+(x-center)*(x-center)*b.ofSlope) / b.slope
	return Limit{Rate: guess * math.Exp(x), Low: guess * math.Exp(x-half), High: guess * math.Exp(x+half), Confidence: confidence,
		Slope: b.slope, Dispersion: b.dispersion, Probes: probes, at: b.a[i], around: guess}
}
