package page

import (
	"math"
	"strconv"
)

// A scale maps values to pixels of an axis.
type scale struct {
	from, to float64 // values
	at0, at1 float64 // pixels
	log      bool
	step     float64 // between the ticks of a linear scale; 0 means a round step
}

// linear is a scale from 0 to a round number of at least most.
func linear(most, at0, at1 float64) scale {
	if !finite(most) {
		most = 0
	}
	step := roundStep(most)
	return scale{from: 0, to: step * math.Max(1, math.Ceil(most/step-1e-9)), at0: at0, at1: at1}
}

// overTime is a scale from 0 to most seconds, with ticks at round times.
func overTime(most, at0, at1 float64) scale {
	if !finite(most) || most <= 0 {
		most = 1
	}
	const day = 86400
	step := day * roundStep(most/day)
	for _, round := range []float64{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200} {
		if most/round <= 6 {
			step = round
			break
		}
	}
	return scale{from: 0, to: most, at0: at0, at1: at1, step: step}
}

// logarithmic is a scale around positive values; both ends are 1, 2 or 5 times a power of ten.
func logarithmic(least, most, at0, at1 float64) scale {
	if !finite(least) || !finite(most) || least <= 0 || most <= 0 {
		least, most = 1, 1
	}
	from, to := roundLog(least), -roundLog(1/most)
	if to <= from {
		to = from + 1
	}
	return scale{from: from, to: to, at0: at0, at1: at1, log: true}
}

// pixel maps a value to a pixel; a value outside the scale, or NaN, to an end of the scale.
func (s scale) pixel(value float64) float64 {
	if s.log {
		value = math.Log10(math.Max(value, math.SmallestNonzeroFloat64))
	}
	part := (value - s.from) / (s.to - s.from)
	if math.IsNaN(part) {
		part = 0
	}
	part = math.Max(0, math.Min(1, part))
	return s.at0 + part*(s.at1-s.at0)
}

func finite(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }

// ticks are the values that the axis shows.
func (s scale) ticks() []float64 {
	var values []float64
	if !s.log {
		step := s.step
		if step == 0 {
			step = roundStep(s.to)
		}
		for i := 0.0; i*step <= s.to*(1+1e-9); i++ {
			values = append(values, i*step)
		}
		return values
	}
	stride, factors := math.Max(1, math.Ceil((s.to-s.from)/8)), []float64{1}
	if s.to-s.from <= 2 { // there is room for more ticks
		factors = []float64{1, 2, 5}
	}
	for decade := math.Floor(s.from); decade <= s.to; decade += stride {
		for _, factor := range factors {
			if at := decade + math.Log10(factor); at >= s.from-1e-9 && at <= s.to+1e-9 {
				values = append(values, factor*math.Pow(10, decade))
			}
		}
	}
	return values
}

// roundLog is the logarithm of the largest 1, 2 or 5 times a power of ten that is not more than x.
func roundLog(x float64) float64 {
	decade := math.Floor(math.Log10(x) + 1e-9)
	for _, factor := range []float64{5, 2} {
		if at := decade + math.Log10(factor); at <= math.Log10(x)+1e-9 {
			return at
		}
	}
	return decade
}

// roundStep is 1, 2 or 5 times a power of ten, about a fifth of most.
func roundStep(most float64) float64 {
	if most <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(most/5)))
	for _, factor := range []float64{1, 2, 5} {
		if most/(factor*power) <= 5.5 {
			return factor * power
		}
	}
	return 10 * power
}

// coordinate formats a pixel for SVG.
func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
