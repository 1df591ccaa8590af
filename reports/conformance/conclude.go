package conformance

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Conclude works out what a run amounts to, from what was observed: report names the declared profiles and holds the
// results that there are, in any order; Conclude returns it with every requirement of set, the counts, the profiles'
// outcomes and the run's, and the reasons for it. It consults nothing else, so that whoever has the results comes to
// the same conclusion, and concluding twice changes nothing. The rules:
//
//   - A requirement of no declared profile is untested and binds nothing. Any other without a result is untested.
//   - What binds a declared profile (assay.Requirement.Binding) and is violated makes it nonconformant. A must is
//     violated by fail alone: a must with a warning holds, with a remark. A should is violated by warn.
//   - Otherwise, a must that was not judged makes it incomplete: untested, error, or no verdict at all. A should that
//     was not judged does not: what cannot be seen, TLS on loopback say, is not held against a profile.
//   - A violation that a waiver owns up to is waived, and the profile conformant with waivers at best. A waiver that is
//     not needed, not known or not in force any more makes the run nonconformant.
//   - A run that was narrowed, interrupted or cut short, or declares no profile, is incomplete at best, and so is a
//     profile that nothing binds. One that judged nothing is incomplete by the rule for what was not judged.
//   - A run that could not be made is an error, whatever its results.
func Conclude(set assay.RequirementSet, report Report) Report {
	report.Schema = SchemaName
	report.Suite.RequirementSet = cmp.Or(report.Suite.RequirementSet, set.Name)
	report.Suite.Digest = cmp.Or(report.Suite.Digest, set.Digest)

	given, problem := collect(set, report.Requirements)
	report.Error = cmp.Or(report.Error, problem)
	results := make([]Result, len(set.Requirements))
	for i, requirement := range set.Requirements {
		results[i] = settle(requirement, given[requirement.ID], report)
	}
	waive(results, report)
	report.Requirements = results
	rotten := rotten(report)
	report.Counts = count(results, "")

	profiles := make([]ProfileResult, len(report.Profiles))
	for i, profile := range report.Profiles {
		profiles[i] = ProfileResult{
			Name: profile.Name, Digest: set.ProfileDigest(profile.Name), Counts: count(results, profile.Name),
			Outcome: worse(profileOutcome(profile.Name, results), ceiling(report)),
		}
	}
	report.Profiles = profiles
	report.Outcome = runOutcome(report, rotten)
	report.Reasons = reasons(report, rotten)
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
		requirement := result.requirement()
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

// judgedOf reports whether anything that binds the profile was judged: a profile of which nothing was says nothing.
func judgedOf(profile string, results []Result) bool {
	return slices.ContainsFunc(results, func(r Result) bool {
		judged := []assay.Verdict{assay.Pass, assay.Warn, assay.Fail, assay.Waived}
		return r.requirement().Binding(profile) && slices.Contains(judged, r.Verdict)
	})
}

// standing is what a requirement that binds a profile makes of it.
func (r Result) standing() Outcome {
	switch {
	case r.violated():
		return Nonconformant
	case r.Verdict == assay.Waived:
		return ConformantWithWaivers
	case r.Level == assay.Must && r.Verdict != assay.Pass && r.Verdict != assay.Warn:
		return Incomplete
	default:
		return Conformant
	}
}

func (r Result) violated() bool {
	return r.Verdict == r.requirement().Violated() && r.Level != assay.May
}

// requirement is what the result says of its requirement.
func (r Result) requirement() assay.Requirement {
	return assay.Requirement{ID: r.ID, Level: r.Level, Severity: r.Severity, Profiles: r.Profiles}
}

func runOutcome(report Report, rotten []phrase.Phrase) Outcome {
	outcome := ceiling(report)
	if len(report.Profiles) == 0 {
		outcome = worse(outcome, Incomplete)
	}
	if len(rotten) > 0 {
		outcome = worse(outcome, Nonconformant)
	}
	for _, profile := range report.Profiles {
		outcome = worse(outcome, profile.Outcome)
	}
	return outcome
}

// collect gathers the results by requirement. One of a requirement that is not in the set is the suite's own mistake,
// which must not go unseen.
func collect(set assay.RequirementSet, results []Result) (given map[string][]Result, problem phrase.Phrase) {
	given = map[string][]Result{}
	for _, result := range results {
		if _, known := set.Find(result.ID); !known {
			problem = phrase.Say(phrase.ResultUnknown, strconv.Quote(result.ID), set.Name)
		}
		given[result.ID] = append(given[result.ID], result)
	}
	return given, problem
}
