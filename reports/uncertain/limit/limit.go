// Package limit searches for the highest rate at which a target keeps its service levels.
//
// Start with [New]. A caller asks [Search.Next] what to do, does it, and tells [Search.Saw] what it saw, until nothing is left to do;
// [Search.Result] is what is known at any time. The load generator makes the steps against a target, and `make bench-stats` against
// simulated ones whose limit is known.
//
// The search first brackets the limit: it doubles the rate until a step does not hold, and then halves the interval, by what short steps
// show. Then it probes around the place where the limit seems to be, fits the rise of each level's share with the rate
// ([uncertain.Fit]), and stops when the interval of the fitted limit is narrow. A short step that went wrong is outweighed by the others. At
// the interval's low end the limit is confirmed, for as long as the caller asked for.
//
// Everything here is a function of what was seen: nothing reads a clock, and nothing is sent. Rates are per second, times in seconds.
package limit

import (
	"math"

	"github.com/unified-login/assay/reports/uncertain"
)

const (
	// climbFactor is the factor from step to step until something does not hold, and downwards while nothing held, mostHalvings times.
	climbFactor, mostHalvings = 2.0, 6
	// A bracket is narrow enough for probes when its ends are at most this factor apart.
	narrowEnough = 1.25
	// The least time of a step of the bracket and of a probe; a probe counts what was due after it has settled.
	leastStep, leastProbe, settling = 5.0, 10.0, 1.0
	// longestStep is how long a step may take for its samples, and rest the pause between two steps.
	longestStep, rest = 300.0, 1.0
	// fewestProbes are needed before the search may stop, and fewestLong of those that last as long as a confirmation.
	fewestProbes, fewestLong = 9, 4
	// mostConfirmations bounds how often the limit is tried for its duration, and mostSteps all steps.
	mostConfirmations, mostSteps = 4, 400
	// atMost is the share of a rate that the guess moves by where the fit says more, and farMost where nothing fits.
	atMost, farMost = 0.06, 0.25
)

// A Kind of step.
type Kind string

// The kinds of steps, in the order of a search.
const (
	Climb   Kind = "climb"
	Narrow  Kind = "narrow"
	Probing Kind = "probe"
	Confirm Kind = "confirm"
)

// A Step is what a search wants to know next: what a target does at a rate for a time.
type Step struct {
	Kind    Kind
	Rate    float64
	Seconds float64
	// From is the moment in the step from which on exchanges count for the fit.
	From float64
}

// A Level is what a service level allows. It is one of three: a share, where Allowed is between 0 and 1; a figure with a bound, where
// Mean is set; or neither, and the level holds in a step as a whole or not.
type Level struct {
	Allowed float64
	Mean    bool
	// Errors says that the share is that of errors: of a target that answers as much as it can, they tell its limit.
	Errors bool
}

func (l Level) share() bool { return !l.Mean && l.Allowed > 0 && l.Allowed < 1 }

// An Observed is what a step showed of a level: Counted of Of exchanges were beyond it, or the figure was Value. Missed says that the level
// did not hold in the step as a whole.
type Observed struct {
	Counted, Of float64
	Value       float64
	Missed      bool
}

// Seen is what the caller saw in a step.
type Seen struct {
	// Holds says that everything held as observed, and TooLittle that only levels on throughput did not, since the rate is too low for them.
	Holds, TooLittle bool
	// Saturated says that the generator was the bottleneck: the step says nothing of the target.
	Saturated bool
	// Savings says that a level holds at first only: the target lives on what it had saved.
	Savings bool
	// Levels are in the order of [Options.Levels].
	Levels []Observed
	// Took is the time of the step with its rest.
	Took float64
}

// Options say what is searched for. Rate, Levels and Duration are required.
type Options struct {
	// Rate is the first that is tried, and Floor the lowest at which levels on throughput can hold.
	Rate, Floor float64
	Levels      []Level
	// Duration is that of a confirmation.
	Duration float64
	// Within is the half-width of the interval at which the search stops, as a share of the limit; 0 is 3 %.
	Within float64
	// Time bounds the search; 0 is 15 minutes. A step that would not end in it is not begun, but for a confirmation, which may follow.
	Time float64
	// Needs is how long a step at a rate lasts for its levels to have enough samples; nil for no such need.
	Needs func(kind Kind, rate float64) float64
}

// The defaults of [Options].
const (
	DefaultWithin = 0.03
	DefaultTime   = 15 * 60.0
)

// A Probe is a step that was fitted.
type Probe struct {
	Step
	// Number is that of the step in the search, from 0.
	Number int
	// Up says that the step before it was at a lower rate.
	Up     bool
	Levels []Observed
}

// An End says why a search ended; empty while it goes on.
type End string

