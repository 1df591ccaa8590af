package conformance

import (
	"cmp"
	"slices"

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
