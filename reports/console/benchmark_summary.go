package benchmark

import (
	"fmt"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/visible"
)

// How much a summary shows, so that it fits a screen; benchmark.json has everything.
const (
	shownErrors    = 2
	shownSteps     = 4
	shownExchanges = 2 // of an error
	shownReasons   = 4
)

// column is where texts begin in a summary.
const column = 12

// A printer writes a report's parts.
type printer struct{ *terminal.Printer }

func (o Outcome) style() terminal.Style {
	switch o {
	case Passed:
		return terminal.Green
	case Saturated, Stopped:
		return terminal.Yellow
	default:
		return terminal.Red
	}
}

// Summary writes what came of the run: the ledger, the times, the service levels, the outcome and why, and the files that
// were written. The error is the first that the console met.
func (c *Console) Summary(report Report, files []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.print
	p.CloseLine()
	if c.options.Quiet || report.Exchanges.Sent == 0 && !report.Search.begun() { // why is the outcome's to say
		p.outcome(report)
	} else {
		p.Line("")
		p.search(report.Search)
		p.figures(report)
		p.times(report)
		p.levels(report.SLO)
		p.errors(report.Errors)
		p.requirements(report.Requirements)
		p.outcome(report)
	}
	if len(files) > 0 && !c.options.Quiet {
		p.Field(0, "wrote", column, visible.Line(strings.Join(files, " "), textLimit))
	}
	return p.Err()
}

// figures writes what was sent, how fast, and what that took.
func (p printer) figures(report Report) {
	p.Field(0, "exchanges", column, report.Exchanges.String())
	if w := report.WarmUp; w != nil && w.Exchanges.Right() < w.Exchanges.Sent {
		p.Field(0, "warm-up", column, w.Exchanges.String())
	}
	p.Field(0, "throughput", column, fmt.Sprintf("%s offered, %s achieved", Rate(report.Throughput.Offered), Rate(report.Throughput.Achieved)))
	g := report.Generator
	text := fmt.Sprintf("%s of CPU an exchange, %d MiB, %d connections", Duration(g.CPUPerExchange), g.MaxRSSBytes>>20, g.Connections)
	if g.InProcess {
		text += ", with the platform in the same process"
	}
	p.Field(0, "generator", column, text)
	if n := report.NoiseFloor; n != nil {
		text := fmt.Sprintf("response p50 %s, p99 %s of its own, at most %s", Duration(n.Response.P50), Duration(n.Response.P99), Rate(n.Ceiling))
		if len(n.Below) > 0 {
			text += "; less than twice that, and so the generator's rather than the target's: " + strings.Join(n.Below, " ")
		}
		p.Field(0, "noise floor", column, visible.Line(text, textLimit))
	}
	p.Field(0, "note", column, visible.Line(strings.Join(report.Notes, "; "), textLimit))
}

// times writes the percentiles. In a closed loop a response is what the service took, and nothing is late.
func (p printer) times(report Report) {
	if report.Response.Samples == 0 {
		return
	}
	row := func(name string, t Times) {
		cells := ""
		for _, seconds := range []float64{t.P50, t.P90, t.P99, t.P999, t.Max} {
			cells += fmt.Sprintf("%10s", Duration(seconds))
		}
		p.Line(fmt.Sprintf("%-*s%s", column, name, cells))
	}
	p.Line(fmt.Sprintf("%-*s%10s%10s%10s%10s%10s", column, "", "p50", "p90", "p99", "p99.9", "max"))
	if report.Plan.Shape != Closed {
		row("response", report.Response)
	}
	row("service", report.Service)
	if report.Plan.Shape != Closed {
		row("lateness", report.Lateness)
	}
	if n := report.Response.Censored; n > 0 {
		p.Field(0, "", column, fmt.Sprintf("%d were given up after %s: they would have taken longer", n, Span(report.Plan.Timeout)))
	}
}

// levels writes which service levels hold.
func (p printer) levels(levels []Level) {
	for i, level := range levels {
		label := ""
		if i == 0 {
			label = "levels"
		}
		style, word := terminal.Green, "holds"
		if !level.Holds {
			style, word = terminal.Red, "does not hold"
		}
		text := fmt.Sprintf("%-20s %-10s ", visible.Line(level.Expression, textLimit), level.Shown())
		remark := ""
		if level.Needs > 0 {
			remark = fmt.Sprintf(", of too few samples: it takes %d", level.Needs)
		}
		p.Line(fmt.Sprintf("%-*s%s", column, label, text+p.Styled(style, word)+remark))
	}
}

