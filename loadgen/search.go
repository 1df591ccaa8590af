package loadgen

import (
	"math"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

const (
	// coolDown is the pause between two steps.
	coolDown = time.Second
	// longestStep is how long the samples of a step may take; a rate that needs more is not tried.
	longestStep = 5 * time.Minute
)

// The defaults of a search: see [Config].
const (
	DefaultWithin    = limit.DefaultWithin
	DefaultLimitTime = time.Duration(limit.DefaultTime) * time.Second
)

// A search makes the steps that a [limit.Search] asks for, and ends it where correctness breaks, or the run does.
type search struct {
	run    *run
	asks   *limit.Search
	levels []assay.SLO // in the order in which asks has them; the last stands for all others
	other  string      // a level outside of levels that did not hold in the last step with one
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

func newSearch(r *run) *search {
	s := &search{run: r, found: benchmark.Search{Steps: []benchmark.Step{}}}
	s.levels = append(s.levels, r.plan.SLO...)
	s.levels = append(s.levels, benchmark.DefaultLevels(r.plan.SLO, r.plan.Mix.endpoints())...)
	s.levels = append(s.levels, assay.SLO{})
	options := limit.Options{Rate: r.plan.Rate, Floor: s.floor(), Duration: r.plan.Duration.Seconds(), Within: r.config.LimitWithin,
		Time: r.config.LimitTime.Seconds(), Needs: func(kind limit.Kind, rate float64) float64 { return s.sampling(kind, rate).Seconds() }}
	for _, slo := range s.levels {
		options.Levels = append(options.Levels, allowedBy(slo))
	}
	s.asks = limit.New(options)
	r.limit = &s.found
	return s
}

// findLimit searches in a run. The report is that of the confirmation.
func findLimit(r *run) (benchmark.Report, Histograms) {
	s := newSearch(r)
	r.ready()
	if r.plan.WarmUp > 0 {
		warm := r.phase(WarmUp, r.plan.warmUp())
		r.send(warm)
		r.drain(warm)
	}
	s.seek()
	return s.conclude()
}

// seek makes the steps until the search has ended.
func (s *search) seek() {
	for s.continues() {
		step, more := s.asks.Next()
		if !more {
			break
		}
		s.run.between = s.limit()
		s.take(step)
	}
	s.endBy(s.asks.Result())
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
	shown.report.Search, shown.report.Limit = &s.found, s.limit()
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

// continues is false when the search has to end.
func (s *search) continues() bool {
	return s.run.ctx.Err() == nil && s.found.Reason.IsZero()
}

// end ends the search; the first reason counts.
func (s *search) end(reason phrase.Phrase) {
	if s.found.Reason.IsZero() {
		s.found.Reason = reason
	}
}

// endBy says why a search has ended by itself.
func (s *search) endBy(result limit.Result) {
	switch result.End {
	case limit.Confirmed:
		if s.found.Reason.IsZero() && s.run.ctx.Err() == nil {
			s.found.Limit, s.found.Confirmed, s.held = result.Confirmed, true, s.last
		}
	case limit.TooHigh:
		s.endWithoutRate()
	case limit.TooLong:
		s.end(phrase.Say(phrase.SearchTooLong, perSecond(result.At), longestStep))
	case limit.Busy:
		s.end(phrase.Say(phrase.SearchSaturated, perSecond(result.At), s.found.Steps[len(s.found.Steps)-1].Reasons[0]))
	case limit.Unstable:
		s.end(phrase.Say(phrase.SearchUnstable))
	case limit.Endless:
		if unmade := result.Unmade; unmade.Seconds > 0 {
			s.end(phrase.Say(phrase.SearchNoTime, benchmark.Span(math.Round(s.asks.Spent())), perSecond(unmade.Rate), benchmark.Span(unmade.Seconds)))
			return
		}
		s.end(phrase.Say(phrase.SearchEndless, benchmark.Span(math.Round(s.asks.Spent()))))
	}
}
