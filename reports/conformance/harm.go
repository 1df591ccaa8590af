package conformance

import (
	"cmp"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/harm"
)

func harmOf(id string) string {
	known, _ := harm.Of(id)
	return known.English
}

// Harms is the harm of a requirement that is violated, waived or not; empty for any other.
func (r Result) Harms() string {
	if !r.broken() {
		return ""
	}
	return r.Harm
}

// ByHarm returns the results with the worst harm first. Results of one harm, and those without one, which are last, keep the
// order of the set: chapter by chapter.
func (r Report) ByHarm() []Result {
	sorted := slices.Clone(r.Requirements)
	slices.SortStableFunc(sorted, func(a, b Result) int { return cmp.Compare(harm.Rank(a.ID), harm.Rank(b.ID)) })
	return sorted
}

// Harmed returns the violated requirements with a harm that lead, the worst first; of one kind, those that make a declared profile
// nonconformant first. Those that a waiver accepts come last.
func (r Report) Harmed() []Result {
	harmed := slices.DeleteFunc(r.ByHarm(), func(result Result) bool { return result.Harms() == "" || !r.Leads(result) })
	order := func(result Result) int {
		switch {
		case result.Verdict == assay.Waived:
			return 1 << 16
		case result.Violates(r):
			return 2 * harm.Rank(result.ID)
		default:
			return 2*harm.Rank(result.ID) + 1
		}
	}
	slices.SortStableFunc(harmed, func(a, b Result) int { return cmp.Compare(order(a), order(b)) })
	return harmed
}

// Open returns the binding requirements with a harm that were not judged, the worst first: the run does not rule these harms out.
func (r Report) Open() []Result {
	return slices.DeleteFunc(r.ByHarm(), func(result Result) bool {
		return result.Harm == "" || result.standing() != Incomplete || !slices.ContainsFunc(r.Declared(), result.Requirement().Binding)
	})
}

// BrokenOn lists the endpoints on which the requirement is violated; none for one about the host app.
func (r Result) BrokenOn() []assay.Endpoint { return r.brokenOn() }
