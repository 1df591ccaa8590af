package conformance

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// small is a requirement set with one of each sort.
func small() assay.RequirementSet {
	const login, phone, hardened, load = assay.ProfileLogin, assay.ProfilePhone, assay.ProfileHardened, assay.ProfileLoad
	return assay.RequirementSet{Name: "small/1.0", Digest: "sha256:" + strings.Repeat("0", 64), Requirements: []assay.Requirement{
		{ID: "a.must", Level: assay.Must, Profiles: []string{login, phone}, Says: "It must.", Source: "guide", Needs: []string{"codes"}},
		{ID: "a.should", Level: assay.Should, Profiles: []string{login}},
		{ID: "a.high", Level: assay.Should, Severity: assay.High, Profiles: []string{login, hardened}},
		{ID: "a.may", Level: assay.May, Profiles: []string{login}},
		{ID: "b.phone", Level: assay.Must, Profiles: []string{phone}},
		{ID: "c.load", Level: assay.Must, Profiles: []string{load}},
	}}
}

// verdicts are results by requirement; what is left out has none.
type verdicts map[string]assay.Verdict

// allPass are the verdicts of a run that found nothing wrong.
func allPass(but verdicts) verdicts {
	all := verdicts{"a.must": assay.Pass, "a.should": assay.Pass, "a.high": assay.Pass, "a.may": assay.Observed, "b.phone": assay.Pass}
	for id, verdict := range but {
		all[id] = verdict
	}
	return all
}

// ran is a run of the given verdicts with the given profiles declared.
func ran(given verdicts, profiles ...string) Report {
	report := Report{
		Started: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Finished: time.Date(2026, 3, 1, 12, 1, 0, 0, time.UTC),
		Profiles: Declare(profiles...),
	}
	for _, requirement := range small().Requirements {
		if verdict, ok := given[requirement.ID]; ok {
			report.Requirements = append(report.Requirements, Result{ID: requirement.ID, Verdict: verdict})
		}
	}
	return report
}

