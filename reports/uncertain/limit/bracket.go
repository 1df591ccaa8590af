package limit

import "math"

// bracketStep asks for a step of the bracket.
func (s *Search) bracketStep(kind Kind, rate float64) {
	step := Step{Kind: kind, Rate: rate, Seconds: s.needed(kind, leastStep, rate)}
	if step.Seconds > longestStep {
		s.stop(TooLong, rate)
		return
	}
	s.ask(step)
}

// bracketed narrows the bracket by a step: low is the highest rate at which everything held, or the lowest that is worth a try, and high the
// lowest at which something did not.
func (s *Search) bracketed(step Step, seen Seen) {
	switch {
	case seen.Holds || seen.TooLittle:
		s.low = step.Rate
	default:
		s.high = step.Rate
		s.long = s.long || seen.Savings
	}
	switch {
	case s.high == 0:
		s.bracketStep(Climb, step.Rate*climbFactor)
	case s.low == 0 && s.halvings < mostHalvings:
		s.halvings++
		s.bracketStep(Narrow, s.high/climbFactor)
	case s.low == 0:
		s.stop(TooHigh, s.high)
	case s.high > narrowEnough*s.low:
		s.bracketStep(Narrow, math.Sqrt(s.low*s.high))
	case s.held == 0 && s.high > s.low: // the lowest that is worth a try was not tried
		s.high = s.low
		s.bracketStep(Narrow, s.low)
	case s.held == 0:
		s.stop(TooHigh, s.low)
	case s.ceiling > 0 && s.high >= s.ceiling: // the target's own limit is beyond what the generator can do
		s.confirmAt(s.held)
	default:
		s.guess = math.Sqrt(s.low * s.high)
		if s.long {
			s.turn = atGuess
		}
		s.probe()
	}
}
