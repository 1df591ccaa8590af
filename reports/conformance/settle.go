package conformance

import (
	"cmp"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// settle makes one result of those reported for a requirement; reported may be empty.
func settle(requirement assay.Requirement, reported []Result, report Report) Result {
	result := Result{
		ID: requirement.ID, Level: requirement.Level, Severity: cmp.Or(requirement.Severity, "normal"),
		Says: requirement.Says, Source: requirement.Source, Harm: harmOf(requirement.ID),
		Profiles: filled(requirement.Profiles), Needs: filled(requirement.Needs),
		Verdict: assay.Untested, Findings: []Finding{},
	}
	declared := slices.ContainsFunc(requirement.Profiles, func(p string) bool { return slices.Contains(report.Declared(), p) })
	if !declared {
		result.Reason = undeclared(requirement.Profiles)
		return result
	}
	if len(reported) == 0 {
		result.Reason = untried(requirement, report)
		return result
	}
	none := !slices.ContainsFunc(reported, func(one Result) bool { return !one.notApplicable() })
	if none {
		result.Applicable = new(bool)
	}
	var verdicts []assay.Verdict
	var remarks []phrase.Phrase
	for _, one := range reported {
		verdicts = append(verdicts, verdictOf(requirement, one.Verdict))
		if !one.Reason.IsZero() && !slices.Contains(remarks, one.Reason) {
			remarks = append(remarks, one.Reason)
		}
		for _, finding := range one.Findings {
			finding.Exchanges = filled(finding.Exchanges)
			result.Findings = append(result.Findings, finding)
		}
		for _, judged := range one.Endpoints {
			judged.Verdict = verdictOf(requirement, judged.Verdict)
			result.Endpoints = append(result.Endpoints, judged)
		}
		result.Seconds += one.Seconds
	}
	result.Verdict, result.Reason = requirement.Worst(verdicts...), phrase.Join(remarks...)
	if result.Verdict == assay.Untested && result.Reason.IsZero() {
		result.Reason = untried(requirement, report)
	}
	return result
}

// verdictOf is a verdict as the requirement's level has it: only a must fails, and a may is never judged.
func verdictOf(requirement assay.Requirement, verdict assay.Verdict) assay.Verdict {
	switch {
	case verdict == "":
		return assay.Untested
	case !slices.Contains(assay.Verdicts(), verdict):
		return assay.Error
	case requirement.Level == assay.May && (verdict == assay.Pass || verdict == assay.Warn || verdict == assay.Fail):
		return assay.Observed
	case verdict == assay.Fail:
		return requirement.Violated()
	default:
		return verdict
	}
}

func undeclared(profiles []string) phrase.Phrase {
	if len(profiles) == 1 {
		return phrase.Say(phrase.ProfileUndeclared, profiles[0])
	}
	return phrase.Say(phrase.ProfilesUndeclared, profiles)
}

// untried says why there is no result.
func untried(requirement assay.Requirement, report Report) phrase.Phrase {
	switch {
	case !report.Error.IsZero():
		return phrase.Say(phrase.UntriedFailed)
	case report.Selection != nil:
		return phrase.Say(phrase.UntriedNarrowed)
	case !report.CutShort.IsZero():
		return phrase.Say(phrase.UntriedCutShort, report.CutShort)
	case report.Interrupted:
		return phrase.Say(phrase.UntriedInterrupted)
	case slices.Equal(requirement.Profiles, []string{assay.ProfileLoad}):
		return phrase.Say(phrase.UntriedLoad)
	default:
		return phrase.Say(phrase.Untried)
	}
}

// waive applies the report's waivers to results.
func waive(results []Result, report Report) {
	for _, shown := range report.Waivers {
		waiver, dated := shown.waiver()
		at := slices.IndexFunc(results, func(r Result) bool { return r.ID == shown.ID })
		if at < 0 || !dated || waiver.Expired(day(report)) || !results[at].violated() {
			continue
		}
		results[at].waive(phrase.Say(phrase.WaivedBy, shown.Owner, shown.Expires, shown.Reason))
	}
	waiveFollowers(results)
}

// unfitWaivers says which of the report's waivers are unknown, expired or not needed. The others have been applied.
func unfitWaivers(report Report) []phrase.Phrase {
	var all []phrase.Phrase
	for _, shown := range report.Waivers {
		waiver, dated := shown.waiver()
		result, known := report.Result(shown.ID)
		switch {
		case !known:
			all = append(all, phrase.Say(phrase.WaiverUnknown, shown.ID))
		case !dated || waiver.Expired(day(report)):
			all = append(all, phrase.Say(phrase.WaiverExpired, shown.ID, shown.Expires))
		case slices.Contains([]assay.Verdict{assay.Pass, assay.Warn, assay.Observed}, result.Verdict):
			all = append(all, phrase.Say(phrase.WaiverUnneeded, shown.ID))
		}
	}
	return all
}

// day is the time at which waivers have to be in force.
func day(report Report) time.Time {
	if report.Started.IsZero() {
		return report.Finished
	}
	return report.Started
}

// filled is never nil, so that JSON has an empty list rather than null.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
