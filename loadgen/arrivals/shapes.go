package arrivals

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/words"
)

// A Shape names how the rate goes over the time of a run.
type Shape string

// The shapes. All but Poisson are deterministic: arrival n is due when the area under the rate reaches n.
const (
	// Constant keeps one rate: arrival n is due at n/rate.
	Constant Shape = "constant"
	// Ramp goes from the first rate to the second in a straight line.
	Ramp Shape = "ramp"
	// Step is a staircase of five equally long and equally high steps, the first at the first rate, the last at the second.
	Step Shape = "step"
	// Sine is one wave: from a trough at the first rate, over a crest at the second in the middle, and back.
	Sine Shape = "sine"
	// Spike keeps the first rate, except for the middle fifth of the time, which is at the second.
	Spike Shape = "spike"
	// Poisson is memoryless, as independent users are: the gaps between arrivals are drawn from the exponential
	// distribution of one mean rate, the same ones for the same seed.
	Poisson Shape = "poisson"
)

// Shapes lists all shapes.
func Shapes() []Shape { return []Shape{Constant, Ramp, Step, Sine, Spike, Poisson} }

// steps is how many steps the staircase of [Step] has: each is long enough to be seen in a per-second timeline.
const steps = 5

// known reports a shape that does not exist, with the one that was probably meant.
func (s Shape) known() error {
	var names []string
	for _, shape := range Shapes() {
		if s == shape {
			return nil
		}
		names = append(names, string(shape))
	}
	if near := words.Nearest(strings.ToLower(string(s)), names); near != "" {
		return fmt.Errorf("unknown shape %q; did you mean %q?", s, near)
	}
	return fmt.Errorf("unknown shape %q; there are %s", s, words.List(names))
}

// shapesOfTwoRates names the shapes that go from one rate to another.
func shapesOfTwoRates() []string {
	return []string{string(Ramp), string(Step), string(Sine), string(Spike)}
}

// A stretch is a part of a run over which the rate, in arrivals a second, goes from one value to another: in a straight
// line, or as a cosine does from one of its extremes to the next.
type stretch struct {
	length   time.Duration
	from, to *big.Rat
	wave     bool
}

// stretches are the parts of a deterministic shape, none of them empty. The rate to is ignored where there is but one.
func (s Shape) stretches(from, to *big.Rat, duration time.Duration) []stretch {
	switch s {
	case Ramp:
		return []stretch{{length: duration, from: from, to: to}}
	case Step:
		return staircase(from, to, duration)
	case Sine:
		half := fraction(duration, 1, 2)
		return nonEmpty(
			stretch{length: half, from: from, to: to, wave: true},
			stretch{length: duration - half, from: to, to: from, wave: true})
	case Spike:
		before, after := fraction(duration, 2, 5), fraction(duration, 3, 5)
		return nonEmpty(
			stretch{length: before, from: from, to: from},
			stretch{length: after - before, from: to, to: to},
			stretch{length: duration - after, from: from, to: from})
	default: // Constant
		return []stretch{{length: duration, from: from, to: from}}
	}
}

// staircase is the stretches of [Step].
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

// fraction is i n-ths of d, rounded down; i ≤ n, so that nothing overflows.
func fraction(d time.Duration, i, n int64) time.Duration {
	return d/time.Duration(n)*time.Duration(i) + d%time.Duration(n)*time.Duration(i)/time.Duration(n)
}

// nonEmpty leaves out the stretches that a run of a few nanoseconds has no time for.
func nonEmpty(stretches ...stretch) []stretch {
	var kept []stretch
	for _, s := range stretches {
		if s.length > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}
