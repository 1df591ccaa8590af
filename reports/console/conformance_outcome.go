package console

import (
	"fmt"
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
	name := strings.ToUpper(strings.ReplaceAll(string(report.Outcome), "-", " "))
	p.Line(fmt.Sprintf("%-*s", idColumn, "OUTCOME") + p.Styled(outcomeStyle(report.Outcome.Sign()), shown(name)))
	p.harms("harm", "", report.Harmed())
	for _, reason := range report.Reasons {
		p.Field(idColumn, "-", idColumn+2, shown(reason.String()))
	}
	if report.Outcome == conformance.Incomplete {
		p.harms("risk", "not ruled out: ", report.Open())
	}
	if what, command := report.Next(); !what.IsZero() {
		p.Field(0, "next", idColumn, shown(what.String())+":")
		p.Line(strings.Repeat(" ", idColumn) + visible.Line(command, commandLimit)) // on one line, so that it can be copied
	}
}

// harms writes what can happen to users, the worst first.
func (p conformancePrinter) harms(label, before string, results []conformance.Result) {
	for i, result := range results {
		if i == shownHarms {
			p.Field(idColumn, "", idColumn, fmt.Sprintf("and %d more", len(results)-i))
			return
		}
		if i > 0 {
			label, before = "", ""
		}
		harm := before + result.Harm
		if result.Verdict == assay.Waived {
			harm = "waived: " + harm
		}
		p.Field(0, label, idColumn, shown(harm+" ("+where(result)+")"))
	}
}

// where is where a harm was seen: the endpoints, and the requirement.
func where(result conformance.Result) string {
	var all []string
	for _, endpoint := range result.BrokenOn() {
		all = append(all, string(endpoint))
	}
	return strings.Join(append(all, result.ID), ", ")
}
