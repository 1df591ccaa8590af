package limit

import (
	"math"

	"github.com/unified-login/assay/reports/uncertain"
)

// turns are the places of the probes, as shares of [Options.Within] around the guess. Each of them follows a lower and a higher one, which is
// what shows a target that recovers late.
func turns() []float64 { return []float64{-1, 1, 0, 1, -1, 0} }

// atGuess is the first of turns at the guess itself: where one probe may move it far, none beside it is made before.
const atGuess = 2

// probe asks for the next probe.
func (s *Search) probe() {
	places := turns()
	rate := s.guess * math.Exp(s.options.Within*places[s.turn%len(places)])
	if s.ceiling > 0 {
		rate = min(rate, s.ceiling*math.Exp(-s.options.Within))
	}
	rate = digits(max(rate, s.options.Floor))
	s.turn++
	step := Step{Kind: Probing, Rate: rate, Seconds: s.needed(Probing, leastProbe, rate) + settling, From: settling}
	if s.long { // what was saved is used up in the first half
		seconds := s.needed(Confirm, s.options.Duration, rate)
		step.Seconds, step.From = seconds, seconds/2
	}
	if step.Seconds > longestStep && !s.long {
		s.stop(TooLong, rate)
		return
	}
	s.ask(step)
}

// probed notes a probe, and decides what is next.
func (s *Search) probed(step Step, seen Seen) {
	if seen.Savings && !s.long {
		s.lengthen(step, seen)
		return
	}
	if seen.Saturated {
		if s.ceiling <= s.held {
			s.stop(Busy, step.Rate)
			return
		}
		s.guess = min(s.guess, s.ceiling*math.Exp(-2*s.options.Within))
	} else {
		s.keep(step, seen)
	}
	s.decide(step)
}

// keep notes a step as a probe.
func (s *Search) keep(step Step, seen Seen) {
	s.probes = append(s.probes, Probe{Step: step, Number: s.numbers - 1, Up: s.last > 0 && s.last < step.Rate, Levels: seen.Levels})
}

// lengthen makes the probes as long as a confirmation: the target answers for a while what it cannot sustain. What was shorter says nothing.
func (s *Search) lengthen(step Step, seen Seen) {
	s.long, s.probes, s.moves, s.turn = true, nil, 0, atGuess
	s.guess = s.answered(step, seen)
	s.probe()
}

// answered is the rate at which the levels on errors would just hold, if the target answers as much as it did.
func (s *Search) answered(step Step, seen Seen) float64 {
	rate := step.Rate
	for i, level := range s.options.Levels {
		if o := observed(seen.Levels, i); level.Errors && level.share() && o.Of > 0 && o.Counted > level.Allowed*o.Of {
			rate = min(rate, max(step.Rate/climbFactor, step.Rate*(1-o.Counted/o.Of)/(1-level.Allowed)))
		}
	}
	return rate
}

func observed(levels []Observed, i int) Observed {
	if i >= len(levels) {
		return Observed{}
	}
	return levels[i]
}

// decide moves the guess by the probes, and asks for a confirmation or another probe.
func (s *Search) decide(step Step) {
	limits, lowest := s.fits(s.guess)
	switch {
	case lowest < 0:
		s.moveWithout(step)
	default:
		fitted := limits[lowest]
		s.moves = 0
		enough := fewestProbes
		if s.long {
			enough = fewestLong
		}
		if fitted.Probes >= enough && fitted.Within(s.options.Within) {
			s.confirmAt(fitted.Low)
			return
		}
		s.guess = max(s.guess*math.Exp(-atMost), min(fitted.Rate, s.guess*math.Exp(atMost)))
	}
	s.guess = max(s.guess, s.options.Floor)
	s.probe()
}

// moveWithout moves the guess where nothing fits: the probes near it are all far beyond a level, or none of them is.
func (s *Search) moveWithout(step Step) {
	const far = 3
	last := s.probes[max(0, len(s.probes)-1):]
	if len(last) == 0 {
		return
	}
	beyond, below := false, true
	for i, level := range s.options.Levels {
		o, allowed := observed(last[0].Levels, i), level.Allowed
		switch share := o.Counted / max(1, o.Of); {
		case level.share():
			beyond, below = beyond || share > min(far*allowed, (1+allowed)/2), below && share < allowed/far
		default:
			beyond, below = beyond || o.Missed, below && !o.Missed
		}
	}
	size := min(farMost, s.options.Within*math.Pow(2, math.Abs(float64(s.moves))/2))
	switch {
	case beyond && s.moves <= 0:
		s.moves--
		if answered := s.answered(step, Seen{Levels: last[0].Levels}); answered < s.guess*math.Exp(-size) {
			s.guess = answered
			return
		}
		s.guess *= math.Exp(-size)
	case below && s.moves >= 0:
		s.moves++
		s.guess *= math.Exp(size)
	case beyond || below:
		s.moves = 0
	}
}

// fits are the fits of all levels around a guess.
func (s *Search) fits(guess float64) (limits []uncertain.Limit, lowest int) {
	return Fits(s.options.Levels, s.probes, guess, s.long)
}
