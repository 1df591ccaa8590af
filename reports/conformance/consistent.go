package conformance

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Rules numbers the rules by which results become outcomes: they are followed again for a file that has the same number.
const Rules = 1

// Contradiction says in what a report contradicts itself; zero where its members agree. It is a check of consistency and no proof of
// origin: who edits all that belongs together passes it. Reports of earlier versions, whose rules were others, are checked for less.
func (r Report) Contradiction() phrase.Phrase {
	checks := []func() phrase.Phrase{r.miscounted, r.overruled}
	if r.Suite.Rules == Rules {
		checks = append(checks, r.incomplete, r.unevidenced, r.mistimed, r.reconcluded)
	}
	for _, check := range checks {
		if found := check(); !found.IsZero() {
			return found
		}
	}
	return phrase.Phrase{}
}

// miscounted says which counts are not those of the requirements.
func (r Report) miscounted() phrase.Phrase {
	if found := r.Counts.differ("", count(r.Requirements, "")); !found.IsZero() {
		return found
	}
	for _, profile := range r.Profiles {
		if found := profile.Counts.differ("profile "+profile.Name+": ", count(r.Requirements, profile.Name)); !found.IsZero() {
			return found
		}
	}
	seen := map[string]bool{}
	for _, result := range r.Requirements {
		if seen[result.ID] {
			return phrase.Say(phrase.Contradicts, result.ID, "another result of it")
		}
		seen[result.ID] = true
	}
	return phrase.Phrase{}
}

func (c Counts) differ(of string, counted Counts) phrase.Phrase {
	for _, verdict := range assay.Verdicts() {
		if stated, is := c.Of(verdict), counted.Of(verdict); stated != is {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%scounts.%s %d", of, verdict, stated), fmt.Sprintf("the requirements with that verdict: %d", is))
		}
	}
	return phrase.Phrase{}
}

// overruled says that an outcome is better than a violation allows, by the rules of any version.
func (r Report) overruled() phrase.Phrase {
	conforms := func(outcome Outcome) bool { return outcome == Conformant || outcome == ConformantWithWaivers }
	for _, profile := range r.Profiles {
		for _, result := range r.Requirements {
			broken := result.Requirement().Binding(profile.Name) && result.Verdict == assay.Fail
			if broken && (conforms(profile.Outcome) || conforms(r.Outcome)) {
				return phrase.Say(phrase.Contradicts, fmt.Sprintf("profile %s %s, outcome %s", profile.Name, profile.Outcome, r.Outcome), result.ID+": fail")
			}
		}
	}
	return phrase.Phrase{}
}

// incomplete says which requirement is not as this version's set has it, if the report is of that set.
func (r Report) incomplete() phrase.Phrase {
	set := assay.Requirements()
	if r.Suite.Digest != set.Digest {
		return phrase.Phrase{}
	}
	for i, requirement := range set.Requirements {
		const its = "the requirement set"
		if i >= len(r.Requirements) || r.Requirements[i].ID != requirement.ID {
			return phrase.Say(phrase.Contradicts, "a report without "+requirement.ID+" in its place", its)
		}
		stated := r.Requirements[i]
		if stated.Level != requirement.Level || stated.Severity != cmp.Or(requirement.Severity, "normal") || stated.Says != requirement.Says ||
			!slices.Equal(stated.Profiles, requirement.Profiles) {
			return phrase.Say(phrase.Contradicts, requirement.ID+": its level, severity, profiles or text", its)
		}
	}
	if more := len(r.Requirements) - len(set.Requirements); more > 0 {
		return phrase.Say(phrase.Contradicts, r.Requirements[len(set.Requirements)].ID, "the requirement set")
	}
	for _, profile := range r.Profiles {
		if profile.Digest != set.ProfileDigest(profile.Name) {
			return phrase.Say(phrase.Contradicts, "profile "+profile.Name+": its digest", "the requirement set")
		}
	}
	return phrase.Phrase{}
}

// unevidenced says which verdict is not the one of its endpoints and findings.
func (r Report) unevidenced() phrase.Phrase {
	for _, result := range r.Requirements {
		if found := result.unevidenced(r); !found.IsZero() {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s: %s", result.ID, result.Verdict), found)
		}
	}
	return phrase.Phrase{}
}

// unevidenced says what the verdict does not agree with; zero for nothing.
func (r Result) unevidenced(of Report) phrase.Phrase {
	if r.Verdict == assay.Waived {
		return r.unwaived(of)
	}
	requirement, shown := r.Requirement(), false
	for _, finding := range r.Findings {
		verdict := verdictOf(requirement, cmp.Or(finding.Verdict, requirement.Violated()))
		if requirement.Worst(r.Verdict, verdict) != r.Verdict {
			return phrase.Plain("its finding: " + string(verdict))
		}
		shown = shown || verdict == r.Verdict
	}
	for _, judged := range r.Endpoints {
		if requirement.Worst(r.Verdict, verdictOf(requirement, judged.Verdict)) != r.Verdict {
			return phrase.Plain(fmt.Sprintf("its endpoint %s: %s", judged.Endpoint, judged.Verdict))
		}
	}
	if (r.Verdict == assay.Fail || r.Verdict == assay.Warn) && !shown {
		return phrase.Plain("its findings, of which none shows it")
	}
	return phrase.Phrase{}
}

// unwaived says that no waiver of a report is in force for a waived result, nor for what it follows.
func (r Result) unwaived(of Report) phrase.Phrase {
	waived := slices.ContainsFunc(of.Waivers, func(shown Waiver) bool {
		waiver, dated := shown.waiver()
		return dated && shown.ID == r.ID && !waiver.Expired(day(of))
	})
	root, follows := of.Result(r.Follows)
	if waived || follows && root.Verdict == assay.Waived && root.ID != r.ID {
		return phrase.Phrase{}
	}
	return phrase.Plain("the waivers, of which none is in force for it")
}

// mistimed says that a run did not take the time from its start to its end.
func (r Report) mistimed() phrase.Phrase {
	const rounding = time.Second
	took, stated := r.Finished.Sub(r.Started), time.Duration(r.Seconds*float64(time.Second))
	if (took-stated).Abs() <= rounding || !r.Error.IsZero() {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.Contradicts, fmt.Sprintf("seconds %g", r.Seconds), fmt.Sprintf("finished, %s after started", took.Round(time.Second)))
}

// reconcluded says which outcome is not the one that the results lead to, and which reason is missing.
func (r Report) reconcluded() phrase.Phrase {
	again := r
	again.Profiles = slices.Clone(r.Profiles)
	for i, profile := range again.Profiles {
		outcome := worse(profileOutcome(profile.Name, r.Requirements), ceiling(r))
		if again.Profiles[i].Outcome = outcome; outcome != profile.Outcome {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("profile %s: %s", profile.Name, profile.Outcome), "its requirements, which make it "+string(outcome))
		}
	}
	unfit := unfitWaivers(r)
	if outcome := runOutcome(again, unfit); outcome != r.Outcome {
		return phrase.Say(phrase.Contradicts, "outcome "+string(r.Outcome), "profiles and waivers, which make it "+string(outcome))
	}
	stated, made := phrase.Strings(r.Reasons), phrase.Strings(reasons(again, unfit))
	if len(stated) < len(made) || !slices.Equal(stated[:len(made)], made) { // the suite may add others
		return phrase.Say(phrase.Contradicts, "reasons: "+phrase.Join(r.Reasons...).String(), phrase.Join(reasons(again, unfit)...).String())
	}
	return phrase.Phrase{}
}
