package conformance

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A Gap is what one missing thing left untested.
type Gap struct {
	Why phrase.Phrase
	IDs []string
	// Needs and Profiles are those of the requirements, sorted.
	Needs, Profiles []string
	// Declared is set when some profile is declared that has them.
	Declared bool
}

// Heading says why nothing was tried: Why, or which profiles are not declared.
func (g Gap) Heading() phrase.Phrase {
	if !g.Declared {
		return phrase.Say(phrase.UndeclaredHeading, strings.Join(g.Profiles, ", "))
	}
	return g.Why
}

// Gaps groups what was not tried by what was missing: first what can be supplied, last what was never asked for.
func Gaps(report Report) []Gap {
	var all []Gap
	for _, result := range report.Requirements {
		if result.Verdict != assay.Untested {
			continue
		}
		declared := slices.ContainsFunc(report.Declared(), result.Requirement().In)
		at := slices.IndexFunc(all, func(g Gap) bool { return g.Why == result.Reason && g.Declared == declared })
		if at < 0 {
			at = len(all)
			all = append(all, Gap{Why: result.Reason, Declared: declared})
		}
		all[at].IDs = append(all[at].IDs, result.ID)
		all[at].Needs = append(all[at].Needs, result.Needs...)
		all[at].Profiles = append(all[at].Profiles, result.Profiles...)
	}
	for i := range all {
		slices.Sort(all[i].Needs)
		slices.Sort(all[i].Profiles)
		all[i].Needs, all[i].Profiles = slices.Compact(all[i].Needs), slices.Compact(all[i].Profiles)
	}
	slices.SortStableFunc(all, func(a, b Gap) int {
		switch {
		case a.Declared == b.Declared:
			return 0
		case a.Declared:
			return -1
		default:
			return 1
		}
	})
	return all
}
