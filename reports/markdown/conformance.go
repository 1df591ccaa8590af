package markdown

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
)

// Limits of what is shown of a run of the suite; report.html has everything.
const (
	summaryCurl   = 3
	summaryGapIDs = 12
	shownFindings = 2 // of a requirement
)

// WriteConformance writes report as a comment on a change or the summary of a job. Texts of a target or a driver are in code
// spans, in which nothing is a link, a mention, a tag or an emphasis.
func WriteConformance(w io.Writer, in messages.Printer, report conformance.Report) error {
	m := conformanceSummary{summary{in: in, more: "summary.more"}, report}
	m.heading()
	m.profiles()
	m.attention()
	m.gaps()
	m.origin("environment.again", report.Command, report.Suite.RequirementSet, report.Suite.Digest)
	return m.write(w)
}

type conformanceSummary struct {
	summary
	report conformance.Report
}

// outcome is a sign and a word.
func outcome(in messages.Printer, o conformance.Outcome) string {
	return sign(o.Sign()) + " " + in.Text("outcome."+string(o))
}

func (m *conformanceSummary) heading() {
	implementation := m.report.Implementation
	name := strings.TrimSpace(implementation.Product + " " + implementation.Version)
	m.line("## %s: %s\n", outcome(m.in, m.report.Outcome), code(cmp.Or(name, implementation.Organization, "?")))
	m.harms()
	if len(m.report.Reasons) == 0 {
		m.line("%s", m.in.Text("meaning."+string(m.report.Outcome)))
	}
	m.list("", m.report.Reasons)
	m.list(m.in.Text("note")+" ", m.report.Notes)
}

// shownHarms is how many harms the heading names.
const shownHarms = 3

// harms says below the heading what can happen to users, the worst first; of an incomplete run, what it does not rule out.
func (m *conformanceSummary) harms() {
	title, results := "harm.title", m.report.Harmed()
	if m.report.Outcome == conformance.Incomplete && len(results) == 0 {
		title, results = "harm.open", m.report.Open()
	}
	if len(results) == 0 {
		return
	}
	said := "**" + m.in.Text(title) + "**"
	for i, result := range results {
		if i == shownHarms {
			said += "<br>\n" + m.in.Text("harm.more", len(results)-i)
			break
		}
		one := m.in.Text("suite.where", harm(m.in, result), code(result.ID))
		if result.Verdict == assay.Waived {
			one = m.in.Text("suite.waived", one)
		}
		said = said + "<br>\n" + one
	}
	m.line("%s\n", said)
}

func (m *conformanceSummary) profiles() {
	if len(m.report.Profiles) == 0 {
		return
	}
	var verdicts []assay.Verdict
	columns := []string{m.in.Text("profiles.profile"), m.in.Text("profiles.outcome")}
	for _, verdict := range assay.Verdicts() {
		if m.report.Counts.Of(verdict) > 0 {
			verdicts = append(verdicts, verdict)
			columns = append(columns, m.in.Text("verdict."+string(verdict)))
		}
	}
	m.line("")
	m.head(len(verdicts), columns...)
	shown, more := beginning(&m.summary, m.report.Profiles)
	for _, profile := range shown {
		cells := []string{cell(profile.Name), outcome(m.in, profile.Outcome)}
		for _, verdict := range verdicts {
			cells = append(cells, fmt.Sprint(profile.Counts.Of(verdict)))
		}
		m.line("%s", tableRow(cells...))
	}
	if more != "" {
		m.line("\n%s", more)
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
				m.line("\n### %s", m.in.Text("section.attention"))
			}
			m.problem(result, &commands)
		}
	}
	if listed > summaryItems {
		m.line("\n%s", m.in.Text("summary.more", listed-summaryItems))
	}
}

func (m *conformanceSummary) problem(result conformance.Result, commands *int) {
	m.line("\n%s **%s** %s (%s)\n", sign(result.Verdict), m.in.Text("verdict."+string(result.Verdict)), code(result.ID),
		m.in.Text("level."+string(result.Level)))
	m.line("%s", sentence(m.in, m.report.Suite.Digest, result.ID, result.Says))
	if result.Harms() != "" {
		m.line("\n%s %s", m.in.Text("requirement.harm"), harm(m.in, result))
	}
	if !result.Reason.IsZero() {
		m.line("\n%s", code(m.in.Say(result.Reason)))
	}
	m.followers(result.ID)
	var command string
	findings := result.Problems()
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
		m.exchanges(finding)
		command = cmp.Or(command, finding.Reproduce)
	}
	if *commands++; command != "" && *commands <= summaryCurl {
		m.line("\n<details><summary>%s</summary>\n\n%s\n\n</details>", m.in.Text("finding.reproduce"), scriptBlock(command))
	}
}

// exchanges lists the exchanges of a finding by role, and says when the code of a replay was used first.
func (m *conformanceSummary) exchanges(finding conformance.Finding) {
	var roles []string
	for _, id := range finding.Exchanges {
		if role := finding.Roles[id]; role.Known() && role != conformance.SecondLook {
			roles = append(roles, m.in.Text("role."+role.Key())+" "+code(id))
		}
	}
	if len(roles) > 0 {
		m.line("  %s", strings.Join(roles, ", "))
	}
	if said := finding.Reuse.Said(); !said.IsZero() {
		m.line("  %s", code(m.in.Say(said)))
	}
}

// followers lists what follows a requirement.
func (m *conformanceSummary) followers(id string) {
	var all []string
	for _, result := range m.report.Followers(id) {
		all = append(all, code(result.ID)+" ("+m.in.Text("verdict."+string(result.Verdict))+")")
	}
	if len(all) > 0 {
		m.line("\n%s %s", m.in.Text("follows.list"), strings.Join(all, ", "))
	}
}

func (m *conformanceSummary) gaps() {
	for i, gap := range conformance.Gaps(m.report) {
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
		m.line("- %s: %s%s", code(m.in.Say(gap.Heading())), strings.Join(shown, ", "), more)
	}
}
