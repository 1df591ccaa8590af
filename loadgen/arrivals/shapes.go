package arrivals

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/phrase"
)

// A Shape says how the rate changes over the time of a run.
type Shape string

// The shapes. All but Poisson are deterministic: arrival n is due when the area under the rate reaches n.
const (
	// Constant has one rate: arrival n is due at n/rate.
	Constant Shape = "constant"
	// Ramp changes from the first rate to the second in a straight line.
	Ramp Shape = "ramp"
	// Step has five steps of the same length, from the first rate to the second by the same difference.
	Step Shape = "step"
	// Sine is one wave: it starts at the first rate, reaches the second in the middle, and returns.
	Sine Shape = "sine"
	// Spike has the first rate, except for the middle fifth of the time, which has the second.
	Spike Shape = "spike"
	// Poisson models independent users: the gaps between arrivals follow the exponential distribution of one mean rate. A
	// seed always gives the same gaps.
	Poisson Shape = "poisson"
)

// A form is how a shape is made. forms is the only list of the shapes.
type form struct {
	shape    Shape
	twoRates bool
	// stretches are the parts of a deterministic shape, none of them empty; nil for one that is drawn from a seed. A shape
	// of one rate ignores the rate to.
	stretches func(from, to *big.Rat, duration time.Duration) []stretch
}

func forms() []form {
	return []form{
		{shape: Constant, stretches: level},
		{shape: Ramp, twoRates: true, stretches: line},
		{shape: Step, twoRates: true, stretches: staircase},
		{shape: Sine, twoRates: true, stretches: wave},
		{shape: Spike, twoRates: true, stretches: plateau},
		{shape: Poisson},
	}
}

// Shapes lists all shapes.
func Shapes() []Shape { return shapesWhere(func(form) bool { return true }) }

// shapesWhere lists the shapes whose form is as asked, in the order of forms.
func shapesWhere(asked func(form) bool) []Shape {
	var shapes []Shape
	for _, form := range forms() {
		if asked(form) {
			shapes = append(shapes, form.shape)
		}
	}
	return shapes
}

// list names the shapes in a sentence.
func list(shapes []Shape) string {
	var names []string
	for _, shape := range shapes {
		names = append(names, string(shape))
	}
	return words.List(names)
}

// steps is the number of steps of [Step]: few enough that a per-second timeline shows each of them.
const steps = 5

// form returns the shape's form. The error for an unknown shape suggests the one that was probably meant.
func (s Shape) form() (form, error) {
	var names []string
	for _, form := range forms() {
		if s == form.shape {
			return form, nil
		}
		names = append(names, string(form.shape))
	}
	if near := words.Nearest(strings.ToLower(string(s)), names); near != "" {
		return form{}, phrase.Failed(phrase.ArrivalsShapeNear, strconv.Quote(string(s)), strconv.Quote(near))
	}
	return form{}, phrase.Failed(phrase.ArrivalsShapeUnknown, strconv.Quote(string(s)), names)
}

// A stretch is a part of a run in which the rate, in arrivals per second, changes from one value to another: in a straight
// line or, as a wave, like a cosine between two of its extremes.
type stretch struct {
	length   time.Duration
	from, to *big.Rat
	wave     bool
}

// level is the form of [Constant].
func level(from, _ *big.Rat, duration time.Duration) []stretch {
	return []stretch{{length: duration, from: from, to: from}}
}

// line is the form of [Ramp].
func line(from, to *big.Rat, duration time.Duration) []stretch {
	return []stretch{{length: duration, from: from, to: to}}
}

// wave is the form of [Sine].
func wave(from, to *big.Rat, duration time.Duration) []stretch {
	middle := fraction(duration, 1, 2)
	return nonEmpty(
		stretch{length: middle, from: from, to: to, wave: true},
		stretch{length: duration - middle, from: to, to: from, wave: true})
}

// plateau is the form of [Spike].
func plateau(from, to *big.Rat, duration time.Duration) []stretch {
	before, after := fraction(duration, 2, 5), fraction(duration, 3, 5)
	return nonEmpty(
		stretch{length: before, from: from, to: from},
		stretch{length: after - before, from: to, to: to},
		stretch{length: duration - after, from: from, to: from})
}

// staircase is the form of [Step].
func staircase(from, to *big.Rat, duration time.Duration) []stretch {
	height := new(big.Rat).Sub(to, from)
	height.Quo(height, big.NewRat(steps-1, 1))
	rate := new(big.Rat).Set(from)
	var stairs []stretch
	for i := range int64(steps) {
		length := fraction(duration, i+1, steps) - fraction(duration, i, steps)
		stairs = append(stairs, stretch{length: length, from: rate, to: rate})
		rate = new(big.Rat).Add(rate, height)
	}
	return nonEmpty(stairs...)
}

// fraction is i/n of d, rounded down, for i ≤ n; it does not overflow.
func fraction(d time.Duration, i, n int64) time.Duration {
	return d/time.Duration(n)*time.Duration(i) + d%time.Duration(n)*time.Duration(i)/time.Duration(n)
}

// nonEmpty removes the empty stretches of a run of a few nanoseconds.
func nonEmpty(stretches ...stretch) []stretch {
	var kept []stretch
	for _, s := range stretches {
		if s.length > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}
