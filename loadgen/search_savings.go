package loadgen

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// onSavings is the level on all errors that a confirmation holds as a whole, but violates in its second half alone and still at its
// end, with the share of errors in that half: the target answers a burst that it cannot sustain. It is false if there is no such
// level. Errors of the generator's own bursts are no sign of that.
func onSavings(report benchmark.Report) (broke benchmark.Level, found bool) {
	const fewest = 5 // rows of the timeline
	half, end := errorsFrom(report, 0.5), errorsFrom(report, 0.9)
	if len(report.Timeline) < fewest || half.Of == 0 || end.Of == 0 || report.Generator.Delay.CatchUpErrors > 0 {
		return broke, false
	}
	share, atEnd := half.Value(), end.Value()
	least, _ := uncertain.ClopperPearson(float64(half.Counted), float64(half.Of), uncertain.Confidence)
	for _, level := range report.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err == nil && slo.Metric == assay.MetricErrors && slo.Scope == "" && !slo.Holds(least) && !slo.Holds(atEnd) {
			level.Observed, level.Verdict, level.Holds = share, benchmark.DoesNotHold, false
			return level, true
		}
	}
	return broke, false
}

// errorsFrom are the errors from a share of the run's time on.
func errorsFrom(report benchmark.Report, share float64) (sum uncertain.Part) {
	for i, part := range benchmark.ErrorParts(report.Timeline) {
		if float64(report.Timeline[i].Second) >= share*report.Plan.Duration {
			sum.Of, sum.Counted = sum.Of+part.Of, sum.Counted+part.Counted
		}
	}
	return sum
}

// failLast makes the last step one that does not hold, because the target lives on savings.
func (s *search) failLast(broke benchmark.Level) {
	step := &s.found.Steps[len(s.found.Steps)-1]
	step.Holds, step.Outcome, step.Broke = false, benchmark.Violated, append(step.Broke, broke)
	step.Reasons = []phrase.Phrase{phrase.Say(phrase.SearchSavings, broke.Expression, broke.Shown())}
}
