package console

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// How much a summary shows, so that it fits a screen of 24 lines; benchmark.json has everything.
const (
	shownErrors    = 2
	shownSteps     = 4
	shownExchanges = 2 // of an error
	shownReasons   = 4
	shownServers   = 4
	shownStages    = 4
)

// column is the column of the texts of a summary.
const column = 12

// A benchmarkPrinter writes the parts of a summary.
type benchmarkPrinter struct {
	*terminal.Printer
	in messages.Printer
}

// Summary writes the result: the exchanges, the times, the service levels, the outcome and the reasons for it, and the files
// that were written. It returns the first error of writing.
func (c *Benchmark) Summary(report benchmark.Report, files []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.print
	p.CloseLine()
	if c.options.Quiet || report.Exchanges.Sent == 0 && !searched(report.Search) { // the outcome says why
		p.outcome(report, phrase.Phrase{})
	} else {
		p.Line("")
		p.search(report)
		p.figures(report)
		p.times(report)
		p.stages(report)
		p.levels(report)
		p.errors(report)
		p.requirements(report)
		p.outcome(report, report.Next(pathOf(files, "benchmark.html"), pathOf(files, "transcript.jsonl")))
	}
	if len(files) > 0 && !c.options.Quiet {
		p.Field(0, p.say("console.wrote"), column, shown(strings.Join(files, " ")))
	}
	return p.Err()
}

// pathOf is the path of a file among those that were written, or its name.
func pathOf(files []string, name string) string {
	for _, path := range files {
		if filepath.Base(path) == name {
			return path
		}
	}
	return name
}

// figures writes what was sent, how fast, and what that cost.
func (p benchmarkPrinter) figures(report benchmark.Report) {
	p.Field(0, p.say("console.exchanges"), column, p.exchangeCounts(report.Exchanges))
	if w := report.WarmUp; w != nil && w.Exchanges.Right() < w.Exchanges.Sent {
		p.Field(0, p.say("console.warm-up"), column, p.exchangeCounts(w.Exchanges))
	}
	p.Field(0, p.say("console.throughput"), column, p.throughput(report))
	g := report.Generator
	text := p.say("console.cost", benchmark.Duration(g.CPUPerExchange), g.MaxRSSBytes>>20, g.Connections)
	if g.Engine != "" {
		text += p.say("console.engine", shown(g.Engine))
	}
	if g.InProcess {
		text += p.say("console.same-process")
	}
	p.Field(0, p.say("console.generator"), column, text)
	if n := report.NoiseFloor; n != nil {
		text := p.say("console.floor-is", benchmark.Duration(n.Response.P50), benchmark.Duration(n.Response.P99), benchmark.Rate(n.Ceiling))
		if len(n.Below) > 0 {
			text += p.say("console.floor-below", strings.Join(n.Below, " "))
		}
		p.Field(0, p.say("console.floor"), column, shown(text))
	}
	p.Field(0, p.say("console.note"), column, shown(p.in.Say(phrase.Join(report.Notes...))))
}

// throughput says how much was answered correctly, with its error bar or, where there is no room for more lines, the share of errors.
func (p benchmarkPrinter) throughput(report benchmark.Report) string {
	text := p.say("console.achieved", benchmark.Rate(report.Throughput.Offered), benchmark.Rate(report.Throughput.Achieved))
	ends, share := report.Throughput.Ends(), p.errorShare(report)
	switch {
	case p.crowded(report) && share != "":
		text += p.say("console.with-errors", share)
	case !p.crowded(report) && ends != "":
		text += " (" + ends + ")"
	}
	return text
}

// errorShare says how many of the exchanges that had to be accepted failed, and how many would with a confidence of 95 %.
func (p benchmarkPrinter) errorShare(report benchmark.Report) string {
	judged := report.Exchanges.Judged()
	if judged == 0 {
		return ""
	}
	text := p.say("console.share", report.Exchanges.Errors(), judged)
	if ends := benchmark.ShareEnds(report.ErrorShare); ends != "" {
		text += " (" + ends + ")"
	}
	return text
}

