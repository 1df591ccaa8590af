package uncertain

import "math"

// A MeanProbe is what a search measured at one rate of something that is not a share, such as the mean.
type MeanProbe struct {
	Rate  float64 // per second
	Value float64
}

// FitMean finds the rate at which a figure reaches a bound, by a straight line on the logarithm of the rate over the figures within
// 15 % of a guess. The scatter around the line is in the error, as with [Fit]. False says that there are fewer than three figures near
// the guess, or that they do not rise with the rate.
func FitMean(figures []MeanProbe, bound, guess, confidence float64) (Limit, bool) {
	var x, y []float64
	for _, f := range figures {
		if f.Rate > 0 && guess > 0 && math.Abs(f.Rate/guess-1) <= near {
			x, y = append(x, math.Log(f.Rate/guess)), append(y, f.Value)
		}
	}
	n := float64(len(x))
	if len(x) < leastProbes {
		return Limit{}, false
	}
	middle, level := sum(x)/n, sum(y)/n
	var xx, xy float64
	for i := range x {
		xx, xy = xx+(x[i]-middle)*(x[i]-middle), xy+(x[i]-middle)*(y[i]-level)
	}
	slope := xy / xx
	if xx <= 0 || !(slope > 0) {
		return Limit{}, false
	}
	scatter := 0.0
	for i := range x {
		off := y[i] - level - slope*(x[i]-middle)
		scatter += off * off
	}
	at := middle + (bound-level)/slope
	half := student((1+confidence)/2, n-2) * math.Sqrt(scatter/(n-2)*(1/n+(at-middle)*(at-middle)/xx)) / slope
	return Limit{Rate: guess * math.Exp(at), Low: guess * math.Exp(at-half), High: guess * math.Exp(at+half), Confidence: confidence,
		Slope: slope, Dispersion: 1, Probes: len(x)}, true
}

func sum(values []float64) (total float64) {
	for _, value := range values {
		total += value
	}
	return total
}
