package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// WriteBenchmark writes a load run as a comment on a change or the summary of a job.
func WriteBenchmark(w io.Writer, in messages.Printer, report benchmark.Report) error {
	s := benchmarkSummary{summary{in: in, more: "load.more"}, report}
	s.heading()
	s.levels()
	s.stages()
	s.limit()
	s.steps()
	s.times()
	s.exchanges()
	s.kinds()
	s.requirements()
	s.generator()
	s.origin(figures.RunTitle(report), report.NextRun(), report.Suite.RequirementSet, report.Suite.Digest)
	return s.write(w)
}

type benchmarkSummary struct {
	summary
	report benchmark.Report
}

// heading writes the outcome, the reasons for it and the headline figures.
func (s *benchmarkSummary) heading() {
	outcome := s.report.Outcome
	s.line("## %s %s: %s\n", sign(outcome.Sign()), figures.Outcome(s.in, outcome), code(s.report.Name()))
	s.line("%s\n", figures.Meaning(s.in, s.report))
	s.list("", s.report.Reasons)
	s.list(s.in.Text("note")+" ", s.report.Notes)
	if s.report.Exchanges.Sent == 0 {
		return
	}
	for _, figure := range figures.Headline(s.in, s.report) {
		s.line("- **%s** %s", figure.Value, figure.Label)
	}
}

func (s *benchmarkSummary) levels() {
	if len(s.report.SLO) == 0 {
		return
	}
	s.table(s.in.Text("load.levels"), 0, s.in.Text("load.level"), s.in.Text("load.observed"), s.in.Text("load.holds"))
	shown, more := beginning(&s.summary, s.report.SLO)
	for _, level := range shown {
		expression, observed := cell(level.Expression), s.report.Shown(level)
		if level.Default {
			expression += " " + s.in.Text("load.default")
		}
		if level.Needs > 0 && s.report.Exchanges.Sent > 0 {
			observed += " " + s.in.Text(level.NeedsKey(), level.Needs)
		}
		verdict := s.report.Verdict(level)
		word := strings.TrimSpace(sign(verdict) + " " + figures.Level(s.in, verdict) + " " + figures.Sure(s.in, s.report, level))
		s.line("%s", tableRow(expression, observed, word))
	}
	if more != "" {
		s.line("\n%s", more)
	}
}

// stages lists the stages of the plan.
func (s *benchmarkSummary) stages() {
	rows := figures.Stages(s.in, s.report)
	if len(rows) == 0 {
		return
	}
	columns := append([]string{s.in.Text("load.stage")}, figures.StageColumns(s.in)...)
	s.table(s.in.Text("load.stages"), len(columns)-1, columns...)
	for _, row := range rows {
		s.line("%s", tableRow(append([]string{cell(row.Name)}, row.Values...)...))
	}
}

// limit says where each service level ends, as the probes of a search tell.
func (s *benchmarkSummary) limit() {
	limit := s.report.Limit
	if limit == nil || len(limit.Probes) == 0 {
		return
	}
	s.table(s.in.Text("load.limit-levels"), 0, s.in.Text("load.level"), s.in.Text("load.limit-at"), s.in.Text("load.limit-interval"), s.in.Text("load.limit-probes"),
		s.in.Text("load.limit-scatter"))
	shown, more := beginning(&s.summary, limit.Levels)
	for _, level := range shown {
		at, interval, probes, scatter := "—", "—", "—", "—"
		if level.Rate > 0 {
			at, interval = benchmark.Rate(level.Rate), s.in.Text("load.limit-ends", benchmark.Rate(level.Low), benchmark.Rate(level.High))
			probes, scatter = s.in.Number(int64(level.Probes)), fmt.Sprintf("%.3g", level.Dispersion)
		}
		s.line("%s", tableRow(cell(level.Expression), at, interval, probes, scatter))
	}
	if more != "" {
		s.line("\n%s", more)
	}
	if limit.Picture != nil {
		s.line("\n%s", s.in.Say(limit.Picture.Says()))
	}
}

