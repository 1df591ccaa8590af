package conformance

import (
	"fmt"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/visible"
)

// Columns of a summary: where ids begin, texts below them, and the texts of a finding.
const (
	idColumn      = 10
	findingColumn = 20
)

// shownFindings is how many findings of a requirement are shown of each endpoint; conformance.json has them all.
const shownFindings = 2

// shownGap is how many ids are shown of what one thing left untested; conformance.json has them all.
const shownGap = 12

// Summary writes what came of the run: what failed and what was missing, the counts, the outcome of each profile and of
// the run, and the files that were written. The error is the first that the console met.
func (c *Console) Summary(report Report, files []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.print
	p.CloseLine()
	c.tellPart()
	p.problems(report)
	if !c.options.Quiet && report.Error == "" { // otherwise nothing was tried, and why is the outcome's to say
		p.untested(report)
		p.notes(report)
		p.counts(report)
	}
	p.outcome(report)
	if len(files) > 0 && !c.options.Quiet {
		p.Line("")
		for _, file := range files {
			p.Line("wrote " + visible.Line(file, textLimit))
		}
	}
	return p.Err()
}

// problems writes every requirement that failed, could not be told, warned or is waived: the worst last, where a reader
// of a terminal begins.
func (p printer) problems(report Report) {
	for _, verdict := range []assay.Verdict{assay.Waived, assay.Warn, assay.Error, assay.Fail} {
		for _, result := range report.Requirements {
			if result.Verdict == verdict {
				p.problem(result)
			}
		}
	}
}

func (p printer) problem(result Result) {
	level := string(result.Level)
	if result.Severity == assay.High {
		level += ", high"
	}
	label := fmt.Sprintf("%-*s", idColumn, strings.ToUpper(string(result.Verdict)))
	p.Line("")
	p.Line(p.Styled(styleOf(result.Verdict), label) + p.Styled(terminal.Bold, visible.Line(result.ID, textLimit)) + " (" + level + ")")
	p.Field(idColumn, "", idColumn, visible.Line(result.Says, textLimit))
	p.Field(idColumn, "source", findingColumn, visible.Line(result.Source, textLimit))
	p.Field(idColumn, "reason", findingColumn, visible.Line(result.Reason, textLimit))
	shown, hidden := map[assay.Endpoint]int{}, 0
	for _, finding := range result.Findings {
		if shown[finding.Endpoint] == shownFindings {
			hidden++
			continue
		}
		shown[finding.Endpoint]++
		p.finding(finding)
	}
	if hidden > 0 {
		p.Field(idColumn, "more", findingColumn, fmt.Sprintf("%d more of the kind in conformance.json", hidden))
	}
}

func (p printer) finding(finding Finding) {
	where := string(finding.Endpoint)
	if finding.Situation != "" {
		where = strings.TrimPrefix(where+", "+finding.Situation, ", ")
	}
	if finding.Verdict != "" {
		where += " (" + string(finding.Verdict) + ")"
	}
	show := func(label, text string) { p.Field(idColumn, label, findingColumn, visible.Line(text, textLimit)) }
	show("on", where)
	show("expected", finding.Expected)
	show("actual", finding.Actual)
	show("exchanges", strings.Join(finding.Exchanges, " "))
	if finding.Reproduce != "" { // on one line, however long, so that it can be copied
		p.Line(fmt.Sprintf("%*s%-*s%s", idColumn, "", findingColumn-idColumn, "try", visible.Line(finding.Reproduce, commandLimit)))
	}
}

// untested writes what was not tried, and what to supply so that it is.
func (p printer) untested(report Report) {
	all := Gaps(report)
	if len(all) > 0 {
		p.Line("")
	}
	for _, g := range all {
		label := p.Styled(terminal.Yellow, fmt.Sprintf("%-*s", idColumn, "UNTESTED"))
		for i, line := range terminal.Wrap(fmt.Sprintf("%d: %s", len(g.IDs), visible.Line(g.Why, textLimit)), p.Width()-idColumn) {
			if i > 0 {
				label = strings.Repeat(" ", idColumn)
			}
			p.Line(label + line)
		}
		if !g.Declared {
			continue
		}
		if len(g.IDs) > shownGap { // not for want of something
			p.Field(idColumn, "ids", findingColumn, visible.Line(strings.Join(g.IDs[:shownGap], " "), textLimit)+" …")
			continue
		}
		p.Field(idColumn, "ids", findingColumn, visible.Line(strings.Join(g.IDs, " "), textLimit))
		p.Field(idColumn, "needs", findingColumn, visible.Line(strings.Join(g.Needs, ", "), textLimit))
	}
}

// notes writes what the verdicts have to be read with.
func (p printer) notes(report Report) {
	if len(report.Notes) > 0 {
		p.Line("")
	}
	for _, note := range report.Notes {
		p.Field(0, "NOTE", idColumn, visible.Line(note, textLimit))
	}
}

// counts writes the counts, and the outcome of each profile.
func (p printer) counts(report Report) {
	p.Line("")
	p.Field(0, "counts", idColumn, tally(report.Counts))
	for _, profile := range report.Profiles {
		name := fmt.Sprintf("%-*s%-*s", idColumn, "profile", findingColumn-idColumn, visible.Line(profile.Name, textLimit))
		p.Line(name + p.Styled(profile.Outcome.style(), visible.Line(string(profile.Outcome), textLimit)))
		p.Field(findingColumn, "", findingColumn, tally(profile.Counts))
	}
}

// tally lists the counts that are not zero.
func tally(counts Counts) string {
	var parts []string
	for _, verdict := range assay.Verdicts() {
		if n := counts.Of(verdict); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, word(verdict)))
		}
	}
	return strings.Join(parts, ", ")
}

// outcome writes the one line that matters, and under it why it is so.
func (p printer) outcome(report Report) {
	p.Line("")
	name := strings.ToUpper(strings.ReplaceAll(string(report.Outcome), "-", " "))
	p.Line(fmt.Sprintf("%-*s", idColumn, "OUTCOME") + p.Styled(report.Outcome.style(), visible.Line(name, textLimit)))
	for _, reason := range report.Reasons {
		p.Field(idColumn, "-", idColumn+2, visible.Line(reason, textLimit))
	}
}
