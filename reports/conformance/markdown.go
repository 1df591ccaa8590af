package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"assay"
	"assay/reports/messages"
	"assay/reports/visible"
)

// Bounds of a summary, which is one comment among others; report.html has everything.
const (
	summaryItems  = 20
	summaryCurl   = 3
	summaryTexts  = 300
	summaryGapIDs = 12
)

// WriteMarkdown writes report as a comment on a change or the summary of a job: GitHub's Markdown. What a target or a
// driver had a hand in stands in code, in which nothing is a link, a mention, a tag or an emphasis.
func WriteMarkdown(w io.Writer, in messages.Printer, report Report) error {
	m := markdown{in: in, report: report}
	m.heading()
	m.profiles()
	m.attention()
	m.gaps()
	if report.Command != "" {
		m.line("\n%s\n\n%s", in.Text("environment.again"), fenced(report.Command))
	}
	m.line("\n%s %s %s", in.Text("environment.set"), code(report.Suite.RequirementSet), code(report.Suite.Digest))
	if _, err := io.WriteString(w, m.out.String()); err != nil {
		return fmt.Errorf("summary: %w", err)
	}
	return nil
}

type markdown struct {
	in     messages.Printer
	report Report
	out    strings.Builder
}

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(&m.out, format+"\n", args...) }

// sign stands before words, for whoever only glances.
func sign(verdict assay.Verdict) string {
	return map[assay.Verdict]string{assay.Pass: "✅", assay.Fail: "❌", assay.Warn: "⚠️", assay.Error: "❗", assay.Waived: "🏳️",
		assay.Untested: "➖", assay.Observed: "🔹"}[verdict]
}

// Sign is the verdict that stands for an outcome, where there is room for its icon only.
func (o Outcome) Sign() assay.Verdict {
	return map[Outcome]assay.Verdict{Conformant: assay.Pass, ConformantWithWaivers: assay.Waived, Nonconformant: assay.Fail,
		Incomplete: assay.Untested, Errored: assay.Error}[o]
}

// MarkdownOutcome is an outcome as a summary has it, a sign and a word.
func MarkdownOutcome(in messages.Printer, o Outcome) string {
	return sign(o.Sign()) + " " + in.Text("outcome."+string(o))
}

// MarkdownVerdict is a verdict as a summary has it, a sign and a word; a dash for none.
func MarkdownVerdict(in messages.Printer, verdict assay.Verdict) string {
	if verdict == "" {
		return "—"
	}
	return sign(verdict) + " " + in.Text("verdict."+string(verdict))
}

func (m *markdown) heading() {
	implementation := m.report.Implementation
	name := strings.TrimSpace(implementation.Product + " " + implementation.Version)
	m.line("## %s: %s\n", MarkdownOutcome(m.in, m.report.Outcome), code(cmp.Or(name, implementation.Organization, "?")))
	reasons := Reasons(m.report, m.in)
	if len(reasons) == 0 {
		m.line("%s", m.in.Text("meaning."+string(m.report.Outcome)))
	}
	for _, reason := range reasons {
		m.line("- %s", code(reason))
	}
	for _, note := range m.report.Notes {
		m.line("- %s %s", m.in.Text("note"), code(note))
	}
}

func (m *markdown) profiles() {
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
	m.line("\n%s\n%s", head, rule)
	for _, profile := range m.report.Profiles {
		row := fmt.Sprintf("| %s | %s |", MarkdownCell(profile.Name), MarkdownOutcome(m.in, profile.Outcome))
		for _, verdict := range verdicts {
			row += fmt.Sprintf(" %d |", profile.Counts.Of(verdict))
		}
		m.line("%s", row)
	}
}

// attention lists what failed, could not be told, warned or is waived: the worst first.
func (m *markdown) attention() {
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
				m.line("\n### %s", m.in.Text("section.attention"))
			}
			m.problem(result, &commands)
		}
	}
	if listed > summaryItems {
		m.line("\n%s", m.in.Text("summary.more", listed-summaryItems))
	}
}

func (m *markdown) problem(result Result, commands *int) {
	m.line("\n%s **%s** %s (%s)\n", sign(result.Verdict), m.in.Text("verdict."+string(result.Verdict)), code(result.ID),
		m.in.Text("level."+string(result.Level)))
	m.line("%s", m.says(result))
	if result.Reason != "" {
		m.line("\n%s", code(result.Reason))
	}
	var command string
	findings := telling(result)
	for i, finding := range findings {
		if i == 0 {
			m.line("")
		}
		if i == shownFindings {
			m.line("- %s", m.in.Text("summary.findings", len(findings)-i))
			break
		}
		where := cmp.Or(string(finding.Endpoint), m.in.Text("finding.host"))
		if finding.Situation != "" {
			where += ", " + finding.Situation
		}
		m.line("- %s: %s %s, %s %s", code(where), m.in.Text("finding.expected"), code(finding.Expected),
			m.in.Text("finding.actual"), code(finding.Actual))
		command = cmp.Or(command, finding.Reproduce)
	}
	if *commands++; command != "" && *commands <= summaryCurl {
		m.line("\n<details><summary>%s</summary>\n\n%s\n\n</details>", m.in.Text("finding.reproduce"), fenced(command))
	}
}

// telling are the findings that say what is wrong; a report has some beside them of what is right.
func telling(result Result) []Finding {
	return slices.DeleteFunc(slices.Clone(result.Findings), func(f Finding) bool {
		return f.Verdict == assay.Pass || f.Verdict == assay.Observed
	})
}

// says is the requirement's sentence: as a text where it is this build's own, as code where it is only said to be.
func (m *markdown) says(result Result) string {
	set := assay.Requirements()
	own, known := set.Find(result.ID)
	if !known || m.report.Suite.Digest != set.Digest {
		return code(result.Says)
	}
	return m.in.Says(set.Digest, own.ID, own.Says)
}

func (m *markdown) gaps() {
	for i, gap := range Gaps(m.report) {
		if i == 0 {
			m.line("\n### %s\n", m.in.Text("section.untested"))
		}
		if i == summaryItems {
			m.line("- …")
			break
		}
		shown := make([]string, min(len(gap.IDs), summaryGapIDs))
		for j := range shown {
			shown[j] = code(gap.IDs[j])
		}
		more := ""
		if len(gap.IDs) > len(shown) {
			more = ", " + m.in.Text("untested.more", len(gap.IDs)-len(shown))
		}
		m.line("- %s: %s%s", code(gap.Reason(m.in)), strings.Join(shown, ", "), more)
	}
}

// code is s as a code span, whatever it holds.
func code(s string) string {
	s = visible.Line(s, summaryTexts)
	if s == "" {
		return "—"
	}
	fence := strings.Repeat("`", backticks(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// MarkdownCell is s as a code span in a table, where a bar ends the cell even in code.
func MarkdownCell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// fenced is a command line as a block of code, on one line however long.
func fenced(command string) string {
	command = visible.Line(command, commandLimit)
	fence := strings.Repeat("`", max(backticks(command)+1, 3))
	return fence + "sh\n" + command + "\n" + fence
}

// backticks is the length of the longest run of them.
func backticks(s string) int {
	longest, run := 0, 0
	for _, c := range s {
		if c != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