// times writes the percentiles of sign-ins, of refusals if there were any, and of each endpoint or API server if there are
// several. In a closed loop the response time is the service time, and nothing is late.
func (p benchmarkPrinter) times(report benchmark.Report) {
	if report.All.Samples == 0 && report.Response.Samples == 0 {
		return
	}
	row := func(name string, t benchmark.Times) {
		cells := ""
		for _, metric := range []assay.Metric{assay.MetricP50, assay.MetricP90, assay.MetricP99, assay.MetricP999, assay.MetricMax, assay.MetricMean} {
			cells += fmt.Sprintf("%10s", t.Text(metric))
		}
		p.Line(pad(name, column) + cells)
	}
	ends := func(t benchmark.Times) { // of the intervals, where the run was long enough for some
		if t.Intervals == nil || p.crowded(report) || len(report.ByStage) > 0 {
			return
		}
		from, to := "", ""
		for _, metric := range []assay.Metric{assay.MetricP50, assay.MetricP90, assay.MetricP99, assay.MetricP999, assay.MetricMax, assay.MetricMean} {
			low, high := t.Ends(metric)
			from, to = from+fmt.Sprintf("%10s", low), to+fmt.Sprintf("%10s", high)
		}
		p.Line(strings.TrimRight(pad("  "+p.say("console.from"), column)+from, " "))
		p.Line(strings.TrimRight(pad("  "+p.say("console.to"), column)+to, " "))
	}
	heading := ""
	if report.Plan.Shape == benchmark.Closed {
		heading = p.say("console.closed")
	}
	p.Line(pad(heading, column) + fmt.Sprintf("%10s%10s%10s%10s", "p50", "p90", "p99", "p99.9") + padLeft(p.say("console.max"), 10) + padLeft(p.say("console.mean"), 10))
	if report.Plan.Shape != benchmark.Closed {
		row(p.say("console.response"), report.Response)
		ends(report.Response)
	}
	row(p.say("console.service"), report.Service)
	if report.Plan.Shape != benchmark.Closed {
		row(p.say("console.lateness"), report.Lateness)
	}
	p.parts(report, row)
	if n := report.Response.Censored; n > 0 {
		p.Field(0, "", column, p.say("console.timed-out", n, benchmark.Span(report.Plan.Timeout)))
	}
}

// stages writes a line for each stage of the plan.
func (p benchmarkPrinter) stages(report benchmark.Report) {
	const name = 12
	shownOf := report.ByStage[:min(len(report.ByStage), shownStages)]
	for i, f := range shownOf {
		if i == 0 {
			p.Line(pad(p.say("console.stages"), column) + padLeft(p.say("console.stage-achieved"), name+9) + fmt.Sprintf("%10s%10s  %-17s", "p50", "p99", "95%") + padLeft(p.say("console.errors"), 8))
		}
		p.Line(fmt.Sprintf("%-*s%-*s%9s%10s%10s  %-17s%8s", column, "", name, terminal.Cut(shown(f.Name), name-1), benchmark.Rate(f.Throughput.Achieved),
			f.Response.Text(assay.MetricP50), f.Response.Text(assay.MetricP99), figures.Ends(f.Response, assay.MetricP99), benchmark.Percent(f.Exchanges.ErrorShare())))
	}
	if more := len(report.ByStage) - len(shownOf); more > 0 {
		p.Field(0, "", column, p.say("console.more-stages", more))
	}
}

// crowded reports whether there is no room beside a search or errors.
func (benchmarkPrinter) crowded(report benchmark.Report) bool {
	return searched(report.Search) || len(report.Errors) > 0
}

// parts writes the response times of parts of the run, if there is room for them.
func (p benchmarkPrinter) parts(report benchmark.Report, row func(string, benchmark.Times)) {
	if p.crowded(report) {
		return
	}
	for _, one := range report.Endpoints() {
		row(string(one.Endpoint), one.Response)
	}
	if report.Refusals.Samples > 0 {
		row(p.say("console.refusals"), report.Refusals)
	}
	shown := min(len(report.ByServer), shownServers)
	for i, one := range report.ByServer[:shown] {
		row(p.say("console.server", i+1), one.Service)
	}
	if more := len(report.ByServer) - shown; more > 0 {
		p.Field(0, "", column, p.say("console.more-servers", more))
	}
}

// levels writes which service levels are met, in the words of every other format.
func (p benchmarkPrinter) levels(report benchmark.Report) {
	for i, level := range report.SLO {
		label := ""
		if i == 0 {
			label = p.say("console.levels")
		}
		verdict := report.Verdict(level)
		style, word := terminal.Green, figures.Level(p.in, verdict)
		switch verdict {
		case assay.Fail:
			style = terminal.Red
		case assay.Untested:
			style = terminal.Yellow
		}
		text := fmt.Sprintf("%-20s %-10s ", shown(level.Expression), level.Shown())
		remark, sure := p.levelRemark(level, verdict), ""
		if level.Confidence > 0 && verdict != assay.Untested {
			sure = fmt.Sprintf(" (%s)", benchmark.Percent(level.Confidence))
		}
		if column+terminal.Columns(text+word+sure+remark) > screen {
			remark = "" // benchmark.json has it
		}
		p.Line(pad(label, column) + text + p.Styled(style, word) + sure + remark)
	}
}