// steps lists the steps of a search, with what did not hold in them.
func (s *benchmarkSummary) steps() {
	if s.report.Search == nil || len(s.report.Search.Steps) == 0 {
		return
	}
	s.table(s.in.Text("chart.limit"), 0, s.in.Text("chart.phase"), s.in.Text("chart.offered"), s.in.Text("chart.achieved"), "p99", s.in.Text("chart.errors"),
		s.in.Text("chart.holds"), s.in.Text("waivers.reason"))
	shown, more := beginning(&s.summary, s.report.Search.Steps)
	for _, step := range shown {
		s.line("%s", tableRow(cell(figures.Phase(s.in, step.Phase)), benchmark.Rate(step.Rate), benchmark.Rate(step.Achieved), benchmark.Duration(step.Response.P99),
			benchmark.Percent(step.Errors), shownVerdict(s.in, step.Outcome.Sign()), cell(s.in.Say(phrase.Join(step.Reasons...)))))
	}
	if more != "" {
		s.line("\n%s", more)
	}
}

func (s *benchmarkSummary) times() {
	if s.report.Response.Samples == 0 {
		return
	}
	columns := append([]string{""}, append(figures.TimesColumns(s.in), s.in.Text("load.sample-count"))...)
	s.table(s.in.Text("load.times"), len(columns)-1, columns...)
	for _, row := range figures.Times(s.in, s.report) {
		s.line("%s", tableRow(append([]string{row.Name}, row.Values...)...))
	}
	if floor := s.report.NoiseFloor; floor != nil && len(floor.Below) > 0 {
		s.line("\n%s", s.in.Text("load.below", code(strings.Join(floor.Below, ", "))))
	}
}

func (s *benchmarkSummary) exchanges() {
	if s.report.Exchanges.Sent == 0 {
		return
	}
	s.table(s.in.Text("load.ledger"), 2, s.in.Text("load.became"), s.in.Text("load.count"), s.in.Text("load.share"))
	for _, row := range figures.Exchanges(s.in, s.report.Exchanges) {
		if row.Bad {
			row.Name = sign(assay.Fail) + " " + row.Name
		}
		s.line("%s", tableRow(row.Name, row.Count, row.Share))
	}
}

// kinds lists the kinds of wrong answers.
func (s *benchmarkSummary) kinds() {
	if len(s.report.Errors) == 0 {
		return
	}
	s.table(s.in.Text("load.errors"), 1, s.in.Text("load.became"), s.in.Text("load.endpoint"), s.in.Text("modes.status"), "errcode",
		s.in.Text("waivers.reason"), s.in.Text("load.count"))
	shown, more := beginning(&s.summary, s.report.Errors)
	for _, e := range shown {
		status := "—"
		if e.Status != 0 {
			status = fmt.Sprint(e.Status)
		}
		s.line("%s", tableRow(cell(e.Verdict), cell(string(e.Endpoint)), status, cell(e.Errcode),
			cell(e.Reason), s.in.Number(e.Count)))
	}
	if more != "" {
		s.line("\n%s", more)
	}
}

func (s *benchmarkSummary) requirements() {
	if len(s.report.Requirements) == 0 {
		return
	}
	s.line("\n### %s\n", s.in.Text("section.requirements"))
	shown, more := beginning(&s.summary, s.report.Requirements)
	for _, requirement := range shown {
		s.line("- %s %s: %s<br>%s", shownVerdict(s.in, requirement.Verdict), code(requirement.ID),
			sentence(s.in, s.report.Suite.Digest, requirement.ID, requirement.Says), code(s.in.Say(requirement.Reason)))
	}
	if more != "" {
		s.line("- %s", more)
	}
}

// generator says how the load was generated and what that cost.
func (s *benchmarkSummary) generator() {
	s.line("\n### %s\n", s.in.Text("load.generator"))
	for _, fact := range figures.Generator(s.in, s.report) {
		s.line("- %s: %s", fact.Label, code(fact.Value))
	}
}