// errors writes the most frequent answers that were not as they should be.
func (p printer) errors(errors []ErrorCount) {
	for i, e := range errors {
		label := ""
		if i == 0 {
			label = "errors"
		}
		if i == shownErrors && len(errors) > shownErrors+1 {
			p.Field(0, "", column, fmt.Sprintf("and %d more kinds in benchmark.json", len(errors)-i))
			return
		}
		words := []string{fmt.Sprintf("%7d", e.Count), string(e.Endpoint), e.Verdict}
		if e.Status != 0 {
			words = append(words, fmt.Sprint(e.Status))
		}
		words = append(words, e.Errcode)
		if e.Errcode == "" {
			words = append(words, e.Reason)
		}
		words = append(words, e.Exchanges[:min(len(e.Exchanges), shownExchanges)]...)
		line := strings.Join(strings.Fields(strings.Join(words, " ")), " ")
		p.Line(terminal.Cut(fmt.Sprintf("%-*s%s", column, label, visible.Line(line, textLimit)), p.Width()))
	}
}

// requirements writes the verdicts on the requirements about load, and what to do about those that were not tested: why one
// failed is the outcome's to say.
func (p printer) requirements(requirements []Requirement) {
	var words []string
	for _, requirement := range requirements {
		words = append(words, fmt.Sprintf("%s %s", requirement.ID, requirement.Verdict))
	}
	p.Field(0, "judged", column, visible.Line(strings.Join(words, ", "), textLimit))
	for _, requirement := range requirements {
		if requirement.Verdict == assay.Untested {
			p.Field(0, "", column, visible.Line(requirement.ID+": "+requirement.Reason, textLimit))
		}
	}
}

func (s *Search) begun() bool { return s != nil && len(s.Steps) > 0 }

// search writes the last steps of a search, and what it came to.
func (p printer) search(search *Search) {
	if !search.begun() {
		return
	}
	first := max(0, len(search.Steps)-shownSteps)
	p.Line(fmt.Sprintf("%-*s%-7s%10s%10s%10s%10s  %s", column, "search", "", "rate", "achieved", "p99", "errors", "outcome"))
	if first > 0 {
		p.Field(0, "", column, fmt.Sprintf("%d steps before these are in benchmark.json", first))
	}
	for _, step := range search.Steps[first:] {
		p.Line(fmt.Sprintf("%-*s%-7s%10s%10s%10s%10s  %s", column, "", visible.Line(step.Phase, textLimit), Rate(step.Rate),
			Rate(step.Achieved), Duration(step.Response.P99), percent(step.Errors), p.Styled(step.Outcome.style(), visible.Line(string(step.Outcome), textLimit))))
	}
	text := "none was found"
	if search.Limit > 0 {
		text = Rate(search.Limit)
	}
	if search.Confirmed {
		text += ", confirmed"
	}
	if search.Reason != "" {
		text += ": " + search.Reason
	}
	if search.Saturated > 0 {
		text += fmt.Sprintf("; at %s the generator was the bottleneck, so the target's own limit may be higher", Rate(search.Saturated))
	}
	p.Field(0, "limit", column, visible.Line(text, textLimit))
}

// outcome writes the one line that matters, and under it why it is so.
func (p printer) outcome(report Report) {
	p.Line("")
	name := strings.ToUpper(strings.ReplaceAll(string(report.Outcome), "-", " "))
	p.Line(fmt.Sprintf("%-*s", column, "OUTCOME") + p.Styled(report.Outcome.style(), visible.Line(name, textLimit)))
	for i, reason := range report.Reasons {
		if i == shownReasons && len(report.Reasons) > shownReasons+1 {
			reason = fmt.Sprintf("and %d more in benchmark.json", len(report.Reasons)-i)
			p.Field(column, "-", column+2, reason)
			return
		}
		p.Field(column, "-", column+2, visible.Line(reason, textLimit))
	}
}
