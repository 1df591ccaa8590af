package conformance

import (
	"fmt"
	"slices"
	"strings"

	"assay"
)

// shownIDs is how many ids a reason names before it says how many more there are.
const shownIDs = 6

// reasons say why a run's outcome is not simply conformant, the weightiest first.
func reasons(report Report, rotten []string) []string {
	if report.Error != "" {
		return []string{report.Error}
	}
	all := append([]string{}, list(report, "violated", func(r Result) bool { return r.standing() == Nonconformant })...)
	all = append(all, rotten...)
	all = append(all, list(report, "in error", func(r Result) bool { return r.Verdict == assay.Error })...)
	all = append(all, list(report, "untested", func(r Result) bool {
		return r.Verdict != assay.Error && r.standing() == Incomplete
	})...)
	if s := report.Selection; s != nil {
		all = append(all, strings.TrimSuffix("the run was narrowed by "+s.String(), " by "))
	}
	if report.Interrupted {
		all = append(all, "the run was interrupted")
	}
	if len(report.Profiles) == 0 {
		all = append(all, "no profile is declared")
	}
	for _, profile := range report.Declared() {
		if report.Counts.judged() > 0 && !judgedOf(profile, report.Requirements) {
			all = append(all, "nothing that binds profile "+profile+" was judged")
		}
	}
	if report.Counts.judged() == 0 {
		all = append(all, "nothing was judged")
	}
	var waived []string
	for _, result := range report.Requirements {
		if result.Verdict == assay.Waived {
			waived = append(waived, result.ID)
		}
	}
	return append(all, named("waived", waived)...)
}

// list names the requirements that bind a declared profile and that are so.
func list(report Report, what string, so func(Result) bool) []string {
	var ids []string
	for _, result := range report.Requirements {
		if so(result) && slices.ContainsFunc(report.Declared(), result.requirement().Binding) {
			ids = append(ids, result.ID)
		}
	}
	return named(what, ids)
}

func named(what string, ids []string) []string {
	if len(ids) == 0 {
		return nil
	}
	shown := ids
	if len(ids) > shownIDs {
		more := fmt.Sprintf("%d more", len(ids)-shownIDs+1)
		shown = append(slices.Clone(ids[:shownIDs-1]), more)
	}
	return []string{fmt.Sprintf("%d %s: %s", len(ids), what, assay.Quoted(shown))}
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
