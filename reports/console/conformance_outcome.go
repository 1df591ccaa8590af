package console

import (
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/conformance"
)

// shownHarms is how many harms the outcome names.
const shownHarms = 3

// outcome writes the outcome, what can happen to users, the reasons, and what to do next.
func (p conformancePrinter) outcome(report conformance.Report) {
	p.Line("")
	p.Line(pad(p.say("console.outcome"), idColumn) + p.Styled(outcomeStyle(report.Outcome.Sign()), shown(p.named(report.Outcome))))
	p.harms("suite.harm", "", report.Harmed())
	for _, reason := range report.Reasons {
		p.Field(idColumn, "-", idColumn+2, shown(p.in.Say(reason)))
	}
	if report.Outcome == conformance.Incomplete {
		p.harms("suite.risk", "suite.open", report.Open())
	}
	if what, command := report.Next(); !what.IsZero() {
		p.Field(0, p.say("console.next"), idColumn, shown(p.in.Say(what))+p.say("suite.colon"))
		p.Line(strings.Repeat(" ", idColumn) + visible.Line(command, commandLimit)) // on one line, so that it can be copied
	}
}

// harms writes what can happen to users, the worst first: at the first a label, and around it the text of the key around.
func (p conformancePrinter) harms(label, around string, results []conformance.Result) {
	for i, result := range results {
		if i == shownHarms {
			p.Field(idColumn, "", idColumn, p.in.Text("harm.more", len(results)-i))
			return
		}
		harm, _ := p.in.Harm(result.ID, result.Harm)
		if i == 0 && around != "" {
			harm = p.say(around, harm)
		}
		if result.Verdict == assay.Waived {
			harm = p.say("suite.waived", harm)
		}
		name := ""
		if i == 0 {
			name = p.say(label)
		}
		p.Field(0, name, idColumn, shown(p.say("suite.where", harm, p.where(result))))
	}
}

// where is where a harm was seen: the endpoints, and the requirement.
func (p conformancePrinter) where(result conformance.Result) string {
	var all []string
	for _, endpoint := range result.BrokenOn() {
		all = append(all, string(endpoint))
	}
	return strings.Join(append(all, result.ID), p.say("suite.names"))
}
