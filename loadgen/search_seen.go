package loadgen

import (
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// allowedBy is what a level allows, as a search has it: a share where it is about one.
func allowedBy(slo assay.SLO) limit.Level {
	switch quantile := slo.Metric.Quantile(); {
	case quantile > 0:
		return limit.Level{Allowed: 1 - quantile}
	case slo.Metric == assay.MetricErrors:
		return limit.Level{Allowed: slo.Bound, Errors: true}
	case slo.Metric == assay.MetricMean:
		return limit.Level{Allowed: slo.Bound, Mean: true}
	default:
		return limit.Level{}
	}
}

// take makes a step that the search asks for, and tells it what it saw.
func (s *search) take(ask limit.Step) {
	began := time.Now()
	step := s.step(ask)
	if !s.continues() {
		return
	}
	seen := limit.Seen{Holds: step.Holds, TooLittle: tooLittle(step), Saturated: step.Outcome == benchmark.Saturated}
	if seen.Saturated {
		seen.Took = time.Since(began).Seconds()
		s.asks.Saw(seen)
		return
	}
	if broke, reason, found := s.savings(ask); found {
		seen.Savings = true
		if ask.Kind == limit.Confirm && step.Holds {
			seen.Holds = false
			s.failLast(broke, reason)
		}
	}
	seen.Levels = s.observed(ask, step)
	if step = s.found.Steps[len(s.found.Steps)-1]; !step.Holds {
		s.failed = append(s.failed, step)
		if s.nothingHeld() {
			s.endIfIncurable()
		}
	}
	seen.Took = time.Since(began).Seconds()
	s.asks.Saw(seen)
}

func (s *search) nothingHeld() bool {
	return !slices.ContainsFunc(s.found.Steps, func(step benchmark.Step) bool { return step.Holds || tooLittle(step) })
}

// observed is what the last step showed of the levels.
func (s *search) observed(ask limit.Step, step benchmark.Step) (all []limit.Observed) {
	p, report := s.last.phase, s.last.report
	parts := p.stretches.from(time.Duration(ask.From*float64(time.Second)), min(p.elapsed, p.limit()))
	covered := func(broke benchmark.Level) bool {
		return slices.ContainsFunc(s.levels, func(slo assay.SLO) bool { return slo.Expression == broke.Expression })
	}
	for _, slo := range s.levels[:len(s.levels)-1] {
		i := slices.IndexFunc(report.SLO, func(level benchmark.Level) bool { return level.Expression == slo.Expression })
		if i < 0 {
			all = append(all, limit.Observed{})
			continue
		}
		o := shareIn(parts, slo, report.SLO[i], report)
		o.Missed = !report.SLO[i].Holds && !(slo.Metric == assay.MetricThroughput && step.Achieved >= keepsUp*step.Rate)
		all = append(all, o)
	}
	var other limit.Observed
	for _, broke := range step.Broke {
		if !covered(broke) {
			other.Missed, s.other = true, broke.Expression
		}
	}
	return append(all, other)
}

// shareIn is what the parts of a step show of a level.
func shareIn(of parts, slo assay.SLO, level benchmark.Level, report benchmark.Report) (o limit.Observed) {
	run := of.of(slo.Scope)
	var part uncertain.Part
	switch {
	case slo.Metric.Quantile() > 0:
		part = uncertain.Sum(run.Beyond(time.Duration(slo.Bound * float64(time.Second))))
	case slo.Metric == assay.MetricErrors:
		part = uncertain.Sum(run.Failed())
		if excused := report.Generator.Delay.CatchUpErrors > 0 || report.Exchanges.Aged > 0; excused && level.Observed < part.Value() {
			part.Counted = int64(level.Observed * float64(part.Of))
		}
	case slo.Metric == assay.MetricMean:
		o.Value = run.Mean(uncertain.Confidence).Value
	}
	o.Counted, o.Of = float64(part.Counted), float64(part.Of)
	return o
}

// savings is a level that the last step holds at first only, with the reason: the target answers for a while what it cannot sustain. Of
// errors every step can tell; of anything else a confirmation that holds as a whole, whose second half alone is certainly violated.
func (s *search) savings(ask limit.Step) (broke benchmark.Level, reason phrase.Phrase, found bool) {
	report := s.last.report
	if level, found := onSavings(report); found {
		return level, phrase.Say(phrase.SearchSavings, level.Expression, level.Shown()), true
	}
	if ask.Kind != limit.Confirm || report.Outcome != benchmark.Passed {
		return broke, reason, false
	}
	p := s.last.phase
	half := p.stretches.from(p.duration()/2, min(p.elapsed, p.limit()))
	for _, level := range report.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil || allowedBy(slo) == (limit.Level{}) || slo.Metric == assay.MetricErrors {
			continue
		}
		if half.of(slo.Scope).Judge(slo, conditionsOf(report)).Verdict == uncertain.Violated {
			level.Verdict, level.Holds = benchmark.DoesNotHold, false
			return level, phrase.Say(phrase.SearchFading, level.Expression), true
		}
	}
	return broke, reason, false
}

// onSavings is the level on all errors that the first half of a step holds, and that its second half violates alone, and still at its end,
// with the share of errors in that half; false without one. Errors of the generator's own bursts are no sign of that.
func onSavings(report benchmark.Report) (broke benchmark.Level, found bool) {
	const fewest = 5 // rows of the timeline
	if len(report.Timeline) < fewest || report.Generator.Delay.CatchUpErrors > 0 {
		return broke, false
	}
	first, half, end := errorsFrom(report, 0), errorsFrom(report, 0.5), errorsFrom(report, 0.9)
	first = uncertain.Part{Counted: first.Counted - half.Counted, Of: first.Of - half.Of}
	for _, level := range report.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err == nil && slo.Metric == assay.MetricErrors && slo.Scope == "" && limit.Savings(slo.Bound, first, half, end) {
			level.Observed, level.Verdict, level.Holds = half.Value(), benchmark.DoesNotHold, false
			return level, true
		}
	}
	return broke, false
}

// errorsFrom are the errors from a share of the step's time on.
func errorsFrom(report benchmark.Report, share float64) (sum uncertain.Part) {
	for i, part := range benchmark.ErrorParts(report.Timeline) {
		if float64(report.Timeline[i].Second) >= share*report.Plan.Duration {
			sum.Of, sum.Counted = sum.Of+part.Of, sum.Counted+part.Counted
		}
	}
	return sum
}

// failLast makes the last step one that does not hold, because the target does not hold that long.
func (s *search) failLast(broke benchmark.Level, reason phrase.Phrase) {
	step := &s.found.Steps[len(s.found.Steps)-1]
	step.Holds, step.Outcome, step.Broke, step.Reasons = false, benchmark.Violated, append(step.Broke, broke), []phrase.Phrase{reason}
}
