package markdown

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// A summary is one comment among others, so that its lists are short; report.html has everything.
const (
	summaryItems  = 20
	summaryCurl   = 3
	summaryGapIDs = 12
	shownFindings = 2 // of a requirement
)

// WriteConformance writes report as a comment on a change or the summary of a job. Texts of a target or a driver are in code
// spans, in which nothing is a link, a mention, a tag or an emphasis.
func WriteConformance(w io.Writer, in messages.Printer, report conformance.Report) error {
	m := conformanceSummary{in: in, report: report}
	m.heading()
	m.profiles()
	m.attention()
	m.gaps()
	m.Origin(in, report.Command, report.Suite.RequirementSet, report.Suite.Digest)
	return m.Write(w)
}

type conformanceSummary struct {
	Summary
	in     messages.Printer
	report conformance.Report
}

// outcome is a sign and a word.
func outcome(in messages.Printer, o conformance.Outcome) string {
	return Sign(o.Sign()) + " " + in.Text("outcome."+string(o))
}

func (m *conformanceSummary) heading() {
	implementation := m.report.Implementation
	name := strings.TrimSpace(implementation.Product + " " + implementation.Version)
	m.Line("## %s: %s\n", outcome(m.in, m.report.Outcome), Code(cmp.Or(name, implementation.Organization, "?")))
	if len(m.report.Reasons) == 0 {
		m.Line("%s", m.in.Text("meaning."+string(m.report.Outcome)))
	}
	m.list("", m.report.Reasons)
	m.list(m.in.Text("note")+" ", m.report.Notes)
}

// list writes phrases of the run, each after prefix.
func (m *conformanceSummary) list(prefix string, phrases []phrase.Phrase) {
	for i, said := range phrases {
		if i == summaryItems {
			m.Line("- %s", m.in.Text("summary.more", len(phrases)-i))
			break
		}
		m.Line("- %s%s", prefix, Code(m.in.Say(said)))
	}
}

func (m *conformanceSummary) profiles() {
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
		row := fmt.Sprintf("| %s | %s |", Cell(profile.Name), outcome(m.in, profile.Outcome))
		for _, verdict := range verdicts {
			row += fmt.Sprintf(" %d |", profile.Counts.Of(verdict))
		}
		m.Line("%s", row)
	}
}

// attention lists what failed, is in error, warned or is waived, in this order.
func (m *conformanceSummary) attention() {
	listed, commands := 0, 0
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Error, assay.Warn, assay.Waived} {
		for _, result := range m.report.ByHarm() {
			if result.Verdict != verdict || !m.report.Leads(result) {
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

func (m *conformanceSummary) problem(result conformance.Result, commands *int) {
	m.Line("\n%s **%s** %s (%s)\n", Sign(result.Verdict), m.in.Text("verdict."+string(result.Verdict)), Code(result.ID),
		m.in.Text("level."+string(result.Level)))
	m.Line("%s", Says(m.in, m.report.Suite.Digest, result.ID, result.Says))
	if result.Harms() != "" {
		m.Line("\n%s %s", m.in.Text("requirement.harm"), Harm(m.in, result))
	}
	if !result.Reason.IsZero() {
		m.Line("\n%s", Code(m.in.Say(result.Reason)))
	}
	m.followers(result.ID)
	var command string
	findings := result.Problems()
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
		m.Line("- %s: %s %s, %s %s", Code(where), m.in.Text("finding.expected"), Code(finding.Expected),
			m.in.Text("finding.actual"), Code(finding.Actual))
		m.exchanges(finding)
		command = cmp.Or(command, finding.Reproduce)
	}
	if *commands++; command != "" && *commands <= summaryCurl {
		m.Line("\n<details><summary>%s</summary>\n\n%s\n\n</details>", m.in.Text("finding.reproduce"), Script(command))
	}
}

// exchanges lists the exchanges of a finding by role, and says when the code of a replay was used first.
func (m *conformanceSummary) exchanges(finding conformance.Finding) {
	var roles []string
	for _, id := range finding.Exchanges {
		if role := finding.Roles[id]; role.Known() && role != conformance.SecondLook {
			roles = append(roles, m.in.Text("role."+role.Key())+" "+Code(id))
		}
	}
	if len(roles) > 0 {
		m.Line("  %s", strings.Join(roles, ", "))
	}
	if said := finding.Reuse.Said(); !said.IsZero() {
		m.Line("  %s", Code(m.in.Say(said)))
	}
}

// followers lists what follows a requirement.
func (m *conformanceSummary) followers(id string) {
	var all []string
	for _, result := range m.report.Followers(id) {
		all = append(all, Code(result.ID)+" ("+m.in.Text("verdict."+string(result.Verdict))+")")
	}
	if len(all) > 0 {
		m.Line("\n%s %s", m.in.Text("follows.list"), strings.Join(all, ", "))
	}
}

func (m *conformanceSummary) gaps() {
	for i, gap := range conformance.Gaps(m.report) {
		if i == 0 {
			m.Line("\n### %s\n", m.in.Text("section.untested"))
		}
		if i == summaryItems {
			m.Line("- …")
			break
		}
		shown := make([]string, min(len(gap.IDs), summaryGapIDs))
		for j := range shown {
			shown[j] = Code(gap.IDs[j])
		}
		more := ""
		if len(gap.IDs) > len(shown) {
			more = ", " + m.in.Text("untested.more", len(gap.IDs)-len(shown))
		}
		m.Line("- %s: %s%s", Code(m.in.Say(gap.Heading())), strings.Join(shown, ", "), more)
	}
}
