package compare

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// brokenLevels are the service levels that a run of B violates: worse, where every run of A holds them, and unknown, where it is not
// known whether A does. A level that a run was not judged by is judged by its figures.
func brokenLevels(a, b []benchmark.Report) (worse, unknown []phrase.Phrase) {
	for _, expression := range expressions(slices.Concat(a, b)) {
		if !has(b, expression, benchmark.DoesNotHold) || has(a, expression, benchmark.DoesNotHold) {
			continue
		}
		if sum(a).Incorrect > 0 && !aboutErrors(expression) {
			continue // how fast the wrong answers were is no standard
		}
		switch {
		case has(a, expression, benchmark.NotKnown):
			unknown = append(unknown, phrase.Say(phrase.CompareLevelUnknown, expression))
		case judgedBy(a, expression) && judgedBy(b, expression):
			worse = append(worse, phrase.Say(phrase.CompareLevel, expression))
		default:
			worse = append(worse, phrase.Say(phrase.CompareLevelFigures, expression))
		}
	}
	return worse, unknown
}

// expressions are the service levels of runs, each once.
func expressions(runs []benchmark.Report) (all []string) {
	for _, run := range runs {
		for _, level := range run.SLO {
			if !slices.Contains(all, level.Expression) {
				all = append(all, level.Expression)
			}
		}
	}
	return all
}

// has reports whether any of the runs has a verdict on a level.
func has(runs []benchmark.Report, expression string, verdict benchmark.LevelVerdict) bool {
	return slices.ContainsFunc(runs, func(run benchmark.Report) bool { return run.Level(expression).Verdict == verdict })
}

// judgedBy reports whether every run was judged by a level.
func judgedBy(runs []benchmark.Report, expression string) bool {
	return !slices.ContainsFunc(runs, func(run benchmark.Report) bool {
		return !slices.ContainsFunc(run.SLO, func(level benchmark.Level) bool { return level.Expression == expression })
	})
}

func aboutErrors(expression string) bool {
	slo, err := assay.ParseSLO(expression)
	return err == nil && slo.Metric == assay.MetricErrors
}
