package conformance

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// violated is a result of the requirement with one finding on each of the endpoints.
func violated(id, situation string, on ...assay.Endpoint) Result {
	result := Result{ID: id, Verdict: assay.Fail}
	for _, endpoint := range on {
		result.Endpoints = append(result.Endpoints, EndpointVerdict{Endpoint: endpoint, Verdict: assay.Fail})
		result.Findings = append(result.Findings, Finding{Endpoint: endpoint, Situation: situation, Expected: "e", Actual: "a"})
	}
	if len(on) == 0 {
		result.Findings = []Finding{{Situation: situation, Expected: "e", Actual: "a"}}
	}
	return result
}

func TestAViolationFollowsItsRoot(t *testing.T) {
	const login, phone = assay.Login, assay.Phone
	for name, test := range map[string]struct {
		given []Result
		want  map[string]string
	}{
		"no PAT is asked for": {
			[]Result{violated("pat.missing", "", login), violated("pat.exact", "", login), violated("pat.unscoped", "", login)},
			map[string]string{"pat.exact": "pat.missing", "pat.unscoped": "pat.missing"}},
		"an unknown PAT will do": {
			[]Result{violated("pat.unknown", "", login), violated("pat.exact", "", login)}, map[string]string{"pat.exact": "pat.unknown"}},
		"the root holds on the endpoint": {
			[]Result{violated("pat.missing", "", login), violated("pat.exact", "", login, phone)}, nil},
		"nothing is violated but the root": {[]Result{violated("pat.missing", "", login), {ID: "pat.exact", Verdict: assay.Pass}}, nil},
		"the root holds":                   {[]Result{{ID: "pat.missing", Verdict: assay.Pass}, violated("pat.exact", "", login)}, nil},
		"the root warns":                   {[]Result{{ID: "pat.missing", Verdict: assay.Warn}, violated("pat.exact", "", login)}, nil},
		"a plain replay": {
			[]Result{violated("code.single-use", "a second time, API server 1", login), violated("code.single-use-race", "2 at once", login)},
			map[string]string{"code.single-use-race": "code.single-use"}},
		"a replay spelled otherwise": {
			[]Result{violated("code.single-use", "a newline behind", login), violated("code.single-use-race", "2 at once", login)}, nil},
		"one openId for all": {
			[]Result{violated("login.openid-distinct", "one openId for all", login), violated("host.user-switch", "")},
			map[string]string{"host.user-switch": "login.openid-distinct"}},
		"one openId for two": {
			[]Result{violated("login.openid-distinct", "with one phone", login), violated("host.user-switch", ""), violated("login.user-exact", "", login)},
			map[string]string{"login.user-exact": "login.openid-distinct"}},
	} {
		t.Run(name, func(t *testing.T) {
			report := Conclude(assay.Requirements(), Report{Requirements: test.given,
				Profiles: Declare(assay.ProfileLogin, assay.ProfilePhone, assay.ProfileHost, assay.ProfileHardened)})
			for _, result := range report.Requirements {
				if result.Follows != test.want[result.ID] {
					t.Errorf("%s follows %q, want %q", result.ID, result.Follows, test.want[result.ID])
				}
			}
			if again := Conclude(assay.Requirements(), report); !slices.EqualFunc(again.Requirements, report.Requirements, sameFollows) {
				t.Error("concluded again, other requirements follow")
			}
		})
	}
}

func sameFollows(a, b Result) bool { return a.Follows == b.Follows && a.Verdict == b.Verdict }

// TestWhatFollowsIsNotHidden holds the outcome against that without the table: following changes no verdict, no count
// and no outcome but by the root's waiver, and the reasons name what follows.
func TestWhatFollowsIsNotHidden(t *testing.T) {
	report := conformant()
	report.Profiles = Declare(assay.ProfileLogin, assay.ProfilePhone, assay.ProfileHardened)
	for i, result := range report.Requirements {
		if slices.Contains([]string{"pat.missing", "pat.exact", "pat.revoked"}, result.ID) {
			report.Requirements[i].Verdict = result.Requirement().Violated()
		}
	}
	report = Conclude(assay.Requirements(), report)
	if report.Outcome != Nonconformant || report.Counts.Fail != 2 || report.Counts.Warn != 1 {
		t.Errorf("%s, %+v", report.Outcome, report.Counts)
	}
	var reasons []string
	for _, reason := range report.Reasons {
		reasons = append(reasons, reason.String())
	}
	if want := []string{"1 violated: pat.missing", "2 follow from these: pat.exact and pat.revoked"}; !slices.Equal(reasons, want) {
		t.Errorf("%q", reasons)
	}
	if followers := report.Followers("pat.missing"); len(followers) != 2 {
		t.Errorf("%d followers", len(followers))
	}
	var file bytes.Buffer
	if err := WriteJSON(&file, report); err != nil || strings.Count(file.String(), `"follows": "pat.missing"`) != 2 {
		t.Errorf("%v; the file does not say what follows", err)
	}

	report.Waivers = []Waiver{{ID: "pat.missing", Reason: "known", Owner: "ann", Expires: "2027-01-01"}}
	waived := Conclude(assay.Requirements(), report)
	exact, _ := waived.Result("pat.exact")
	if waived.Outcome != ConformantWithWaivers || exact.Verdict != assay.Waived || !strings.Contains(exact.Reason.String(), "covered by the waiver of pat.missing") {
		t.Errorf("%s, %s: %s", waived.Outcome, exact.Verdict, exact.Reason)
	}
	if again := Conclude(assay.Requirements(), waived); again.Outcome != waived.Outcome || !slices.EqualFunc(again.Requirements, waived.Requirements, sameFollows) {
		t.Error("concluded again, the result is another")
	}
	report.Waivers[0].ID = "pat.exact"
	if other := Conclude(assay.Requirements(), report); other.Outcome != Nonconformant {
		t.Errorf("a waiver of what follows covers the root: %s", other.Outcome)
	}
}

// TestNothingIsLostInAForeignFile: a result is listed by itself unless its root is, so that a loop hides nothing.
func TestNothingIsLostInAForeignFile(t *testing.T) {
	report := Report{Requirements: []Result{{ID: "a.a", Follows: "a.b"}, {ID: "a.b", Follows: "a.a"}, {ID: "a.c", Follows: "a.c"},
		{ID: "a.d", Follows: "z.z"}, {ID: "a.e", Follows: "a.f"}, {ID: "a.f"}}}
	var alone []string
	for _, result := range report.Requirements {
		if report.Leads(result) {
			alone = append(alone, result.ID)
		}
	}
	if want := []string{"a.a", "a.b", "a.c", "a.d", "a.f"}; !slices.Equal(alone, want) {
		t.Errorf("%v", alone)
	}
}
