package conformance

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Conclude derives the outcome of a run from its results. report names the declared profiles and has the results, in any
// order; Conclude returns it with every requirement of set, the counts, the outcomes of the profiles and of the run, and the
// reasons. It reads nothing else, so that the same results always have the same outcome, and it is idempotent. The rules:
//
//   - A requirement that no declared profile contains is untested and binds nothing. Any other without a result is untested.
//   - A violated requirement that binds a declared profile (assay.Requirement.Binding) makes it nonconformant. Only fail
//     violates a must: a must with a warning holds, with a remark. A should is violated by warn.
//   - Otherwise, a must that was not judged makes it incomplete: untested, error, or no verdict at all. A should that
//     was not judged does not: what cannot be seen, such as TLS on loopback, does not count against a profile. Nor does what
//     is not applicable, because the contract leaves out what it is about; it is never a pass.
//   - A violation that a waiver accepts is waived, and the profile conformant with waivers at best. A waiver that is not
//     needed, unknown or expired makes the run nonconformant.
//   - A violation that assay.Yields explains by another keeps its verdict and names its root in Follows. It is not counted
//     among the reasons, and the root's waiver covers it. It makes no outcome better.
//   - A run that was narrowed, interrupted or cut short, or declares no profile, is incomplete at best, and so is a
//     profile without a binding requirement. A run that judged nothing is incomplete by the rule for what was not judged.
//   - A run with an error has the outcome error, whatever its results.
func Conclude(set assay.RequirementSet, report Report) Report {
	report.Schema = SchemaName
	report.Suite.Rules = Rules
	report.Suite.RequirementSet = cmp.Or(report.Suite.RequirementSet, set.Name)
	report.Suite.Digest = cmp.Or(report.Suite.Digest, set.Digest)

	byID, problem := collect(set, report.Requirements)
	report.Error = cmp.Or(report.Error, problem)
	results := make([]Result, len(set.Requirements))
	for i, requirement := range set.Requirements {
		results[i] = settle(requirement, byID[requirement.ID], report)
	}
	follow(results)
	waive(results, report)
	report.Requirements, report.Seconds = results, microseconds(report.Seconds)
	for i := range results {
		results[i].Seconds = microseconds(results[i].Seconds)
	}
	unfit := unfitWaivers(report)
	report.Counts = count(results, "")

	profiles := make([]ProfileResult, len(report.Profiles))
	for i, profile := range report.Profiles {
		profiles[i] = ProfileResult{
			Name: profile.Name, Digest: set.ProfileDigest(profile.Name), Counts: count(results, profile.Name),
			Outcome: worse(profileOutcome(profile.Name, results), ceiling(report)),
		}
	}
	report.Profiles = profiles
	report.Outcome = runOutcome(report, unfit)
	report.Reasons = reasons(report, unfit)
	report.FailureModes = filled(report.FailureModes)
	return report
}

// ExitCode is what a command exits with: 0 all holds, 1 the implementation does not conform, 3 could not tell.
func ExitCode(outcome Outcome) int {
	switch outcome {
	case Conformant, ConformantWithWaivers:
		return 0
	case Nonconformant:
		return 1
	default:
		return 3
	}
}

// outcomes from the best to the worst.
func outcomes() []Outcome {
	return []Outcome{Conformant, ConformantWithWaivers, Incomplete, Nonconformant, Errored}
}

func worse(a, b Outcome) Outcome {
	for _, outcome := range outcomes() {
		if outcome == a {
			return b
		}
		if outcome == b {
			return a
		}
	}
	return Errored
}

// ceiling is the best that can be said of a run, and so of its profiles, whatever its results.
func ceiling(report Report) Outcome {
	switch {
	case !report.Error.IsZero():
		return Errored
	case report.Selection != nil, report.Interrupted, !report.CutShort.IsZero():
		return Incomplete
	default:
		return Conformant
	}
}

func profileOutcome(profile string, results []Result) Outcome {
	outcome := Conformant
	for _, result := range results {
		requirement := result.Requirement()
		switch {
		case requirement.Binding(profile):
			outcome = worse(outcome, result.standing())
		case requirement.In(profile) && result.Verdict == assay.Waived:
			outcome = worse(outcome, ConformantWithWaivers)
		}
	}
	if !judgedOf(profile, results) {
		return worse(outcome, Incomplete)
	}
	return outcome
}

// judgedOf reports whether a requirement that binds the profile was judged. If none was, the profile has no verdict.
func judgedOf(profile string, results []Result) bool {
	return slices.ContainsFunc(results, func(r Result) bool {
		judged := []assay.Verdict{assay.Pass, assay.Warn, assay.Fail, assay.Waived}
		return r.Requirement().Binding(profile) && slices.Contains(judged, r.Verdict)
	})
}

// standing is what a requirement that binds a profile makes of it.
func (r Result) standing() Outcome {
	switch {
	case r.violated():
		return Nonconformant
	case r.Verdict == assay.Waived:
		return ConformantWithWaivers
	case r.Level == assay.Must && r.Verdict != assay.Pass && r.Verdict != assay.Warn && !r.notApplicable():
		return Incomplete
	default:
		return Conformant
	}
}

// notApplicable reports whether the requirement is untested because the implementation has nothing that it is about.
func (r Result) notApplicable() bool {
	return r.Verdict == assay.Untested && r.Applicable != nil && !*r.Applicable
}

func (r Result) violated() bool {
	return r.Verdict == r.Requirement().Violated() && r.Level != assay.May
}

// Requirement returns the requirement as the result describes it, so that a report can be read without the set.
func (r Result) Requirement() assay.Requirement {
	return assay.Requirement{ID: r.ID, Level: r.Level, Severity: r.Severity, Profiles: r.Profiles}
}

func runOutcome(report Report, unfit []phrase.Phrase) Outcome {
	outcome := ceiling(report)
	if len(report.Profiles) == 0 {
		outcome = worse(outcome, Incomplete)
	}
	if len(unfit) > 0 {
		outcome = worse(outcome, Nonconformant)
	}
	for _, profile := range report.Profiles {
		outcome = worse(outcome, profile.Outcome)
	}
	return outcome
}

// collect gathers the results by requirement. One of a requirement that is not in the set is the suite's own mistake,
// which must not be hidden.
func collect(set assay.RequirementSet, results []Result) (byID map[string][]Result, problem phrase.Phrase) {
	byID = map[string][]Result{}
	for _, result := range results {
		if _, known := set.Find(result.ID); !known {
			problem = phrase.Say(phrase.ResultUnknown, strconv.Quote(result.ID), set.Name)
		}
		byID[result.ID] = append(byID[result.ID], result)
	}
	return byID, problem
}

// microseconds keeps six decimals of a time in seconds. The rest of a sum says nothing, and its digits may look like a phone.
func microseconds(seconds float64) float64 { return math.Round(seconds*1e6) / 1e6 }
