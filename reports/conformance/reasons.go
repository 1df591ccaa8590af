package conformance

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// shownIDs is how many ids a reason names before it says how many more there are.
const shownIDs = 6

// reasons say why a run's outcome is not plainly conformant, the most important first.
func reasons(report Report, unfit []phrase.Phrase) []phrase.Phrase {
	if !report.Error.IsZero() {
		return []phrase.Phrase{report.Error}
	}
	all := []phrase.Phrase{}
	if report.Target.Driver == "none" && report.Outcome != Conformant {
		all = append(all, phrase.Say(phrase.NoDriverReason)) // it explains most of what follows
	}
	if !report.CutShort.IsZero() {
		all = append(all, report.CutShort) // it explains what follows
	}
	all = append(all, named(phrase.Violated, binding(report, func(r Result) bool { return r.violated() && report.Leads(r) }))...)
	all = append(all, named(phrase.Following, binding(report, func(r Result) bool { return r.violated() && !report.Leads(r) }))...)
	all = append(all, unfit...)
	all = append(all, named(phrase.InError, binding(report, func(r Result) bool { return r.Verdict == assay.Error }))...)
	all = append(all, named(phrase.Untested, binding(report, func(r Result) bool {
		return r.Verdict != assay.Error && r.standing() == Incomplete
	}))...)
	all = append(all, limits(report)...)
	for _, profile := range report.Declared() {
		if report.Counts.judged() > 0 && !judgedOf(profile, report.Requirements) {
			all = append(all, phrase.Say(phrase.ProfileUnjudged, profile))
		}
	}
	if report.Counts.judged() == 0 {
		all = append(all, phrase.Say(phrase.NothingJudged))
	}
	var waived []string
	for _, result := range report.Requirements {
		if result.Verdict == assay.Waived && report.Leads(result) {
			waived = append(waived, result.ID)
		}
	}
	return append(all, named(phrase.Waived, waived)...)
}

// limits are what kept the run from being complete.
func limits(report Report) []phrase.Phrase {
	var all []phrase.Phrase
	if s := report.Selection; s != nil && s.String() == "" {
		all = append(all, phrase.Say(phrase.Narrowed))
	} else if s != nil {
		all = append(all, phrase.Say(phrase.NarrowedBy, s.String()))
	}
	if report.Interrupted {
		all = append(all, phrase.Say(phrase.Interrupted))
	}
	if len(report.Profiles) == 0 {
		all = append(all, phrase.Say(phrase.NoProfile))
	}
	return all
}

// binding lists the requirements that bind a declared profile and satisfy so.
func binding(report Report, so func(Result) bool) []string {
	var ids []string
	for _, result := range report.Requirements {
		if so(result) && slices.ContainsFunc(report.Declared(), result.Requirement().Binding) {
			ids = append(ids, result.ID)
		}
	}
	return ids
}

// named is a reason that counts and names ids; nothing if ids is empty.
func named(key phrase.Key, ids []string) []phrase.Phrase {
	if len(ids) == 0 {
		return nil
	}
	most := len(ids)
	if most > shownIDs {
		most = shownIDs - 1
	}
	var shown []phrase.Phrase
	for _, id := range ids[:most] {
		shown = append(shown, phrase.Plain(id))
	}
	if most < len(ids) {
		shown = append(shown, phrase.Say(phrase.More, len(ids)-most))
	}
	return []phrase.Phrase{phrase.Say(key, len(ids), shown)}
}

// String is the selection as flags.
func (s Selection) String() string {
	var flags []string
	if len(s.Only) > 0 {
		flags = append(flags, "--only "+strings.Join(s.Only, ","))
	}
	if len(s.Skip) > 0 {
		flags = append(flags, "--skip "+strings.Join(s.Skip, ","))
	}
	return strings.Join(flags, " ")
}
