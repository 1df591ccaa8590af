package loadgen

import (
	"fmt"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// How a search goes.
const (
	// It goes up by the factor upwards from step to step until something does not hold, then halves the interval until
	// that is narrower than so much of its lower end.
	upwards, narrowEnough = 2.0, 0.05
	// A step lasts as long as the samples of its percentiles take, but at least leastStep. What mostStep does not suffice
	// for is not told.
	leastStep, mostStep = 5 * time.Second, 5 * time.Minute
	// coolDown is what the target is left alone for between two steps.
	coolDown = time.Second
	// retreat is how far the confirmation gives way when it does not hold, and confirmations how often.
	retreat, confirmations = 0.9, 4
	// mostSteps bounds the search, whatever happens.
	mostSteps = 40
)

// A hunt is a search under way.
type hunt struct {
	run   *run
	found benchmark.Search
	last  *phase
	best  benchmark.Report // of the last confirmation
}

// search looks for the highest rate at which every service level and the ledger's correctness hold: it climbs, narrows
// the interval, and confirms the answer by a run as long as was asked for. The report is that of the confirmation.
func (r *run) search() (benchmark.Report, Histograms, error) {
	h := &hunt{run: r, found: benchmark.Search{Steps: []benchmark.Step{}}}
	r.hunt = h
	if err := r.ready(); err != nil {
		r.stop(err)
	}
	if r.plan.WarmUp > 0 {
		warm := r.phase(WarmUp, r.plan.warmUp())
		r.attack(warm)
		r.drain(warm)
	}
	low, high := h.climb(r.plan.Rate)
	low = h.narrow(low, high)
	h.confirm(low)
	if h.last == nil { // nothing could be tried
		h.last = newPhase(r.ctx, Measured, nil, r.plan.Duration)
	}
	report := h.best
	if !h.found.Confirmed { // perhaps the run was ended since
		report = r.report(h.last)
		if len(h.found.Steps) > 0 {
			report.Plan = h.best.Plan
		}
	}
	report.Search = &h.found
	return benchmark.Conclude(report), h.last.histograms(), nil
}

// climb doubles the rate until something does not hold. high is 0 when everything always did.
func (h *hunt) climb(rate float64) (low, high float64) {
	for h.goesOn() {
		step, goOn := h.fitting("climb", rate)
		if !step.Holds {
			return low, rate
		}
		low = rate
		if !goOn {
			break
		}
		rate *= upwards
	}
	return low, 0
}

// narrow halves the interval between what holds and what does not.
func (h *hunt) narrow(low, high float64) float64 {
	for h.goesOn() && high > 0 && high-low > narrowEnough*max(low, 1) {
		middle := (low + high) / 2
		if step, _ := h.fitting("narrow", middle); step.Holds {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// confirm runs the answer for as long as was asked for. What does not hold for so long was not the answer.
func (h *hunt) confirm(rate float64) {
	if rate == 0 {
		h.end("nothing holds at the rate that the search began with; begin lower")
		return
	}
	for range confirmations {
		if !h.goesOn() {
			return
		}
		step, _ := h.again("confirm", rate, h.run.plan.Duration)
		if step.Holds {
			h.found.Limit, h.found.Confirmed = rate, true
			return
		}
		rate *= retreat
	}
	h.end("no rate held for as long as was asked for")
}

// goesOn is false when the search has to end where it is.
func (h *hunt) goesOn() bool {
	return h.run.ctx.Err() == nil && h.found.Reason == "" && len(h.found.Steps) < mostSteps
}

func (h *hunt) end(reason string) {
	if h.found.Reason == "" {
		h.found.Reason = reason
	}
}

// fitting makes a step as long as its samples take.
func (h *hunt) fitting(name string, rate float64) (benchmark.Step, bool) {
	lasting := h.lasting(rate)
	if lasting > mostStep {
		h.end(fmt.Sprintf("at %.3g/s the samples of its percentiles take longer than %s", rate, mostStep))
		return benchmark.Step{}, false
	}
	return h.again(name, rate, lasting)
}

// again makes a step, and makes it again where the generator was the bottleneck: that may have been a moment's weakness of a
// machine with other things to do, and would be taken for the target's limit.
func (h *hunt) again(name string, rate float64, lasting time.Duration) (benchmark.Step, bool) {
	step, goOn := h.try(name, rate, lasting)
	if step.Outcome == benchmark.Saturated && goOn {
		step, goOn = h.try(name, rate, lasting)
	}
	if step.Outcome == benchmark.Saturated && rate < h.run.plan.Rate {
		h.end(fmt.Sprintf("even at %.3g/s the generator is the bottleneck: %s", rate, step.Reasons[0]))
		goOn = false
	}
	return step, goOn
}

// try makes one step. It is false when there is no use in going higher.
func (h *hunt) try(name string, rate float64, lasting time.Duration) (benchmark.Step, bool) {
	r := h.run
	if len(h.found.Steps) > 0 {
		if !r.sleep.Until(time.Now().Add(coolDown)) {
			return benchmark.Step{}, false
		}
		r.evidence.recount() // a step's errors are its own
	}
	plan := r.plan
	plan.Shape, plan.Rate, plan.To, plan.Duration = arrivals.Constant, rate, 0, lasting
	r.stockUp(plan)
	p := r.phase(fmt.Sprintf("%s %.0f/s", name, rate), plan)
	r.attack(p)
	r.drain(p)
	report := r.report(p)
	report.Plan = plan.report()
	report = benchmark.Conclude(report)
	step := benchmark.Step{Phase: name, Rate: rate, Seconds: lasting.Seconds(), Sent: report.Exchanges.Sent,
		Achieved: report.Throughput.Achieved, Response: report.Response, Lateness: report.Lateness,
		Errors: report.Exchanges.ErrorShare(), Outcome: report.Outcome, Reasons: report.Reasons,
		Holds: report.Outcome == benchmark.Passed}
	h.found.Steps = append(h.found.Steps, step)
	h.last, h.best = p, report
	switch report.Outcome {
	case benchmark.Saturated:
		h.found.Saturated = rate
	case benchmark.Incorrect:
		h.end("correctness was broken, which no rate excuses")
	case benchmark.Stopped, benchmark.Errored:
		h.end(report.Reasons[0])
	}
	return step, h.goesOn()
}

// lasting is how long a step has to last for its percentiles to mean something.
func (h *hunt) lasting(rate float64) time.Duration {
	samples := 100 // what the share of errors takes
	for _, level := range h.run.plan.SLO {
		samples = max(samples, level.MinSamples())
	}
	needed := time.Duration(float64(samples) / rate * float64(time.Second))
	return max(leastStep, needed).Round(time.Second)
}
