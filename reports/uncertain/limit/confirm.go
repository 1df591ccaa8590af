package limit

import (
	"math"

	"github.com/unified-login/assay/reports/uncertain"
)

// confirmAt asks for a confirmation at a rate, below those that were not confirmed.
func (s *Search) confirmAt(rate float64) {
	if s.failed > 0 {
		rate = min(rate, s.failed*math.Exp(-s.options.Within*float64(s.confirms)))
	}
	if s.confirms >= mostConfirmations {
		s.stop(Unstable, s.failed)
		return
	}
	rate = digits(max(rate, s.options.Floor))
	s.next = Step{Kind: Confirm, Rate: rate, Seconds: s.needed(Confirm, s.options.Duration, rate)}
}

// tried notes a confirmation. One that failed is a probe more, and the search goes on. If the target held at first only, or failed a
// second time, the probes were too short to show what the duration shows.
func (s *Search) tried(step Step, seen Seen) {
	s.confirms++
	if seen.Holds && !seen.Savings {
		s.confirmed = step.Rate
		s.stop(Confirmed, step.Rate)
		return
	}
	if s.long || !seen.Savings { // else the probes were at fault, and are dropped
		s.failed = lowest(s.failed, step.Rate)
	}
	if s.confirms >= mostConfirmations {
		s.stop(Unstable, step.Rate)
		return
	}
	flattered := !s.long && s.options.Duration > leastProbe
	switch {
	case s.guess == 0 || seen.Saturated: // no probes were made, or this says nothing of the target
		const retreat = 0.9
		s.next.Rate = digits(max(step.Rate*retreat, s.options.Floor))
	case flattered && (seen.Savings || s.confirms > 1):
		s.guess = step.Rate
		s.lengthen(step, seen)
	default:
		s.keep(step, seen)
		s.decide(step)
	}
}

// A Result is what a search has found. Its zero value is nothing.
type Result struct {
	// Limit is the rate up to which every level holds, with its interval: the lowest of Levels, which is that of Lowest. It is zero where
	// nothing fitted, and where Scattered says that the fit tells nothing: see [Tells].
	Limit     uncertain.Limit
	Lowest    int
	Scattered bool
	// Levels are the fits of the levels, in the order of [Options.Levels]; zero for one that no probe came near to.
	Levels []uncertain.Limit
	// Confirmed is the rate at which everything held for the duration; 0 for none.
	Confirmed float64
	// Beyond says that the limit is beyond Confirmed, as the generator gave out and not the target.
	Beyond bool
	// Probes are those that were fitted.
	Probes []Probe
	// Recovers are the limits of upward and of downward probes where they differ; zero where they do not.
	Recovers uncertain.Branches
	// Long says that probes were as long as the confirmation.
	Long bool
	// Around is the rate around which the probes were fitted; 0 without any.
	Around float64
	End    End
	// At is the rate at which the search ended.
	At float64
	// Unmade is the step that there was no time for; zero if the search did not end with its time.
	Unmade Step
}

// Result is what the search has found so far.
func (s *Search) Result() Result {
	r := Result{Lowest: -1, Confirmed: s.confirmed, Probes: s.probes, Long: s.long, Around: s.guess, End: s.end, At: s.endRate, Unmade: s.unmade, Levels: make([]uncertain.Limit, len(s.options.Levels))}
	if s.guess > 0 {
		r.Levels, r.Lowest = s.fits(s.guess)
	}
	switch {
	case r.Lowest < 0:
	case !Tells(r.Levels[r.Lowest]):
		r.Scattered = true
	default:
		r.Limit = r.Levels[r.Lowest]
		r.Recovers = s.branches(r.Lowest)
	}
	r.Beyond = r.Lowest < 0 && s.confirmed > 0 || s.ceiling > 0 && r.Limit.Rate >= s.ceiling
	return r
}

// branches are the limits of upward and downward probes for a level on a share, where they differ.
func (s *Search) branches(i int) uncertain.Branches {
	level := s.options.Levels[i]
	if !level.share() {
		return uncertain.Branches{}
	}
	var up, down []Probe
	for _, p := range s.probes {
		if p.Up {
			up = append(up, p)
		} else {
			down = append(down, p)
		}
	}
	found, differ := uncertain.FitBranches(points(i, level, up), points(i, level, down), level.Allowed, s.guess, confidence)
	if !differ {
		return uncertain.Branches{}
	}
	return found
}
