package console

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

func searched(s *benchmark.Search) bool { return s != nil && len(s.Steps) > 0 }

// search writes the last steps of a search, and the limit that it found, for how many seconds.
func (p benchmarkPrinter) search(report benchmark.Report) {
	search := report.Search
	if !searched(search) {
		return
	}
	first := max(0, len(search.Steps)-shownSteps)
	p.Line(pad(p.say("console.search"), column+7) + padLeft(p.say("console.rate"), 10) + padLeft(p.say("console.stage-achieved"), 10) + padLeft("p99", 10) + padLeft(p.say("console.errors"), 10) + "  " + p.say("console.search-outcome"))
	if first > 0 {
		p.Field(0, "", column, p.say("console.earlier", first))
	}
	for _, step := range search.Steps[first:] {
		p.Line(pad("", column) + pad(shown(figures.Phase(p.in, step.Phase)), 7) + fmt.Sprintf("%10s%10s%10s%10s  %s", benchmark.Rate(step.Rate),
			benchmark.Rate(step.Achieved), benchmark.Duration(step.Response.P99), benchmark.Percent(step.Errors),
			p.Styled(outcomeStyle(step.Outcome.Sign()), shown(p.stepOutcome(step)))+broken(step)))
	}
	p.Field(0, p.say("console.limit"), column, shown(p.limitFound(report)))
}

// stepOutcome is the outcome of a step: in English, that of benchmark.json.
func (p benchmarkPrinter) stepOutcome(step benchmark.Step) string {
	if p.in.Language() == messages.English {
		return string(step.Outcome)
	}
	return figures.Outcome(p.in, step.Outcome)
}

// limitFound is the limit of a search in words.
func (p benchmarkPrinter) limitFound(report benchmark.Report) string {
	search, text := report.Search, p.say("console.not-found")
	switch {
	case report.Limit != nil && (report.Limit.Rate > 0 || report.Limit.Confirmed > 0):
		text = p.in.Say(report.Limit.Says())
	case search.Confirmed: // of an earlier version
		text = p.say("console.confirmed-for", benchmark.Rate(search.Limit), benchmark.Span(report.Plan.Duration))
	case search.Limit > 0:
		text = benchmark.Rate(search.Limit)
	}
	if !search.Reason.IsZero() && !slices.Contains(report.Reasons, search.Reason) { // else the outcome says it
		text += p.say("console.because", p.in.Say(search.Reason))
	}
	if told := report.Limit != nil && (report.Limit.Beyond || report.Limit.Rate > 0); search.Saturated > 0 && !told {
		text += p.say("console.bottleneck", benchmark.Rate(search.Saturated))
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
