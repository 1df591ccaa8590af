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
	s := benchmarkSummary{in: in, report: report}
	s.heading()
	s.levels()
	s.times()
	s.exchanges()
	s.kinds()
	s.requirements()
	s.generator()
	s.Origin(in, report.Command, report.Suite.RequirementSet, report.Suite.Digest)
	return s.Write(w)
}

type benchmarkSummary struct {
	Summary
	in     messages.Printer
	report benchmark.Report
}

// head begins a table; its last columns, as many as numbers, are aligned to the right.
func (s *benchmarkSummary) head(title string, numbers int, columns ...string) {
	rule := make([]string, len(columns))
	for i := range rule {
		rule[i] = "---"
		if i >= len(columns)-numbers {
			rule[i] = "---:"
		}
	}
	s.Line("\n### %s\n\n%s\n%s", title, Row(columns...), Row(rule...))
}

// some returns the beginning of a list, and a note if that is not all of it.
func some[T any](s *benchmarkSummary, all []T) (shown []T, more string) {
	if len(all) <= summaryItems {
		return all, ""
	}
	return all[:summaryItems], s.in.Text("load.more", len(all)-summaryItems)
}

// list writes texts of the run, each after prefix.
func (s *benchmarkSummary) list(prefix string, phrases []phrase.Phrase) {
	shown, more := some(s, phrases)
	for _, said := range shown {
		s.Line("- %s%s", prefix, Code(s.in.Say(said)))
	}
	if more != "" {
		s.Line("- %s", more)
	}
}

// heading writes the outcome, the reasons for it and the headline figures.
func (s *benchmarkSummary) heading() {
	outcome := s.report.Outcome
	s.Line("## %s %s: %s\n", Sign(outcome.Sign()), figures.Outcome(s.in, outcome), Code(s.report.Name()))
	s.Line("%s\n", figures.Meaning(s.in, outcome))
	s.list("", s.report.Reasons)
	s.list(s.in.Text("note")+" ", s.report.Notes)
	if s.report.Exchanges.Sent == 0 {
		return
	}
	for _, figure := range figures.Headline(s.in, s.report) {
		s.Line("- **%s** %s", figure.Value, figure.Label)
	}
}

func (s *benchmarkSummary) levels() {
	if len(s.report.SLO) == 0 {
		return
	}
	s.head(s.in.Text("load.levels"), 0, s.in.Text("load.level"), s.in.Text("load.observed"), s.in.Text("load.holds"))
	shown, more := some(s, s.report.SLO)
	for _, level := range shown {
		expression, observed := Cell(level.Expression), s.report.Shown(level)
		if level.Default {
			expression += " " + s.in.Text("load.default")
		}
		if level.Needs > 0 && s.report.Exchanges.Sent > 0 {
			observed += " " + s.in.Text("load.samples", level.Needs)
		}
		s.Line("%s", Row(expression, observed, Verdict(s.in, s.report.Verdict(level))))
	}
	if more != "" {
		s.Line("\n%s", more)
	}
}

func (s *benchmarkSummary) times() {
	if s.report.Response.Samples == 0 {
		return
	}
	columns := append([]string{""}, append(figures.TimesColumns(), s.in.Text("load.sample-count"))...)
	s.head(s.in.Text("load.times"), len(columns)-1, columns...)
	for _, row := range figures.Times(s.in, s.report) {
		s.Line("%s", Row(append([]string{row.Name}, row.Values...)...))
	}
	if floor := s.report.NoiseFloor; floor != nil && len(floor.Below) > 0 {
		s.Line("\n%s", s.in.Text("load.below", Code(strings.Join(floor.Below, ", "))))
	}
}

func (s *benchmarkSummary) exchanges() {
	if s.report.Exchanges.Sent == 0 {
		return
	}
	s.head(s.in.Text("load.ledger"), 2, s.in.Text("load.became"), s.in.Text("load.count"), s.in.Text("load.share"))
	for _, row := range figures.Exchanges(s.in, s.report.Exchanges) {
		if row.Bad {
			row.Name = Sign(assay.Fail) + " " + row.Name
		}
		s.Line("%s", Row(row.Name, row.Count, row.Share))
	}
}

// kinds lists the kinds of wrong answers.
func (s *benchmarkSummary) kinds() {
	if len(s.report.Errors) == 0 {
		return
	}
	s.head(s.in.Text("load.errors"), 1, s.in.Text("load.became"), s.in.Text("load.endpoint"), s.in.Text("modes.status"), "errcode",
		s.in.Text("waivers.reason"), s.in.Text("load.count"))
	shown, more := some(s, s.report.Errors)
	for _, e := range shown {
		status := "—"
		if e.Status != 0 {
			status = fmt.Sprint(e.Status)
		}
		s.Line("%s", Row(Cell(e.Verdict), Cell(string(e.Endpoint)), status, Cell(e.Errcode),
			Cell(e.Reason), s.in.Number(e.Count)))
	}
	if more != "" {
		s.Line("\n%s", more)
	}
}

func (s *benchmarkSummary) requirements() {
	if len(s.report.Requirements) == 0 {
		return
	}
	s.Line("\n### %s\n", s.in.Text("section.requirements"))
	shown, more := some(s, s.report.Requirements)
	for _, requirement := range shown {
		s.Line("- %s %s: %s<br>%s", Verdict(s.in, requirement.Verdict), Code(requirement.ID),
			Says(s.in, s.report.Suite.Digest, requirement.ID, requirement.Says), Code(s.in.Say(requirement.Reason)))
	}
	if more != "" {
		s.Line("- %s", more)
	}
}

// generator says how the load was generated and what that cost.
func (s *benchmarkSummary) generator() {
	s.Line("\n### %s\n", s.in.Text("load.generator"))
	for _, fact := range figures.Generator(s.in, s.report) {
		s.Line("- %s: %s", fact.Label, Code(fact.Value))
	}
}
