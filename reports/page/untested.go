package page

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// gapIDs is how many untested requirements are named for one reason.
const gapIDs = 30

// A gapView has the requirements that one reason left untested, and what to supply to test them.
type gapView struct {
	Why    string
	Count  int
	IDs    []string
	Hidden int
	Supply []supply
}

// A supply is something that requirements need, and how to supply it.
type supply struct{ Need, Advice string }

// gaps are the gaps of the report. Requirements of undeclared profiles need the declaration.
func (b *builder) gaps() []gapView {
	var all []gapView
	for _, gap := range conformance.Gaps(b.report) {
		view := gapView{Why: b.in.Say(gap.Heading()), Count: len(gap.IDs), IDs: gap.IDs}
		if len(gap.IDs) > gapIDs {
			view.IDs, view.Hidden = gap.IDs[:gapIDs], len(gap.IDs)-gapIDs
		}
		switch {
		case !gap.Declared:
			view.Supply = []supply{{"profiles", b.in.Text("need.profiles", strings.Join(gap.Profiles, ", "))}}
		case b.report.Selection == nil && !b.report.Interrupted:
			for _, need := range gap.Needs {
				view.Supply = append(view.Supply, supply{strings.ReplaceAll(need, " or ", b.in.Text("needs.or")), b.advice(need)})
			}
		}
		all = append(all, view)
	}
	return all
}

// advice says how to supply a need of the requirement set, with its alternatives.
func (b *builder) advice(need string) string {
	var all []string
	for alternative := range strings.SplitSeq(need, " or ") {
		key, _, _ := strings.Cut(alternative, ">=")
		if slices.Contains(needs(), key) {
			all = append(all, b.in.Text("need."+key))
		}
	}
	return strings.Join(all, b.in.Text("or"))
}

// needs are the needs of the requirement set, without amounts, and each alternative by itself.
func needs() []string {
	var all []string
	for _, requirement := range assay.Requirements().Requirements {
		for _, need := range requirement.Needs {
			for alternative := range strings.SplitSeq(need, " or ") {
				key, _, _ := strings.Cut(alternative, ">=")
				all = append(all, key)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
