package loadgen

import (
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// limit is what the search has found so far.
func (s *search) limit() *benchmark.Limit {
	var levels []limit.Level
	var expressions []string
	for _, slo := range s.levels {
		expression := slo.Expression
		if expression == "" {
			if expression = s.other; expression == "" {
				break // nothing else did not hold
			}
		}
		levels, expressions = append(levels, allowedBy(slo)), append(expressions, expression)
	}
	result, within := s.asks.Result(), s.run.config.LimitWithin
	if within <= 0 {
		within = DefaultWithin
	}
	if !s.found.Confirmed {
		result.Confirmed = 0
	}
	found := benchmark.LimitOf(result, levels, expressions, s.last.report.Plan.Duration, within)
	found.Time = DefaultLimitTime.Seconds()
	if within := s.run.config.LimitTime; within > 0 {
		found.Time = within.Seconds()
	}
	found.Draw(s.found.Steps)
	return found
}
