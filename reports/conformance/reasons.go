package conformance

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
)

// shownIDs is how many ids a reason names before it says how many more there are.
const shownIDs = 6

// Reasons are the report's own in the language of in, as far as they are this package's words.
func Reasons(report Report, in messages.Printer) []string {
	english := messages.For(messages.English)
	known, said := reasons(report, rotten(report, english), english), reasons(report, rotten(report, in), in)
	shown := slices.Clone(report.Reasons)
	for i, reason := range shown {
		if at := slices.Index(known, reason); at >= 0 {
			shown[i] = said[at]
		}
	}
	return shown
}

// reasons say why a run's outcome is not simply conformant, the weightiest first.
func reasons(report Report, rotten []string, in messages.Printer) []string {
	if report.Error != "" {
		return []string{report.Error}
	}
	all := []string{}
	if report.Target.Driver == "none" && report.Outcome != Conformant {
		all = append(all, in.Text("reason.no-driver")) // which explains most of what follows
	}
	if report.CutShort != "" {
		all = append(all, report.CutShort) // it explains the rest
	}
	all = append(all, named(in, "reason.violated", binding(report, func(r Result) bool { return r.standing() == Nonconformant }))...)
	all = append(all, rotten...)
	all = append(all, named(in, "reason.error", binding(report, func(r Result) bool { return r.Verdict == assay.Error }))...)
	all = append(all, named(in, "reason.untested", binding(report, func(r Result) bool {
		return r.Verdict != assay.Error && r.standing() == Incomplete
	}))...)
	all = append(all, limits(report, in)...)
	for _, profile := range report.Declared() {
		if report.Counts.judged() > 0 && !judgedOf(profile, report.Requirements) {
			all = append(all, in.Text("reason.unjudged-profile", profile))
		}
	}
	if report.Counts.judged() == 0 {
		all = append(all, in.Text("reason.unjudged"))
	}
	var waived []string
	for _, result := range report.Requirements {
		if result.Verdict == assay.Waived {
			waived = append(waived, result.ID)
		}
	}
	return append(all, named(in, "reason.waived", waived)...)
}

// limits are what kept the run from being a whole one.
func limits(report Report, in messages.Printer) []string {
	var all []string
	if s := report.Selection; s != nil && s.String() == "" {
		all = append(all, in.Text("reason.narrowed"))
	} else if s != nil {
		all = append(all, in.Text("reason.narrowed-by", s.String()))
	}
	if report.Interrupted {
		all = append(all, in.Text("reason.interrupted"))
	}
	if len(report.Profiles) == 0 {
		all = append(all, in.Text("reason.no-profile"))
	}
	return all
}

// binding lists the requirements that bind a declared profile and that are so.
func binding(report Report, so func(Result) bool) []string {
	var ids []string
	for _, result := range report.Requirements {
		if so(result) && slices.ContainsFunc(report.Declared(), result.requirement().Binding) {
			ids = append(ids, result.ID)
		}
	}
	return ids
}

func named(in messages.Printer, key string, ids []string) []string {
	if len(ids) == 0 {
		return nil
	}
	shown := ids
	if len(ids) > shownIDs {
		shown = append(slices.Clone(ids[:shownIDs-1]), in.Text("reason.more", len(ids)-shownIDs+1))
	}
	return []string{in.Text(key, len(ids), in.List(shown))}
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
