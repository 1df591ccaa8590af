package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
)

// Bounds of a summary, which is one comment among others; report.html has everything.
const (
	summaryItems  = 20
	summaryCurl   = 3
	summaryGapIDs = 12
)

// WriteMarkdown writes report as a comment on a change or the summary of a job: GitHub's Markdown. What a target or a
// driver had a hand in stands in code, in which nothing is a link, a mention, a tag or an emphasis.
func WriteMarkdown(w io.Writer, in messages.Printer, report Report) error {
	m := summary{in: in, report: report}
	m.heading()
	m.profiles()
	m.attention()
	m.gaps()
	m.Origin(in, report.Command, report.Suite.RequirementSet, report.Suite.Digest)
	return m.Write(w)
}

type summary struct {
	markdown.Summary
	in     messages.Printer
	report Report
}

// Sign is the verdict that stands for an outcome, where there is room for its icon only.
func (o Outcome) Sign() assay.Verdict {
	return map[Outcome]assay.Verdict{Conformant: assay.Pass, ConformantWithWaivers: assay.Waived, Nonconformant: assay.Fail,
		Incomplete: assay.Untested, Errored: assay.Error}[o]
}

// MarkdownOutcome is an outcome as a summary has it, a sign and a word.
func MarkdownOutcome(in messages.Printer, o Outcome) string {
	return markdown.Sign(o.Sign()) + " " + in.Text("outcome."+string(o))
}

func (m *summary) heading() {
	implementation := m.report.Implementation
	name := strings.TrimSpace(implementation.Product + " " + implementation.Version)
	m.Line("## %s: %s\n", MarkdownOutcome(m.in, m.report.Outcome), markdown.Code(cmp.Or(name, implementation.Organization, "?")))
	reasons := Reasons(m.report, m.in)
	if len(reasons) == 0 {
		m.Line("%s", m.in.Text("meaning."+string(m.report.Outcome)))
	}
	m.list("", reasons)
	m.list(m.in.Text("note")+" ", m.report.Notes)
}

// list writes texts of the run, each after a word.
func (m *summary) list(word string, texts []string) {
	for i, text := range texts {
		if i == summaryItems {
			m.Line("- %s", m.in.Text("summary.more", len(texts)-i))
			break
		}
		m.Line("- %s%s", word, markdown.Code(text))
	}
}

func (m *summary) profiles() {
	if len(m.report.Profiles) == 0 {
		return
	}
	var verdicts []assay.Verdict
	head, rule := "| "+m.in.Text("profiles.profile")+" | "+m.in.Text("profiles.outcome")+" |", "| --- | --- |"
	for _, verdict := range assay.Verdicts() {
		if m.report.Counts.Of(verdict) > 0 {
			verdicts = append(verdicts, verdict)
			head, rule = head+" "+m.in.Text("verdict."+string(verdict))+" |", rule+" ---: |"
		}
	}
	m.Line("\n%s\n%s", head, rule)
	for i, profile := range m.report.Profiles {
		if i == summaryItems {
			m.Line("\n%s", m.in.Text("summary.more", len(m.report.Profiles)-i))
			break
		}
		row := fmt.Sprintf("| %s | %s |", markdown.Cell(profile.Name), MarkdownOutcome(m.in, profile.Outcome))
		for _, verdict := range verdicts {
			row += fmt.Sprintf(" %d |", profile.Counts.Of(verdict))
		}
		m.Line("%s", row)
	}
}

// attention lists what failed, could not be told, warned or is waived: the worst first.
func (m *summary) attention() {
	listed, commands := 0, 0
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Error, assay.Warn, assay.Waived} {
		for _, result := range m.report.Requirements {
			if result.Verdict != verdict {
				continue
			}
			if listed++; listed > summaryItems {
				continue
			}
			if listed == 1 {
				m.Line("\n### %s", m.in.Text("section.attention"))
			}
			m.problem(result, &commands)
		}
	}
	if listed > summaryItems {
		m.Line("\n%s", m.in.Text("summary.more", listed-summaryItems))
	}
}

func (m *summary) problem(result Result, commands *int) {
	m.Line("\n%s **%s** %s (%s)\n", markdown.Sign(result.Verdict), m.in.Text("verdict."+string(result.Verdict)), markdown.Code(result.ID),
		m.in.Text("level."+string(result.Level)))
	m.Line("%s", markdown.Says(m.in, m.report.Suite.Digest, result.ID, result.Says))
	if result.Reason != "" {
		m.Line("\n%s", markdown.Code(result.Reason))
	}
	var command string
	findings := telling(result)
	for i, finding := range findings {
		if i == 0 {
			m.Line("")
		}
		if i == shownFindings {
			m.Line("- %s", m.in.Text("summary.findings", len(findings)-i))
			break
		}
		where := cmp.Or(string(finding.Endpoint), m.in.Text("finding.host"))
		if finding.Situation != "" {
			where += ", " + finding.Situation
		}
		m.Line("- %s: %s %s, %s %s", markdown.Code(where), m.in.Text("finding.expected"), markdown.Code(finding.Expected),
			m.in.Text("finding.actual"), markdown.Code(finding.Actual))
		command = cmp.Or(command, finding.Reproduce)
	}
	if *commands++; command != "" && *commands <= summaryCurl {
		m.Line("\n<details><summary>%s</summary>\n\n%s\n\n</details>", m.in.Text("finding.reproduce"), markdown.Command(command))
	}
}

// telling are the findings that say what is wrong; a report has some beside them of what is right.
func telling(result Result) []Finding {
	return slices.DeleteFunc(slices.Clone(result.Findings), func(f Finding) bool {
		return f.Verdict == assay.Pass || f.Verdict == assay.Observed
	})
}

func (m *summary) gaps() {
	for i, gap := range Gaps(m.report) {
		if i == 0 {
			m.Line("\n### %s\n", m.in.Text("section.untested"))
		}
		if i == summaryItems {
			m.Line("- …")
			break
		}
		shown := make([]string, min(len(gap.IDs), summaryGapIDs))
		for j := range shown {
			shown[j] = markdown.Code(gap.IDs[j])
		}
		more := ""
		if len(gap.IDs) > len(shown) {
			more = ", " + m.in.Text("untested.more", len(gap.IDs)-len(shown))
		}
		m.Line("- %s: %s%s", markdown.Code(gap.Reason(m.in)), strings.Join(shown, ", "), more)
	}
}
