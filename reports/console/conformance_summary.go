package console

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/reproduce"
)

// A conformancePrinter writes the parts of a summary.
type conformancePrinter struct{ *terminal.Printer }

// Columns of a summary: of ids and the texts below them, and of the texts of a finding.
const (
	idColumn      = 10
	findingColumn = 20
)

// shownFindings is how many findings of a requirement are shown for each endpoint; conformance.json has all of them.
const shownFindings = 2

// shownGap is how many untested requirements are named for one reason; conformance.json has all of them.
const shownGap = 12

// Summary writes the result: what failed and what was missing, the counts, the outcome of each profile and of the run, and
// the files that were written. It returns the first error of writing.
func (c *Conformance) Summary(report conformance.Report, files []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.print
	p.CloseLine()
	c.chapters(report)
	p.problems(report, c.options.Quiet)
	if !c.options.Quiet && report.Error.IsZero() { // on an error nothing was tried, and the outcome says why
		p.untested(report)
		p.notes(report)
		p.counts(report)
	}
	p.outcome(report)
	if len(files) > 0 && !c.options.Quiet {
		p.Line("")
		for _, file := range files {
			p.Line("wrote " + shown(file))
		}
	}
	return p.Err()
}

// problems writes every requirement that failed, is in error, warned or is waived: the worst last, because a terminal shows
// the end. With brief, a warning and a waived violation have a line each.
func (p conformancePrinter) problems(report conformance.Report, brief bool) {
	for _, verdict := range []assay.Verdict{assay.Waived, assay.Warn, assay.Error, assay.Fail} {
		for _, result := range slices.Backward(report.ByHarm()) {
			switch short := brief && !result.Violates(report) && (verdict == assay.Warn || verdict == assay.Waived); {
			case result.Verdict != verdict || !report.Leads(result):
			case short:
				p.Line(p.heading(result) + ": " + shown(result.Says))
			default:
				p.Line("")
				p.problem(result)
				p.followers(report.Followers(result.ID))
			}
		}
	}
}

// heading is the verdict, the id and the level of a requirement.
func (p conformancePrinter) heading(result conformance.Result) string {
	level := string(result.Level)
	if result.Severity == assay.High {
		level += ", high"
	}
	label := fmt.Sprintf("%-*s", idColumn, strings.ToUpper(string(result.Verdict)))
	return p.Styled(styleOf(result.Verdict), label) + p.Styled(terminal.Bold, shown(result.ID)) + " (" + level + ")"
}

func (p conformancePrinter) problem(result conformance.Result) {
	p.Line(p.heading(result))
	p.Field(idColumn, "", idColumn, shown(result.Says))
	p.Field(idColumn, "harm", findingColumn, shown(result.Harms()))
	p.Field(idColumn, "source", findingColumn, shown(result.Source))
	p.Field(idColumn, "reason", findingColumn, shown(result.Reason.String()))
	written, hidden := map[assay.Endpoint]int{}, 0
	for _, finding := range result.Findings {
		if written[finding.Endpoint] == shownFindings {
			hidden++
			continue
		}
		written[finding.Endpoint]++
		p.finding(finding)
	}
	if hidden > 0 {
		p.Field(idColumn, "more", findingColumn, fmt.Sprintf("%d more findings in conformance.json", hidden))
	}
}

// followers lists what follows a requirement, a line each; conformance.json has their findings.
func (p conformancePrinter) followers(followers []conformance.Result) {
	for i, result := range followers {
		label := ""
		if i == 0 {
			label = "followed"
		}
		p.Field(idColumn, label, findingColumn, fmt.Sprintf("%s by %s: %s", strings.ToUpper(string(result.Verdict)), shown(result.ID), shown(result.Says)))
	}
}

func (p conformancePrinter) finding(finding conformance.Finding) {
	where := string(finding.Endpoint)
	if finding.Situation != "" {
		where = strings.TrimPrefix(where+", "+finding.Situation, ", ")
	}
	if finding.Verdict != "" {
		where += " (" + string(finding.Verdict) + ")"
	}
	show := func(label, text string) { p.Field(idColumn, label, findingColumn, shown(text)) }
	show("on", where)
	show("expected", finding.Expected)
	show("actual", finding.Actual)
	show("reused", finding.Reuse.Said().String())
	show("exchanges", strings.Join(finding.Listed(), ", "))
	if try := reproduce.Command(finding.Reproduce); try != "" { // on one line, so that it can be copied; the script is in conformance.json
		p.Line(fmt.Sprintf("%*s%-*s%s", idColumn, "", findingColumn-idColumn, "try", visible.Line(try, commandLimit)))
	}
}

// untested writes what was not tried, and what it needs.
func (p conformancePrinter) untested(report conformance.Report) {
	all := conformance.Gaps(report)
	if len(all) > 0 {
		p.Line("")
	}
	for _, g := range all {
		label := p.Styled(terminal.Yellow, fmt.Sprintf("%-*s", idColumn, "UNTESTED"))
		for i, line := range terminal.Wrap(fmt.Sprintf("%d: %s", len(g.IDs), shown(g.Why.String())), p.Width()-idColumn) {
			if i > 0 {
				label = strings.Repeat(" ", idColumn)
			}
			p.Line(label + line)
		}
		if !g.Declared {
			continue
		}
		if len(g.IDs) > shownGap { // so many do not miss the same thing
			p.Field(idColumn, "ids", findingColumn, shown(strings.Join(g.IDs[:shownGap], " "))+" …")
			continue
		}
		p.Field(idColumn, "ids", findingColumn, shown(strings.Join(g.IDs, " ")))
		p.Field(idColumn, "needs", findingColumn, shown(strings.Join(g.Needs, ", ")))
	}
}

// notes writes the notes of the run.
func (p conformancePrinter) notes(report conformance.Report) {
	if len(report.Notes) > 0 {
		p.Line("")
	}
	for _, note := range report.Notes {
		p.Field(0, "NOTE", idColumn, shown(note.String()))
	}
}

// counts writes the counts of the run, and the outcome and counts of each profile.
func (p conformancePrinter) counts(report conformance.Report) {
	p.Line("")
	p.Field(0, "counts", idColumn, tally(report.Counts))
	for _, profile := range report.Profiles {
		name := fmt.Sprintf("%-*s%-*s", idColumn, "profile", findingColumn-idColumn, shown(profile.Name))
		p.Line(name + p.Styled(outcomeStyle(profile.Outcome.Sign()), shown(string(profile.Outcome))))
		p.Field(findingColumn, "", findingColumn, tally(profile.Counts))
	}
}

// tally lists the counts that are not 0.
func tally(counts conformance.Counts) string {
	var parts []string
	for _, verdict := range assay.Verdicts() {
		if n := counts.Of(verdict); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, participle(verdict)))
		}
	}
	return strings.Join(parts, ", ")
}