// screen is the width of a screen.
const screen = 80

// levelRemark is what is certain of a level, or what it takes to judge one.
func (p benchmarkPrinter) levelRemark(level benchmark.Level, verdict assay.Verdict) string {
	switch beyond := level.Share(); {
	case level.Needs > 0 && level.Verdict == benchmark.NotKnown:
		return p.say("console.needs", level.Needs)
	case level.Verdict == benchmark.NotKnown && level.NeedsSeconds > 0:
		return p.say("console.needs-time", benchmark.Span(math.Ceil(level.NeedsSeconds)))
	case level.Needs > 0:
		return p.say("console.firm", level.Needs)
	case verdict == assay.Untested || beyond == "":
		return ""
	case level.Verdict == benchmark.Holds:
		return p.say("console.at-most", beyond)
	default:
		return p.say("console.at-least", beyond)
	}
}

// errors writes the share of errors, or the most frequent kinds of wrong and failed exchanges.
func (p benchmarkPrinter) errors(report benchmark.Report) {
	label, errors := p.say("console.errors"), report.Errors
	if !p.crowded(report) {
		p.Field(0, label, column, p.errorShare(report))
	}
	for i, e := range errors {
		if i == shownErrors && len(errors) > shownErrors+1 {
			p.Field(0, "", column, p.say("console.more-kinds", len(errors)-i))
			return
		}
		words := []string{fmt.Sprintf("%7d", e.Count), string(e.Endpoint), e.Verdict}
		if e.Status != 0 {
			words = append(words, fmt.Sprint(e.Status))
		}
		if words = append(words, e.Errcode); e.WarmUp > 0 {
			words = append(words, p.say("console.of-warm-up", e.WarmUp))
		}
		if e.Errcode == "" || e.Verdict == "doubleRedeemed" || e.Verdict == "badPatAccepted" {
			words = append(words, e.Reason)
		}
		for i, id := range e.Exchanges[:min(len(e.Exchanges), shownExchanges)] {
			if words = append(words, id); i < len(e.Users) {
				words = append(words, p.say("console.of-user", e.Users[i]))
			}
			if i < len(e.Contradicts) && e.Contradicts[i] != "" {
				words = append(words, p.say("console.contradicts", e.Contradicts[i]))
			}
		}
		line := pad(label, column) + shown(strings.Join(strings.Fields(strings.Join(words, " ")), " "))
		if beginning := terminal.Cut(line, p.Width()); beginning != line {
			line = terminal.Cut(line, p.Width()-1) + "…"
		}
		p.Line(line)
		label = ""
	}
}

// requirements writes the verdicts on the requirements about load, and why one was not tested; the outcome says why one
// failed, and why a service level is not known.
func (p benchmarkPrinter) requirements(report benchmark.Report) {
	var words []string
	for _, requirement := range report.Requirements {
		words = append(words, requirement.ID+" "+p.verdict(requirement.Verdict))
	}
	p.Field(0, p.say("console.judged"), column, shown(strings.Join(words, p.say("console.comma"))))
	for _, requirement := range report.Requirements {
		said := report.Outcome == benchmark.Unknown && requirement.Reason.Key() == phrase.LevelsUntold ||
			requirement.Reason == phrase.Say(phrase.LevelsUntold, phrase.Join(report.Reasons...))
		if requirement.Verdict == assay.Untested && !said {
			p.Field(0, "", column, shown(requirement.ID+": "+p.in.Say(requirement.Reason)))
		}
	}
}

// outcome writes the outcome, the reasons for it and where to look next.
func (p benchmarkPrinter) outcome(report benchmark.Report, next phrase.Phrase) {
	if next.IsZero() { // else the screen needs the line
		p.Line("")
	}
	p.Line(pad(p.say("console.outcome"), column) + p.Styled(outcomeStyle(report.Outcome.Sign()), shown(p.named(report.Outcome))))
	for i, reason := range report.Reasons {
		if i == shownReasons && len(report.Reasons) > shownReasons+1 {
			p.Field(column, "-", column+2, p.say("console.more", len(report.Reasons)-i))
			break
		}
		p.Field(column, "-", column+2, shown(p.in.Say(reason)))
	}
	if !next.IsZero() {
		if key := next.Key(); key == phrase.NextRun || key == phrase.NextSame { // one line, to be copied
			p.Line(pad(p.say("console.next"), column) + shown(p.in.Say(next)))
			return
		}
		p.Field(0, p.say("console.next"), column, shown(p.in.Say(next)))
	}
}
