package loadgen

import (
	"fmt"
	"math"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// step makes one step.
func (s *search) step(ask limit.Step) (step benchmark.Step) {
	r := s.run
	if len(s.found.Steps) > 0 {
		if !r.sleep.Until(time.Now().Add(coolDown)) {
			return benchmark.Step{}
		}
		r.traffic.evidence.Reset() // a step's errors are its own
	}
	plan := r.plan
	plan.Shape, plan.Rate, plan.To = arrivals.Constant, ask.Rate, 0
	plan.Duration = time.Duration(ask.Seconds * float64(time.Second))
	r.traffic.expect(ask.Rate)
	p := r.phase(s.named(ask), plan)
	p.most = time.Duration(s.asks.Most() * float64(time.Second))
	r.send(p)
	r.drain(p)
	report := r.report(p)
	report.Plan = plan.report()
	report = benchmark.Conclude(report)
	step = stepOf(string(ask.Kind), ask.Rate, report)
	s.found.Steps = append(s.found.Steps, step)
	s.last = measurement{p, report}
	switch report.Outcome {
	case benchmark.Saturated:
		s.found.Saturated = ask.Rate
	case benchmark.Incorrect:
		s.found.Limit, s.found.Confirmed = 0, false
		s.end(phrase.Say(phrase.SearchIncorrect))
	case benchmark.Stopped, benchmark.Errored:
		s.end(report.Reasons[0])
	}
	return step
}

// named is the name of the phase of a step: probes are numbered.
func (s *search) named(ask limit.Step) string {
	if ask.Kind != limit.Probing {
		return fmt.Sprintf("%s %.0f/s", ask.Kind, ask.Rate)
	}
	probes := 1
	for _, step := range s.found.Steps {
		if step.Phase == string(limit.Probing) {
			probes++
		}
	}
	return fmt.Sprintf("%s %d, %.0f/s", ask.Kind, probes, ask.Rate)
}

// stepOf is what a search keeps of a step's report.
func stepOf(name string, rate float64, report benchmark.Report) benchmark.Step {
	step := benchmark.Step{Phase: name, Rate: rate, Seconds: report.Plan.Duration, Sent: report.Exchanges.Sent,
		Achieved: report.Throughput.Achieved, Response: report.Response, Lateness: report.Lateness,
		Errors: report.Exchanges.ErrorShare(), Outcome: report.Outcome, Reasons: report.Reasons,
		Holds: report.Outcome == benchmark.Passed}
	step.Overload = report.Exchanges.Overload()
	for _, level := range report.SLO {
		if !level.Holds && report.Undecided().IsZero() {
			step.Broke = append(step.Broke, level)
		}
	}
	return step
}

// keepsUp is the share of the offered rate that a target answers which is not at its limit.
const keepsUp = 0.95

// tooLittle reports whether a step breaks only levels on throughput although the target answered nearly all that was offered: its
// rate is too low for them.
func tooLittle(step benchmark.Step) bool {
	if step.Outcome != benchmark.Violated || step.Achieved < keepsUp*step.Rate {
		return false
	}
	for _, level := range step.Broke {
		if slo, err := assay.ParseSLO(level.Expression); err != nil || slo.Metric != assay.MetricThroughput {
			return false
		}
	}
	return true
}

// endIfIncurable ends a search in which nothing held and a level is as far from holding at a quarter of the first rate as at
// that rate.
func (s *search) endIfIncurable() {
	const steps = 3
	if len(s.failed) < steps {
		return
	}
	first, second, last := s.failed[0], s.failed[1], s.failed[len(s.failed)-1]
	for _, step := range s.failed {
		if step.Outcome != benchmark.Violated {
			return
		}
	}
	for _, level := range first.Broke {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil || level.Observed <= 0 || !incurable(first, last, level) {
			continue // of what was not observed, another level says why
		}
		then, again := observed(second, level.Expression), observed(last, level.Expression)
		remains := len(s.failed) == steps && min(then, again) >= bettered*level.Observed
		if slo.Metric == assay.MetricErrors {
			remains = s.errorsRemain(slo)
		}
		if remains {
			s.end(phrase.Say(phrase.SearchIncurable, level.Expression, level.Shown(), perSecond(first.Rate),
				benchmark.Level{Expression: level.Expression, Observed: again}.Shown(), perSecond(last.Rate)))
			return
		}
	}
}

// errorsRemain reports whether a share of errors certainly violates its level in the steps at a quarter of the first rate and below, taken together,
// and is no smaller there, nor at half of the rate, than chance explains.
func (s *search) errorsRemain(slo assay.SLO) bool {
	const quarter = 2 // the place of its step
	of := 1.0
	if slo.Scope != "" {
		of = s.run.plan.Mix.sampleShare(slo)
	}
	share := func(steps ...benchmark.Step) (low, high float64) {
		failed, sent := 0.0, 0.0
		for _, step := range steps {
			n := float64(step.Sent) * of
			failed, sent = failed+n*observed(step, slo.Expression), sent+n
		}
		return uncertain.ClopperPearson(failed, sent, uncertain.Confidence)
	}
	before, _ := share(s.failed[0])
	_, then := share(s.failed[1])
	low, high := share(s.failed[quarter:]...)
	return !slo.Holds(low) && then >= before && high >= before
}

// bettered is the share of a figure below which it counts as better.
const bettered = 0.9

// observed is what a step observed of a level that it broke; 0 if it did not break it.
func observed(step benchmark.Step, expression string) float64 {
	for _, level := range step.Broke {
		if level.Expression == expression {
			return level.Observed
		}
	}
	return 0
}

// incurable reports whether a level that both steps broke is not one that a lower rate helps: a target beyond its limit answers a
// larger share of a lower rate, and errors of overload may be of one that is far beyond it.
func incurable(first, last benchmark.Step, level benchmark.Level) bool {
	slo, err := assay.ParseSLO(level.Expression)
	if err != nil || slo.Metric == assay.MetricThroughput {
		return false
	}
	answered := func(step benchmark.Step) float64 { return step.Achieved / step.Rate }
	if answered(last)*bettered > answered(first) {
		return false
	}
	return slo.Metric != assay.MetricErrors || float64(2*last.Overload) < last.Errors*float64(last.Sent)
}

// endWithoutRate ends a search in which no rate held.
func (s *search) endWithoutRate() {
	floor := s.floor()
	if floor == 0 || len(s.failed) == 0 {
		s.end(phrase.Say(phrase.SearchTooHigh))
		return
	}
	lowest := s.failed[0]
	for _, step := range s.failed {
		if step.Rate < lowest.Rate {
			lowest = step
		}
	}
	s.end(phrase.Say(phrase.SearchFloor, perSecond(floor), perSecond(lowest.Rate), phrase.Join(lowest.Reasons...)))
}

// sampling is how long it takes at a rate for the service levels to have enough samples, in whole seconds. A step of the bracket has the
// fewest that can say anything, since the probes say more.
func (s *search) sampling(kind limit.Kind, rate float64) time.Duration {
	needed := 100.0 // arrivals
	for _, level := range s.levels[:len(s.levels)-1] {
		samples := float64(benchmark.FewestSamples(level))
		if kind == limit.Probing || kind == limit.Confirm {
			samples = max(samples, float64(level.MinSamples()))
		}
		if share := s.run.plan.Mix.sampleShare(level); share > 0 && samples > 0 {
			needed = max(needed, arrivalsFor(samples, share))
		}
	}
	return time.Duration(min(math.Ceil(needed/rate), MaxDuration.Seconds())) * time.Second // longer than any step
}

// arrivalsFor is how many arrivals it takes for a number of samples, of which each arrival is one by chance. In all but one in a
// thousand cases, they are enough.
func arrivalsFor(samples, share float64) float64 {
	const deviations = 3
	return (samples + deviations*math.Sqrt(samples*(1-min(1, share)))) / share
}

// perSecond writes a rate for a reason.
func perSecond(rate float64) string { return fmt.Sprintf("%.3g/s", rate) }
