package loadgen

import (
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

const (
	// climbFactor is the factor from step to step until something does not hold, and downwards while nothing held, mostHalvings
	// times. Then the interval is halved until it is narrower than narrowEnough of its lower end.
	climbFactor, mostHalvings, narrowEnough = 2.0, 6, 0.05
	// A step lasts until there are enough samples for its percentiles, but at least minStep. If maxStep is not enough, the
	// rate is not tried.
	minStep, maxStep = 5 * time.Second, 5 * time.Minute
	// coolDown is the pause between two steps.
	coolDown = time.Second
	// retreat is the factor by which a rate that does not hold is lowered in a confirmation, up to maxConfirmations rates.
	retreat, maxConfirmations = 0.9, 4
	// maxSteps bounds the search.
	maxSteps = 40
)

// A search looks for the highest rate at which every service level holds and no answer violates correctness.
type search struct {
	run    *run
	found  benchmark.Search
	failed []benchmark.Step // while nothing held, for what no rate cures
	last   measurement      // of the last step
	held   measurement      // of the confirmation
}

// A measurement is a step with its report; the phase is nil before the first.
type measurement struct {
	phase  *phase
	report benchmark.Report
}

// findLimit searches in a run: it climbs, narrows the interval, and confirms the result with steps of the plan's duration. The
// report is that of the confirmation.
func findLimit(r *run) (benchmark.Report, Histograms) {
	s := &search{run: r, found: benchmark.Search{Steps: []benchmark.Step{}}}
	r.limit = &s.found
	r.ready()
	if r.plan.WarmUp > 0 {
		warm := r.phase(WarmUp, r.plan.warmUp())
		r.send(warm)
		r.drain(warm)
	}
	s.confirm(s.narrow(s.climb(max(r.plan.Rate, s.floor()))))
	return s.conclude()
}

// conclude is the report of the confirmation or, without one, of the last step.
func (s *search) conclude() (benchmark.Report, Histograms) {
	r, shown := s.run, s.held
	if !s.found.Confirmed || r.ctx.Err() != nil { // the run may have ended after the last step
		shown = s.last
		if shown.phase == nil {
			shown.phase = newPhase(r.ctx, Measured, nil, r.plan.Duration)
		}
		plan := shown.report.Plan
		if shown.report = r.report(shown.phase); len(s.found.Steps) > 0 {
			shown.report.Plan = plan
		}
	}
	shown.report.Search = &s.found
	return benchmark.Conclude(shown.report), shown.phase.histograms()
}

// floor is the lowest rate at which the service levels on throughput can hold; 0 for any.
func (s *search) floor() (rate float64) {
	for _, level := range s.run.plan.SLO {
		if level.Metric == assay.MetricThroughput {
			rate = max(rate, level.Bound)
		}
	}
	return rate
}

// climb doubles the rate until something does not hold. low is the last rate at which everything did, or the lowest that is worth
// a try; high is 0 if everything always did.
func (s *search) climb(rate float64) (low, high float64) {
	low = s.floor()
	for s.continues() {
		step, higher := s.fittingStep("climb", rate)
		if !step.Holds && !tooLittle(step) {
			return low, rate
		}
		low = rate
		if !higher {
			break
		}
		rate *= climbFactor
	}
	return low, 0
}

// narrow halves the interval between a rate that holds and one that does not, and returns the highest rate that held; 0 for none.
func (s *search) narrow(low, high float64) float64 {
	for halvings := 1; s.continues() && high > 0 && high-low > narrowEnough*max(low, 1); halvings++ {
		if low == 0 && halvings > mostHalvings {
			break
		}
		middle := (low + high) / 2
		if step, _ := s.fittingStep("narrow", middle); step.Holds || tooLittle(step) {
			low = middle
		} else {
			high = middle
		}
		if low == 0 {
			s.endIfIncurable()
		}
	}
	best := 0.0
	for _, step := range s.found.Steps {
		if step.Holds {
			best = max(best, step.Rate)
		}
	}
	return best
}

// confirm tries a rate for the plan's duration, and lower rates while a rate does not hold for that time. It then narrows the
// interval to the lowest rate that did not.
func (s *search) confirm(rate float64) {
	if rate == 0 {
		s.endWithoutRate()
		return
	}
	failed := 0.0
	for range maxConfirmations {
		if !s.continues() {
			return
		}
		if s.confirms(rate) {
			break
		}
		failed, rate = rate, rate*retreat
	}
	if !s.found.Confirmed {
		s.end(phrase.Say(phrase.SearchUnstable))
		return
	}
	for s.continues() && failed-rate > narrowEnough*rate {
		if middle := (rate + failed) / 2; s.confirms(middle) {
			rate = middle
		} else {
			failed = middle
		}
	}
}

// confirms tries a rate for the plan's duration, or longer if its service levels need more samples, and notes it as the limit if it
// holds.
func (s *search) confirms(rate float64) bool {
	step, _ := s.sureStep("confirm", rate, max(s.run.plan.Duration, s.sampling(rate)))
	if !step.Holds {
		return false
	}
	if broke, found := onSavings(s.last.report); found {
		s.failLast(broke)
		return false
	}
	s.found.Limit, s.found.Confirmed, s.held = rate, true, s.last
	return true
}

// continues is false when the search has to end.
func (s *search) continues() bool {
	return s.run.ctx.Err() == nil && s.found.Reason.IsZero() && len(s.found.Steps) < maxSteps
}

// end ends the search; the first reason counts.
func (s *search) end(reason phrase.Phrase) {
	if s.found.Reason.IsZero() {
		s.found.Reason = reason
	}
}