func TestOutcomes(t *testing.T) {
	const login, phone, hardened, load = assay.ProfileLogin, assay.ProfilePhone, assay.ProfileHardened, assay.ProfileLoad
	waived := func(id, expires string) func(*Report) {
		return func(r *Report) { r.Waivers = []Waiver{{ID: id, Reason: "known", Owner: "ann", Expires: expires}} }
	}
	for name, test := range map[string]struct {
		given    verdicts
		profiles []string
		with     func(*Report)
		want     Outcome
		each     []Outcome // of the profiles; nil for all as the run
		reason   string    // of which one begins so; empty for none
	}{
		"all hold":          {given: allPass(nil), profiles: []string{login}, want: Conformant},
		"two profiles hold": {given: allPass(nil), profiles: []string{login, phone}, want: Conformant},
		"a must fails":      {given: allPass(verdicts{"a.must": assay.Fail}), profiles: []string{login}, want: Nonconformant, reason: "1 violated: a.must"},
		"a must fails in one of two": {given: allPass(verdicts{"b.phone": assay.Fail}), profiles: []string{login, phone}, want: Nonconformant,
			each: []Outcome{Conformant, Nonconformant}, reason: "1 violated: b.phone"},
		"a must of another profile fails": {given: allPass(verdicts{"b.phone": assay.Fail}), profiles: []string{login}, want: Conformant},
		"a must warns":                    {given: allPass(verdicts{"a.must": assay.Warn}), profiles: []string{login}, want: Conformant},
		"a must is only observed":         {given: allPass(verdicts{"a.must": assay.Observed}), profiles: []string{login}, want: Incomplete, reason: "1 untested: a.must"},
		"a must is untested":              {given: allPass(verdicts{"a.must": assay.Untested}), profiles: []string{login}, want: Incomplete, reason: "1 untested: a.must"},
		"a must has no result":            {given: verdicts{"a.should": assay.Pass}, profiles: []string{login}, want: Incomplete, reason: "1 untested: a.must"},
		"there is no driver": {given: allPass(verdicts{"a.must": assay.Untested}), profiles: []string{login}, want: Incomplete,
			with: func(r *Report) { r.Target.Driver = "none" }, reason: "the target names no driver, "},
		"there is no driver, and none is missed": {given: allPass(nil), profiles: []string{login}, want: Conformant,
			with: func(r *Report) { r.Target.Driver = "none" }},
		"a must is in error":                {given: allPass(verdicts{"a.must": assay.Error}), profiles: []string{login}, want: Incomplete, reason: "1 in error: a.must"},
		"a must has a verdict nobody knows": {given: allPass(verdicts{"a.must": "great"}), profiles: []string{login}, want: Incomplete, reason: "1 in error: a.must"},
		"a must has no verdict":             {given: allPass(verdicts{"a.must": ""}), profiles: []string{login}, want: Incomplete, reason: "1 untested: a.must"},
		"a should warns":                    {given: allPass(verdicts{"a.should": assay.Warn}), profiles: []string{login}, want: Conformant},
		"a should is untested":              {given: allPass(verdicts{"a.should": assay.Untested}), profiles: []string{login}, want: Conformant},
		"a should is in error":              {given: allPass(verdicts{"a.should": assay.Error}), profiles: []string{login}, want: Conformant},
		"a high should warns":               {given: allPass(verdicts{"a.high": assay.Warn}), profiles: []string{login}, want: Conformant},
		"a high should warns, hardened": {given: allPass(verdicts{"a.high": assay.Warn}), profiles: []string{login, hardened}, want: Nonconformant,
			each: []Outcome{Conformant, Nonconformant}, reason: "1 violated: a.high"},
		"a high should fails, hardened": {given: allPass(verdicts{"a.high": assay.Fail}), profiles: []string{hardened}, want: Nonconformant, reason: "1 violated"},
		"a high should is untested, hardened": {given: allPass(verdicts{"a.high": assay.Untested}), profiles: []string{login, hardened},
			want: Incomplete, each: []Outcome{Conformant, Incomplete}, reason: "no binding requirement of profile hardened was judged"},
		"a may is untested":        {given: allPass(verdicts{"a.may": assay.Untested}), profiles: []string{login}, want: Conformant},
		"a may fails":              {given: allPass(verdicts{"a.may": assay.Fail}), profiles: []string{login}, want: Conformant},
		"a failure beside a hole":  {given: allPass(verdicts{"a.must": assay.Fail, "b.phone": assay.Untested}), profiles: []string{login, phone}, want: Nonconformant, each: []Outcome{Nonconformant, Nonconformant}, reason: "1 violated"},
		"load without a load run":  {given: allPass(nil), profiles: []string{login, load}, want: Incomplete, each: []Outcome{Conformant, Incomplete}, reason: "1 untested: c.load"},
		"load with one":            {given: allPass(verdicts{"c.load": assay.Pass}), profiles: []string{login, load}, want: Conformant},
		"narrowed":                 {given: allPass(nil), profiles: []string{login}, with: func(r *Report) { r.Selection = &Selection{Skip: []string{"x.*"}} }, want: Incomplete, reason: "the run was narrowed by --skip x.*"},
		"narrowed, with a failure": {given: verdicts{"a.must": assay.Fail}, profiles: []string{login}, with: func(r *Report) { r.Selection = &Selection{Only: []string{"a.must"}} }, want: Nonconformant, reason: "the run was narrowed by --only a.must"},
		"interrupted":              {given: allPass(nil), profiles: []string{login}, with: func(r *Report) { r.Interrupted = true }, want: Incomplete, reason: "the run was interrupted"},
		"cut short":                {given: allPass(nil), profiles: []string{login}, with: func(r *Report) { r.CutShort = phrase.Plain("it went away") }, want: Incomplete, reason: "it went away"},
		"interrupted, failed":      {given: allPass(verdicts{"a.must": assay.Fail}), profiles: []string{login}, with: func(r *Report) { r.Interrupted = true }, want: Nonconformant, reason: "1 violated"},
		"nothing judged":           {given: verdicts{"a.must": assay.Untested, "a.may": assay.Observed}, profiles: []string{login}, want: Incomplete, reason: "nothing was judged"},
		"no results":               {profiles: []string{login}, want: Incomplete, reason: "nothing was judged"},
		"no profile":               {given: allPass(nil), want: Incomplete, reason: "no profile is declared"},
		"a profile nobody knows":   {given: allPass(nil), profiles: []string{login, "gold"}, want: Incomplete, each: []Outcome{Conformant, Incomplete}},
		"no run":                   {given: allPass(verdicts{"a.must": assay.Fail}), profiles: []string{login}, with: func(r *Report) { r.Error = phrase.Plain("unreachable") }, want: Errored, reason: "unreachable"},
		"an unknown result":        {given: allPass(nil), profiles: []string{login}, with: func(r *Report) { r.Requirements = append(r.Requirements, Result{ID: "z.z"}) }, want: Errored, reason: `a result names "z.z"`},
		"waived already":           {given: allPass(verdicts{"a.must": assay.Waived}), profiles: []string{login}, want: ConformantWithWaivers, reason: "1 waived: a.must"},
		"waived":                   {given: allPass(verdicts{"a.must": assay.Fail}), profiles: []string{login}, with: waived("a.must", "2026-03-01"), want: ConformantWithWaivers, reason: "1 waived: a.must"},
		"a waived should":          {given: allPass(verdicts{"a.should": assay.Warn}), profiles: []string{login}, with: waived("a.should", "2026-03-01"), want: ConformantWithWaivers, reason: "1 waived: a.should"},
		"waived, and a hole":       {given: allPass(verdicts{"a.must": assay.Fail, "b.phone": assay.Error}), profiles: []string{login, phone}, with: waived("a.must", "2026-03-01"), want: Incomplete, each: []Outcome{ConformantWithWaivers, Incomplete}, reason: "1 in error"},
		"waived, narrowed":         {given: allPass(verdicts{"a.must": assay.Waived}), profiles: []string{login}, with: func(r *Report) { r.Selection = &Selection{} }, want: Incomplete, reason: "the run was narrowed"},
		"waived too long":          {given: allPass(verdicts{"a.must": assay.Fail}), profiles: []string{login}, with: waived("a.must", "2026-02-28"), want: Nonconformant, reason: "the waiver of a.must expired on 2026-02-28"},
		"waived for nothing":       {given: allPass(nil), profiles: []string{login}, with: waived("a.must", "2026-03-01"), want: Nonconformant, each: []Outcome{Conformant}, reason: "the waiver of a.must is not needed"},
		"waived, only warned":      {given: allPass(verdicts{"a.must": assay.Warn}), profiles: []string{login}, with: waived("a.must", "2026-03-01"), want: Nonconformant, each: []Outcome{Conformant}, reason: "the waiver of a.must is not needed"},
		"waived, untested":         {given: allPass(verdicts{"a.high": assay.Untested}), profiles: []string{login}, with: waived("a.high", "2026-03-01"), want: Conformant},
		"waived, unknown":          {given: allPass(nil), profiles: []string{login}, with: waived("z.z", "2026-03-01"), want: Nonconformant, each: []Outcome{Conformant}, reason: "a waiver names z.z"},
		"waived, no date":          {given: allPass(verdicts{"a.must": assay.Fail}), profiles: []string{login}, with: waived("a.must", "soon"), want: Nonconformant, reason: "the waiver of a.must expired"},
	} {
		t.Run(name, func(t *testing.T) {
			report := ran(test.given, test.profiles...)
			if test.with != nil {
				test.with(&report)
			}
			got := Conclude(small(), report)
			if got.Outcome != test.want {
				t.Errorf("the outcome is %s, not %s: %q", got.Outcome, test.want, got.Reasons)
			}
			for i, profile := range got.Profiles {
				want := test.want
				if test.each != nil {
					want = test.each[i]
				}
				if profile.Outcome != want {
					t.Errorf("profile %s is %s, not %s", profile.Name, profile.Outcome, want)
				}
			}
			begins := func(reason phrase.Phrase) bool { return strings.HasPrefix(reason.String(), test.reason) }
			if test.reason != "" && !slices.ContainsFunc(got.Reasons, begins) {
				t.Errorf("of the reasons %q none begins %q", got.Reasons, test.reason)
			}
			if got.Outcome == Conformant && len(got.Reasons) != 0 {
				t.Errorf("conformant, with reasons: %q", got.Reasons)
			}
			if diff := cmp.Diff(got, Conclude(small(), got)); diff != "" {
				t.Errorf("concluding again changes it: -once +twice:\n%s", diff)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	for outcome, want := range map[Outcome]int{
		Conformant: 0, ConformantWithWaivers: 0, Nonconformant: 1, Incomplete: 3, Errored: 3, "": 3, "great": 3,
	} {
		if got := ExitCode(outcome); got != want {
			t.Errorf("%q exits with %d, not %d", outcome, got, want)
		}
	}
}

func TestEveryRequirementIsThere(t *testing.T) {
	set := assay.Requirements()
	report := Conclude(set, Report{Profiles: Declare(assay.ProfileLogin)})
	if len(report.Requirements) != len(set.Requirements) {
		t.Fatalf("%d of %d requirements", len(report.Requirements), len(set.Requirements))
	}
	for i, requirement := range set.Requirements {
		result := report.Requirements[i]
		if result.ID != requirement.ID || result.Verdict != assay.Untested || result.Reason.IsZero() || result.Says != requirement.Says {
			t.Errorf("%s is %+v", requirement.ID, result)
		}
	}
	if report.Counts.Total() != len(set.Requirements) || report.Counts.Untested != len(set.Requirements) {
		t.Errorf("the counts are %+v", report.Counts)
	}
	if report.Profiles[0].Digest != set.ProfileDigest(assay.ProfileLogin) || report.Suite.Digest != set.Digest {
		t.Error("the digests are not the set's")
	}
}

func TestWhyUntested(t *testing.T) {
	for name, test := range map[string]struct {
		with func(*Report)
		want string
	}{
		"not tried":   {func(*Report) {}, "not tried"},
		"narrowed":    {func(r *Report) { r.Selection = &Selection{Only: []string{"b.*"}} }, "not tried: the run was narrowed"},
		"interrupted": {func(r *Report) { r.Interrupted = true }, "not tried: the run was interrupted"},
		"cut short":   {func(r *Report) { r.CutShort = phrase.Plain("it went away") }, "not tried: it went away"},
		"no run":      {func(r *Report) { r.Error = phrase.Plain("unreachable") }, "not tried: the run failed"},
		"undeclared":  {func(r *Report) { r.Profiles = Declare(assay.ProfileHost) }, "none of the profiles login and phone is declared"},
		"said": {func(r *Report) {
			r.Requirements = []Result{{ID: "a.must", Verdict: assay.Untested, Reason: phrase.Plain("no PAT")}}
		}, "no PAT"},
		"said twice": {func(r *Report) {
			one := Result{ID: "a.must", Verdict: assay.Untested, Reason: phrase.Plain("no PAT")}
			r.Requirements = []Result{one, {ID: "a.must", Verdict: assay.Pass, Reason: phrase.Plain("a remark")}, one}
		}, "no PAT; a remark"},
	} {
		report := ran(nil, assay.ProfileLogin)
		test.with(&report)
		result, _ := Conclude(small(), report).Result("a.must")
		if result.Reason.String() != test.want || result.Verdict != assay.Untested {
			t.Errorf("%s: %s, %q, not %q", name, result.Verdict, result.Reason, test.want)
		}
	}
	load, _ := Conclude(small(), ran(nil, assay.ProfileLoad)).Result("c.load")
	if load.Reason != phrase.Say(phrase.UntriedLoad) {
		t.Errorf("load: %q", load.Reason)
	}
}

func TestResultsAreMerged(t *testing.T) {
	report := ran(nil, assay.ProfileLogin)
	report.Requirements = []Result{
		{ID: "a.must", Verdict: assay.Pass, Seconds: 1, Findings: []Finding{{Endpoint: assay.Login}}},
		{ID: "a.must", Verdict: assay.Fail, Seconds: 2, Findings: []Finding{{Endpoint: assay.Phone, Exchanges: []string{"x-1"}}}},
	}
	got, _ := Conclude(small(), report).Result("a.must")
	want := Result{
		ID: "a.must", Level: assay.Must, Severity: "normal", Says: "It must.", Source: "guide", Profiles: []string{"login", "phone"},
		Needs: []string{"codes"}, Verdict: assay.Fail, Seconds: 3,
		Findings: []Finding{{Endpoint: assay.Login, Exchanges: []string{}}, {Endpoint: assay.Phone, Exchanges: []string{"x-1"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLevelsBoundVerdicts(t *testing.T) {
	for id, want := range map[string]map[assay.Verdict]assay.Verdict{
		"a.must":   {assay.Fail: assay.Fail, assay.Warn: assay.Warn, assay.Pass: assay.Pass},
		"a.should": {assay.Fail: assay.Warn, assay.Warn: assay.Warn, assay.Error: assay.Error},
		"a.may":    {assay.Fail: assay.Observed, assay.Warn: assay.Observed, assay.Pass: assay.Observed, assay.Untested: assay.Untested},
	} {
		for verdict, want := range want {
			report := ran(verdicts{id: verdict}, assay.ProfileLogin)
			if got, _ := Conclude(small(), report).Result(id); got.Verdict != want {
				t.Errorf("%s of %s is %s, not %s", verdict, id, got.Verdict, want)
			}
		}
	}
}

// What an undeclared profile's requirement got all the same is not held against anybody.
func TestUndeclaredResultsAreDropped(t *testing.T) {
	report := ran(nil, assay.ProfileLogin)
	report.Requirements = []Result{{ID: "b.phone", Verdict: assay.Fail, Findings: []Finding{{Actual: "x"}}}}
	got, _ := Conclude(small(), report).Result("b.phone")
	if got.Verdict != assay.Untested || got.Reason != phrase.Say(phrase.ProfileUndeclared, "phone") || len(got.Findings) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestLongReasonsAreCut(t *testing.T) {
	set := small()
	report := Report{Profiles: Declare(assay.ProfileLogin)}
	for _, name := range strings.Split("abcdefghij", "") {
		set.Requirements = append(set.Requirements, assay.Requirement{ID: "z." + name, Level: assay.Must, Profiles: []string{assay.ProfileLogin}})
		report.Requirements = append(report.Requirements, Result{ID: "z." + name, Verdict: assay.Fail})
	}
	want := "10 violated: z.a, z.b, z.c, z.d, z.e and 5 more"
	if got := Conclude(set, report).Reasons[0].String(); got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestCounts(t *testing.T) {
	var counts Counts
	for i, verdict := range assay.Verdicts() {
		for range i + 1 {
			counts.Add(verdict)
		}
	}
	counts.Add("great")
	for i, verdict := range assay.Verdicts() {
		if counts.Of(verdict) != i+1 {
			t.Errorf("%d %s, not %d", counts.Of(verdict), verdict, i+1)
		}
	}
	if counts.Total() != 28 || counts.Of("great") != 0 {
		t.Errorf("%+v", counts)
	}
}

func TestWaiversAreShownWithTheirLastDay(t *testing.T) {
	got := Waivers([]assay.Waiver{{ID: "a.must", Reason: "r", Owner: "o", Expires: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}})
	if diff := cmp.Diff([]Waiver{{ID: "a.must", Reason: "r", Owner: "o", Expires: "2026-03-01"}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
