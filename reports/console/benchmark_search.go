package console

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay/reports/benchmark"
)

func searched(s *benchmark.Search) bool { return s != nil && len(s.Steps) > 0 }

// search writes the last steps of a search, and the limit that it found, for how many seconds.
func (p benchmarkPrinter) search(report benchmark.Report) {
	search := report.Search
	if !searched(search) {
		return
	}
	first := max(0, len(search.Steps)-shownSteps)
	p.Line(fmt.Sprintf("%-*s%-7s%10s%10s%10s%10s  %s", column, "search", "", "rate", "achieved", "p99", "errors", "outcome"))
	if first > 0 {
		p.Field(0, "", column, fmt.Sprintf("%d earlier steps in benchmark.json", first))
	}
	for _, step := range search.Steps[first:] {
		p.Line(fmt.Sprintf("%-*s%-7s%10s%10s%10s%10s  %s", column, "", shown(step.Phase), benchmark.Rate(step.Rate),
			benchmark.Rate(step.Achieved), benchmark.Duration(step.Response.P99), benchmark.Percent(step.Errors),
			p.Styled(outcomeStyle(step.Outcome.Sign()), shown(string(step.Outcome)))+broken(step)))
	}
	p.Field(0, "limit", column, shown(limitFound(report)))
}

// limitFound is the limit of a search in words.
func limitFound(report benchmark.Report) string {
	search, text := report.Search, "not found"
	switch {
	case report.Limit != nil && (report.Limit.Rate > 0 || report.Limit.Confirmed > 0):
		text = report.Limit.Says().String()
	case search.Confirmed: // of an earlier version
		text = benchmark.Rate(search.Limit) + ", confirmed for " + benchmark.Span(report.Plan.Duration)
	case search.Limit > 0:
		text = benchmark.Rate(search.Limit)
	}
	if !search.Reason.IsZero() && !slices.Contains(report.Reasons, search.Reason) { // else the outcome says it
		text += ": " + search.Reason.String()
	}
	if told := report.Limit != nil && (report.Limit.Beyond || report.Limit.Rate > 0); search.Saturated > 0 && !told {
		text += fmt.Sprintf("; at %s the generator was the bottleneck, so the limit of the target may be higher", benchmark.Rate(search.Saturated))
	}
	return text
}

// broken lists the service levels that a step broke.
func broken(step benchmark.Step) string {
	var levels []string
	for _, level := range step.Broke {
		levels = append(levels, level.Expression+": "+level.Shown())
	}
	if len(levels) == 0 {
		return ""
	}
	return "  " + shown(strings.Join(levels, ", "))
}
