package page

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// gapIDs is how many ids are named of what one thing left untested.
const gapIDs = 30

// A gapView is what one missing thing left untested, and what to supply to have it tested.
type gapView struct {
	Why    string
	Count  int
	IDs    []string
	Hidden int
	Supply []supply
}

// A supply is something that requirements need, and how it is supplied.
type supply struct{ Need, Advice string }

// gaps are those of the report; what no profile was declared for is the profile's declaration away.
func (b *builder) gaps() []gapView {
	var all []gapView
	for _, gap := range conformance.Gaps(b.report) {
		view := gapView{Why: gap.Reason(b.in), Count: len(gap.IDs), IDs: gap.IDs}
		if len(gap.IDs) > gapIDs {
			view.IDs, view.Hidden = gap.IDs[:gapIDs], len(gap.IDs)-gapIDs
		}
		switch {
		case !gap.Declared:
			view.Supply = []supply{{"profiles", b.in.Text("need.profiles", strings.Join(gap.Profiles, ", "))}}
		case b.report.Selection == nil && !b.report.Interrupted:
			for _, need := range gap.Needs {
				view.Supply = append(view.Supply, supply{need, b.advice(need)})
			}
		}
		all = append(all, view)
	}
	return all
}

// advice says how a need of the requirement set is met: alternatives each in turn.
func (b *builder) advice(need string) string {
	var ways []string
	for alternative := range strings.SplitSeq(need, " or ") {
		key, _, _ := strings.Cut(alternative, ">=")
		if slices.Contains(needs(), key) {
			ways = append(ways, b.in.Text("need."+key))
		}
	}
	return strings.Join(ways, b.in.Text("or"))
}

// needs are the needs that the requirement set has, without their amounts and with alternatives apart.
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
