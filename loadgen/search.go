package loadgen

import (
	"fmt"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

const (
	// climbFactor is the factor from step to step until something does not hold. Then the interval is halved until it is
	// narrower than narrowEnough of its lower end.
	climbFactor, narrowEnough = 2.0, 0.05
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
	last   *phase           // of the last step; nil before the first
	report benchmark.Report // of the last step
}

// findLimit searches in a run: it climbs, narrows the interval, and confirms the result with a step of the plan's
// duration. The report is that of the confirmation.
func findLimit(r *run) (benchmark.Report, Histograms) {
	s := &search{run: r, found: benchmark.Search{Steps: []benchmark.Step{}}}
	r.limit = &s.found
	r.ready()
	if r.plan.WarmUp > 0 {
		warm := r.phase(WarmUp, r.plan.warmUp())
		r.send(warm)
		r.drain(warm)
	}
	low, high := s.climb(r.plan.Rate)
	low = s.narrow(low, high)
	s.confirm(low)
	if s.last == nil { // there was no step
		s.last = newPhase(r.ctx, Measured, nil, r.plan.Duration)
	}
	report := s.report
	if !s.found.Confirmed { // the run may have ended after the last step
		report = r.report(s.last)
		if len(s.found.Steps) > 0 {
			report.Plan = s.report.Plan
		}
	}
	report.Search = &s.found
	return benchmark.Conclude(report), s.last.histograms()
}

// climb doubles the rate until something does not hold. high is 0 if everything always did.
func (s *search) climb(rate float64) (low, high float64) {
	for s.continues() {
		step, higher := s.fittingStep("climb", rate)
		if !step.Holds {
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

// narrow halves the interval between a rate that holds and one that does not.
func (s *search) narrow(low, high float64) float64 {
	for s.continues() && high > 0 && high-low > narrowEnough*max(low, 1) {
		middle := (low + high) / 2
		if step, _ := s.fittingStep("narrow", middle); step.Holds {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// confirm tries a rate for the plan's duration, and lower rates while a rate does not hold for that time.
func (s *search) confirm(rate float64) {
	if rate == 0 {
		s.end(phrase.Say(phrase.SearchTooHigh))
		return
	}
	for range maxConfirmations {
		if !s.continues() {
			return
		}
		step, _ := s.sureStep("confirm", rate, s.run.plan.Duration)
		if step.Holds {
			s.found.Limit, s.found.Confirmed = rate, true
			return
		}
		rate *= retreat
	}
	s.end(phrase.Say(phrase.SearchUnstable))
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

// fittingStep makes a step as long as its percentiles need.
func (s *search) fittingStep(name string, rate float64) (step benchmark.Step, higher bool) {
	duration := s.stepDuration(rate)
	if duration > maxStep {
		s.end(phrase.Say(phrase.SearchTooLong, perSecond(rate), maxStep))
		return benchmark.Step{}, false
	}
	return s.sureStep(name, rate, duration)
}

// sureStep makes a step, and repeats it once if the generator was the bottleneck: this machine may have been busy for a
// moment, which says nothing about the target.
func (s *search) sureStep(name string, rate float64, duration time.Duration) (step benchmark.Step, higher bool) {
	step, higher = s.step(name, rate, duration)
	if step.Outcome == benchmark.Saturated && higher {
		step, higher = s.step(name, rate, duration)
	}
	if step.Outcome == benchmark.Saturated && rate < s.run.plan.Rate {
		s.end(phrase.Say(phrase.SearchSaturated, perSecond(rate), step.Reasons[0]))
		higher = false
	}
	return step, higher
}

// step makes one step. higher is false if the search has to end.
func (s *search) step(name string, rate float64, duration time.Duration) (step benchmark.Step, higher bool) {
	r := s.run
	if len(s.found.Steps) > 0 {
		if !r.sleep.Until(time.Now().Add(coolDown)) {
			return benchmark.Step{}, false
		}
		r.traffic.evidence.Reset() // a step's errors are its own
	}
	plan := r.plan
	plan.Shape, plan.Rate, plan.To, plan.Duration = arrivals.Constant, rate, 0, duration
	r.traffic.growBuffers(plan)
	p := r.phase(fmt.Sprintf("%s %.0f/s", name, rate), plan)
	r.send(p)
	r.drain(p)
	report := r.report(p)
	report.Plan = plan.report()
	report = benchmark.Conclude(report)
	step = benchmark.Step{Phase: name, Rate: rate, Seconds: duration.Seconds(), Sent: report.Exchanges.Sent,
		Achieved: report.Throughput.Achieved, Response: report.Response, Lateness: report.Lateness,
		Errors: report.Exchanges.ErrorShare(), Outcome: report.Outcome, Reasons: report.Reasons,
		Holds: report.Outcome == benchmark.Passed}
	s.found.Steps = append(s.found.Steps, step)
	s.last, s.report = p, report
	switch report.Outcome {
	case benchmark.Saturated:
		s.found.Saturated = rate
	case benchmark.Incorrect:
		s.end(phrase.Say(phrase.SearchIncorrect))
	case benchmark.Stopped, benchmark.Errored:
		s.end(report.Reasons[0])
	}
	return step, s.continues()
}

// stepDuration is how long a step has to last to have enough samples for its percentiles.
func (s *search) stepDuration(rate float64) time.Duration {
	samples := 100 // for the share of errors
	for _, level := range s.run.plan.SLO {
		samples = max(samples, level.MinSamples())
	}
	needed := time.Duration(float64(samples) / rate * float64(time.Second))
	return max(minStep, needed).Round(time.Second)
}

// perSecond writes a rate for a reason.
func perSecond(rate float64) string { return fmt.Sprintf("%.3g/s", rate) }
