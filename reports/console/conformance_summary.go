package console

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/reproduce"
)

// A conformancePrinter writes the parts of a summary.
type conformancePrinter struct {
	*terminal.Printer
	in messages.Printer
}

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
			p.Line(p.say("console.wrote") + " " + shown(file))
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
				p.Line(p.heading(result) + p.say("suite.colon-before") + shown(p.sentence(report, result)))
			default:
				p.Line("")
				p.problem(report, result)
				p.followers(report, report.Followers(result.ID))
			}
		}
	}
}

// heading is the verdict, the id and the level of a requirement.
func (p conformancePrinter) heading(result conformance.Result) string {
	level := p.in.Text("level." + string(result.Level))
	if result.Severity == assay.High {
		level += p.say("console.comma") + p.say("severity.high")
	}
	label := pad(p.verdict(result.Verdict), idColumn)
	return p.Styled(styleOf(result.Verdict), label) + p.Styled(terminal.Bold, shown(result.ID)) + p.say("suite.in-parentheses", level)
}

func (p conformancePrinter) problem(report conformance.Report, result conformance.Result) {
	p.Line(p.heading(result))
	harm, _ := p.in.Harm(result.ID, result.Harms())
	p.Field(idColumn, "", idColumn, shown(p.sentence(report, result)))
	p.Field(idColumn, p.say("suite.harm"), findingColumn, shown(harm))
	p.Field(idColumn, p.say("suite.source"), findingColumn, shown(result.Source))
	p.Field(idColumn, p.say("suite.reason"), findingColumn, shown(p.in.Say(result.Reason)))
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
		p.Field(idColumn, p.say("suite.more"), findingColumn, p.in.Text("suite.more-findings", hidden))
	}
}

// followers lists what follows a requirement, a line each; conformance.json has their findings.
func (p conformancePrinter) followers(report conformance.Report, followers []conformance.Result) {
	for i, result := range followers {
		label := ""
		if i == 0 {
			label = p.say("suite.followed")
		}
		p.Field(idColumn, label, findingColumn, p.say("suite.followed-by", p.verdict(result.Verdict), shown(result.ID), shown(p.sentence(report, result))))
	}
}

func (p conformancePrinter) finding(finding conformance.Finding) {
	where := string(finding.Endpoint)
	if finding.Situation != "" {
		where = strings.TrimPrefix(where+p.say("console.comma")+finding.Situation, p.say("console.comma"))
	}
	if finding.Verdict != "" {
		where += p.say("suite.in-parentheses", p.ofFinding(finding.Verdict))
	}
	show := func(label, text string) { p.Field(idColumn, p.say(label), findingColumn, shown(text)) }
	show("suite.on", where)
	show("suite.expected", finding.Expected)
	show("suite.actual", finding.Actual)
	show("suite.reused", p.in.Say(finding.Reuse.Said()))
	show("console.exchanges", strings.Join(p.listed(finding), p.say("suite.names")))
	if try := reproduce.Command(finding.Reproduce); try != "" { // on one line, so that it can be copied; the script is in conformance.json
		p.Line(strings.Repeat(" ", idColumn) + pad(p.say("suite.try"), findingColumn-idColumn) + visible.Line(try, commandLimit))
	}
}

// untested writes what was not tried, and what it needs.
func (p conformancePrinter) untested(report conformance.Report) {
	all := conformance.Gaps(report)
	if len(all) > 0 {
		p.Line("")
	}
	for _, g := range all {
		label := p.Styled(terminal.Yellow, pad(p.verdict(assay.Untested), idColumn))
		for i, line := range terminal.Wrap(p.say("suite.gap", len(g.IDs), shown(p.in.Say(g.Why))), p.Width()-idColumn) {
			if i > 0 {
				label = strings.Repeat(" ", idColumn)
			}
			p.Line(label + line)
		}
		if !g.Declared {
			continue
		}
		if len(g.IDs) > shownGap { // so many do not miss the same thing
			p.Field(idColumn, p.say("suite.ids"), findingColumn, shown(strings.Join(g.IDs[:shownGap], " "))+" …")
			continue
		}
		p.Field(idColumn, p.say("suite.ids"), findingColumn, shown(strings.Join(g.IDs, " ")))
		p.Field(idColumn, p.say("suite.needs"), findingColumn, shown(strings.ReplaceAll(strings.Join(g.Needs, p.say("suite.names")), " or ", p.say("needs.or"))))
	}
}

// notes writes the notes of the run.
func (p conformancePrinter) notes(report conformance.Report) {
	if len(report.Notes) > 0 {
		p.Line("")
	}
	for _, note := range report.Notes {
		p.Field(0, p.say("console.remark"), idColumn, shown(p.in.Say(note)))
	}
}

// counts writes the counts of the run, and the outcome and counts of each profile.
func (p conformancePrinter) counts(report conformance.Report) {
	p.Line("")
	p.Field(0, p.say("suite.counts"), idColumn, p.tally(report.Counts))
	for _, profile := range report.Profiles {
		name := pad(p.say("suite.profile"), idColumn) + pad(shown(profile.Name), findingColumn-idColumn)
		p.Line(name + p.Styled(outcomeStyle(profile.Outcome.Sign()), shown(p.ofProfile(profile.Outcome))))
		p.Field(findingColumn, "", findingColumn, p.tally(profile.Counts))
	}
}
