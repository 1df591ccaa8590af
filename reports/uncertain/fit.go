package uncertain

import "math"

// A Probe is what a search measured at one rate: of Of exchanges, Counted were beyond the level's bound.
type Probe struct {
	Rate        float64 // per second
	Counted, Of float64
}

// A Limit is the rate up to which a service level holds. The zero value is that of no fit.
type Limit struct {
	// Rate is where the fitted share meets what the level allows, per second, and Low and High are the ends of its interval.
	Rate, Low, High float64
	// Confidence is that of the interval.
	Confidence float64
	// Slope is the rise of the logit of the share for a rise of the logarithm of the rate.
	Slope float64
	// Dispersion is how much more the probes scatter around the curve than independent exchanges would; at least 1.
	Dispersion float64
	// Probes is the number of probes that were fitted.
	Probes int
	at     float64 // logit at Rate around
	around float64
}

// LogitCurve is the share at a rate on a curve of a slope that allows a share at a limit: that of [Fit], from the figures that a file keeps.
func LogitCurve(limit, allowed, slope, rate float64) float64 {
	if limit <= 0 || rate <= 0 || allowed <= 0 || allowed >= 1 {
		return 0
	}
	return expit(logit(allowed) + slope*math.Log(rate/limit))
}

// The prior of the slope, which is weak: a share of 1 % that becomes 2 % for 7 % more load has a slope of 10.
const (
	priorSlope, priorDeviation = 10.0, 30.0
	leastSlope                 = 0.5
	// near is how far from the guess probes are fitted, as a share of it: the curve is straight nearby only.
	near = 0.15
	// leastProbes leave one degree of freedom.
	leastProbes = 3
)

// Fit finds the rate at which a share reaches what a level allows, by a regression of the share's logit on the logarithm of the
// rate, over the probes within 15 % of a guess. It is quasi-binomial: the probes' own scatter (Pearson's chi-squared over its
// degrees of freedom) is in the error, with the delta method and Student's t for the limit. False says that there are fewer than
// three probes near the guess, or nothing was counted in them.
func Fit(probes []Probe, allowed, guess, confidence float64) (Limit, bool) {
	points := nearby(probes, guess)
	if len(points) < leastProbes || allowed <= 0 || allowed >= 1 {
		return Limit{}, false
	}
	line, ok := regress(points)
	if !ok {
		return Limit{}, false
	}
	return line.limit(allowed, guess, confidence, len(points)), true
}

// Share is the fitted share at a rate, for a picture.
func (l Limit) Share(rate float64) float64 {
	if l.around <= 0 || rate <= 0 {
		return 0
	}
	return expit(l.at + l.Slope*math.Log(rate/l.around))
}

// Within reports whether the half-width of the interval is at most a share of the rate, such as 0.03.
func (l Limit) Within(share float64) bool {
	return l.Confidence > 0 && max(l.High-l.Rate, l.Rate-l.Low) <= share*l.Rate
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

func expit(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// A point is a probe in the coordinates of the regression.
type point struct{ x, k, n float64 }

func nearby(probes []Probe, guess float64) (points []point) {
	for _, p := range probes {
		if p.Of > 0 && p.Rate > 0 && guess > 0 && math.Abs(p.Rate/guess-1) <= near {
			points = append(points, point{math.Log(p.Rate / guess), p.Counted, p.Of})
		}
	}
	return points
}

// A line is the fitted logit a + b·x with the inverse of its information.
type line struct {
	a, b          float64
	aa, ab, bb    float64 // covariances
	dispersion    float64
	counted, left float64
}

// regress fits a line by weighted least squares, again and again. The dispersion weighs the probes against the prior, and follows
// from the fit.
func regress(points []point) (l line, ok bool) {
	for _, p := range points {
		l.counted, l.left = l.counted+p.k, l.left+p.n-p.k
	}
	if l.counted <= 0 || l.left <= 0 {
		return l, false
	}
	l.a, l.b, l.dispersion = logit(l.counted/(l.counted+l.left)), priorSlope, 1
	for range 100 {
		before := l
		l.step(points)
		l.dispersion = max(1, l.pearson(points)/float64(len(points)-2))
		if math.Abs(l.a-before.a)+math.Abs(l.b-before.b) < 1e-10 {
			break
		}
	}
	return l, !math.IsNaN(l.a + l.b + l.aa + l.ab + l.bb)
}

// step is one of Newton's, at most 2 in the logit.
func (l *line) step(points []point) {
	prior := 1 / (priorDeviation * priorDeviation)
	var ga, gb, haa, hab, hbb float64
	for _, p := range points {
		share := expit(l.a + l.b*p.x)
		residual, weight := (p.k-p.n*share)/l.dispersion, p.n*share*(1-share)/l.dispersion
		ga, gb = ga+residual, gb+residual*p.x
		haa, hab, hbb = haa+weight, hab+weight*p.x, hbb+weight*p.x*p.x
	}
	gb, hbb = gb-(l.b-priorSlope)*prior, hbb+prior
	determinant := haa*hbb - hab*hab
	l.aa, l.ab, l.bb = hbb/determinant, -hab/determinant, haa/determinant
	da, db := l.aa*ga+l.ab*gb, l.ab*ga+l.bb*gb
	if size := math.Abs(da); size > 2 {
		da, db = da*2/size, db*2/size
	}
	l.a, l.b = l.a+da, max(leastSlope, l.b+db)
}

// pearson is the chi-squared statistic of the fit.
func (l *line) pearson(points []point) (sum float64) {
	for _, p := range points {
		share := expit(l.a + l.b*p.x)
		residual := p.k - p.n*share
		sum += residual * residual / (p.n * share * (1 - share))
	}
	return sum
}

// limit is where the line meets what is allowed.
func (l *line) limit(allowed, guess, confidence float64, probes int) Limit {
	x := (logit(allowed) - l.a) / l.b
	// x depends on a by -1/b, and on b by -x/b.
	standardError := math.Sqrt(l.aa+2*x*l.ab+x*x*l.bb) / l.b
	half := student((1+confidence)/2, l.degrees(probes)) * standardError
	return Limit{Rate: guess * math.Exp(x), Low: guess * math.Exp(x-half), High: guess * math.Exp(x+half), Confidence: confidence,
		Slope: l.b, Dispersion: l.dispersion, Probes: probes, at: l.a, around: guess}
}

// degrees are those of the dispersion. With few clusters of exchanges beyond the bound the residuals have heavy tails, and tell
// the dispersion worse than as many normal ones. For clusters that come at random, with exponential sizes, the excess kurtosis
// over the number of probes is 3 times the dispersion over what was counted.
func (l *line) degrees(probes int) float64 {
	return max(1, 1/(1/float64(probes-2)+1.5*(l.dispersion-1)/l.counted))
}