// The ends.
const (
	Confirmed End = "confirmed"
	// TooHigh is a first rate of which not even a 64th held.
	TooHigh End = "too-high"
	// TooLong is a rate at which the samples of the levels take too long.
	TooLong End = "too-long"
	// Busy is a generator that is the bottleneck even below the first rate.
	Busy End = "busy"
	// Unstable is a limit that was not confirmed by any of four tries.
	Unstable End = "unstable"
	// Endless is a search that ran out of time before anything fitted, or out of steps.
	Endless End = "endless"
)

// A Search is a search in progress. Use [New].
type Search struct {
	options Options
	end     End
	endRate float64
	unmade  Step // that there was no time for

	next     Step
	again    bool // the step is the second of its kind because the generator was the bottleneck
	numbers  int  // steps so far
	spent    float64
	last     float64 // rate of the last step
	held     float64 // highest rate that held
	low      float64
	high     float64 // 0 while nothing failed
	halvings int
	ceiling  float64 // lowest rate at which the generator was the bottleneck twice; 0 for none

	guess     float64
	moves     int // in one direction, without a fit
	long      bool
	probes    []Probe
	turn      int
	confirms  int
	failed    float64 // lowest rate that was not confirmed
	confirmed float64
}

// New returns a search that has seen nothing.
func New(options Options) *Search {
	if options.Within <= 0 {
		options.Within = DefaultWithin
	}
	if options.Time <= 0 {
		options.Time = DefaultTime
	}
	s := &Search{options: options, low: options.Floor}
	s.bracketStep(Climb, max(options.Rate, options.Floor))
	return s
}

// Next is what to do next; false if the search is over.
func (s *Search) Next() (Step, bool) { return s.next, s.end == "" }

// Spent is the time of all steps so far.
func (s *Search) Spent() float64 { return s.spent }

// Most is how much longer the search may take: the probes, and the confirmations.
func (s *Search) Most() float64 {
	confirmations := float64(mostConfirmations-s.confirms) * (s.needed(Confirm, s.options.Duration, s.last) + rest)
	return max(0, s.options.Time-s.spent) + confirmations
}

// needed is a time, or as much more as the levels need.
func (s *Search) needed(kind Kind, least, rate float64) float64 {
	if s.options.Needs == nil || rate <= 0 {
		return least
	}
	return max(least, s.options.Needs(kind, rate))
}

func (s *Search) stop(end End, rate float64) {
	if s.end == "" {
		s.end, s.endRate = end, rate
	}
}

// ask asks for a step, unless it would not end in the time of the search: then what is known by then is confirmed.
func (s *Search) ask(step Step) {
	before := rest
	if s.numbers == 0 {
		before = 0
	}
	if step.Kind == Confirm || s.spent+before+step.Seconds <= s.options.Time {
		s.next = step
		return
	}
	s.again, s.unmade = false, step
	limits, lowest := s.fits(s.guess)
	if lowest < 0 {
		s.stop(Endless, step.Rate)
		return
	}
	low := limits[lowest].Low
	if !Tells(limits[lowest]) {
		low = max(s.guess/disagree, min(low, s.guess))
	}
	s.confirmAt(low)
}

// Saw tells the search what was seen in the step that [Search.Next] asked for.
func (s *Search) Saw(seen Seen) {
	step := s.next
	s.numbers++
	s.spent += seen.Took
	defer func() { s.last = step.Rate }()
	if seen.Saturated && !s.again { // this machine may have been busy for a moment
		s.again = true
		s.ask(step)
		return
	}
	s.again = false
	if seen.Saturated {
		seen.Holds, seen.TooLittle, seen.Savings = false, false, false
		s.ceiling = lowest(s.ceiling, step.Rate)
		if step.Rate < s.options.Rate && s.held == 0 {
			s.stop(Busy, step.Rate)
		}
	}
	if seen.Holds {
		s.held = max(s.held, step.Rate)
	}
	switch {
	case s.end != "":
	case s.numbers >= mostSteps:
		s.stop(Endless, step.Rate)
	case step.Kind == Climb || step.Kind == Narrow:
		s.bracketed(step, seen)
	case step.Kind == Probing:
		s.probed(step, seen)
	default:
		s.tried(step, seen)
	}
}

// lowest is the lower of two rates, of which the first may not be known.
func lowest(known, rate float64) float64 {
	if known == 0 {
		return rate
	}
	return min(known, rate)
}

// digits rounds a rate to four digits, downwards: nobody reads more.
func digits(rate float64) float64 {
	const most = 3
	scale := math.Pow(10, most-math.Floor(math.Log10(rate)))
	return math.Floor(rate*scale+1e-6) / scale
}

// confidence is that of the interval.
const confidence = uncertain.Confidence
