package benchmark

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
)

// summaryItems is how much of a list a summary has, which is one comment among others; benchmark.json has everything.
const summaryItems = 20

// WriteMarkdown writes report as a comment on a change or the summary of a job: GitHub's Markdown.
func WriteMarkdown(w io.Writer, in messages.Printer, report Report) error {
	s := summary{in: in, report: report}
	s.heading()
	s.levels()
	s.times()
	s.ledger()
	s.kinds()
	s.requirements()
	s.generator()
	s.Origin(in, report.Command, report.Suite.RequirementSet, report.Suite.Digest)
	return s.Write(w)
}

type summary struct {
	markdown.Summary
	in     messages.Printer
	report Report
}

// head begins a table: the first column is of words, the others are of numbers where they are so many.
func (s *summary) head(title string, numbers int, columns ...string) {
	rule := make([]string, len(columns))
	for i := range rule {
		rule[i] = "---"
		if i >= len(columns)-numbers {
			rule[i] = "---:"
		}
	}
	s.Line("\n### %s\n\n%s\n%s", title, markdown.Row(columns...), markdown.Row(rule...))
}

// some is the beginning of a list, and what is said of the rest of it.
func some[T any](s *summary, all []T) (shown []T, more string) {
	if len(all) <= summaryItems {
		return all, ""
	}
	return all[:summaryItems], s.in.Text("load.more", len(all)-summaryItems)
}

// list writes texts of the run, each after a word.
func (s *summary) list(word string, texts []string) {
	shown, more := some(s, texts)
	for _, text := range shown {
		s.Line("- %s%s", word, markdown.Code(text))
	}
	if more != "" {
		s.Line("- %s", more)
	}
}

// heading says what came of the run, and the figures that a reader wants first.
func (s *summary) heading() {
	outcome := s.report.Outcome
	s.Line("## %s %s: %s\n", markdown.Sign(outcome.Sign()), outcome.Text(s.in), markdown.Code(s.report.Name()))
	s.Line("%s\n", outcome.Meaning(s.in))
	s.list("", s.report.Reasons)
	s.list(s.in.Text("note")+" ", s.report.Notes)
	if s.report.Exchanges.Sent == 0 {
		return
	}
	for _, figure := range s.report.Figures(s.in) {
		s.Line("- **%s** %s", figure.Value, figure.Label)
	}
}

func (s *summary) levels() {
	if len(s.report.SLO) == 0 {
		return
	}
	s.head(s.in.Text("load.levels"), 0, s.in.Text("load.level"), s.in.Text("load.observed"), s.in.Text("load.holds"))
	shown, more := some(s, s.report.SLO)
	for _, level := range shown {
		expression, observed := markdown.Cell(level.Expression), s.report.Shown(level)
		if level.Default {
			expression += " " + s.in.Text("load.default")
		}
		if level.Needs > 0 && s.report.Exchanges.Sent > 0 {
			observed += " " + s.in.Text("load.samples", level.Needs)
		}
		s.Line("%s", markdown.Row(expression, observed, markdown.Verdict(s.in, s.report.Verdict(level))))
	}
	if more != "" {
		s.Line("\n%s", more)
	}
}

func (s *summary) times() {
	if s.report.Response.Samples == 0 {
		return
	}
	columns := append([]string{""}, append(TimesColumns(), s.in.Text("load.sample-count"))...)
	s.head(s.in.Text("load.times"), len(columns)-1, columns...)
	for _, row := range s.report.TimesTable(s.in) {
		s.Line("%s", markdown.Row(append([]string{row.Name}, row.Values...)...))
	}
	if floor := s.report.NoiseFloor; floor != nil && len(floor.Below) > 0 {
		s.Line("\n%s", s.in.Text("load.below", markdown.Code(strings.Join(floor.Below, ", "))))
	}
}

func (s *summary) ledger() {
	if s.report.Exchanges.Sent == 0 {
		return
	}
	s.head(s.in.Text("load.ledger"), 2, s.in.Text("load.became"), s.in.Text("load.count"), s.in.Text("load.share"))
	for _, row := range s.report.Exchanges.Ledger(s.in) {
		if row.Bad {
			row.Name = markdown.Sign(assay.Fail) + " " + row.Name
		}
		s.Line("%s", markdown.Row(row.Name, row.Count, row.Share))
	}
}

// kinds lists what was wrong with the answers.
func (s *summary) kinds() {
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
		s.Line("%s", markdown.Row(markdown.Cell(e.Verdict), markdown.Cell(string(e.Endpoint)), status, markdown.Cell(e.Errcode),
			markdown.Cell(e.Reason), s.in.Number(e.Count)))
	}
	if more != "" {
		s.Line("\n%s", more)
	}
}

func (s *summary) requirements() {
	if len(s.report.Requirements) == 0 {
		return
	}
	s.Line("\n### %s\n", s.in.Text("section.requirements"))
	shown, more := some(s, s.report.Requirements)
	for _, requirement := range shown {
		s.Line("- %s %s: %s<br>%s", markdown.Verdict(s.in, requirement.Verdict), markdown.Code(requirement.ID),
			markdown.Says(s.in, s.report.Suite.Digest, requirement.ID, requirement.Says), markdown.Code(requirement.Reason))
	}
	if more != "" {
		s.Line("- %s", more)
	}
}

// generator says how the load was made, and what that took.
func (s *summary) generator() {
	s.Line("\n### %s\n", s.in.Text("load.generator"))
	for _, fact := range s.report.GeneratorFacts(s.in) {
		s.Line("- %s: %s", fact.Label, markdown.Code(fact.Value))
	}
}
