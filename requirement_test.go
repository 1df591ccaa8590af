package assay

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequirementSet(t *testing.T) {
	set := Requirements()
	if set.Name != "unified-login/1.0" {
		t.Errorf("the set is %q, want unified-login/1.0", set.Name)
	}
	if !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(set.Digest) {
		t.Errorf("digest %q", set.Digest)
	}
	if len(set.Requirements) != 95 {
		t.Errorf("%d requirements, want 95", len(set.Requirements))
	}
	var chapters []string
	for _, requirement := range set.Requirements {
		chapters = append(chapters, requirement.Chapter())
	}
	want := []string{
		"host", "code", "pat", "login", "phone", "envelope", "http", "concurrency", "token", "security", "limits", "load",
	}
	if diff := cmp.Diff(want, slices.Compact(chapters)); diff != "" {
		t.Errorf("chapters (-want +got)\n%s", diff)
	}
}

func TestEveryRequirement(t *testing.T) {
	id := regexp.MustCompile(`^[a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*)$`)
	for _, r := range Requirements().Requirements {
		check := func(holds bool, what string) {
			if !holds {
				t.Errorf("%s: %s: %+v", r.ID, what, r)
			}
		}
		check(id.MatchString(r.ID), "the id is chapter.name")
		check(slices.Contains([]Level{Must, Should, May}, r.Level), "the level is known")
		check(r.Severity == "" || r.Severity == High && r.Level == Should, "severity is high, and only of a should")
		check(len(r.Profiles) > 0 && CheckProfiles(r.Profiles) == nil && isSet(r.Profiles), "the profiles are known")
		check((len(r.On) == 0) == (r.Chapter() == "host"), "only what is about the host app is on no endpoint")
		check(isSet(r.On), "no endpoint is named twice")
		for _, endpoint := range r.On {
			check(slices.Contains(Endpoints(), endpoint), "the endpoints are known")
		}
		check(!r.In(ProfileLogin) || slices.Contains(r.On, Login), "what is in login is on login")
		check(!r.In(ProfilePhone) || slices.Contains(r.On, Phone), "what is in phone is on phone")
		check(r.Source != "" && r.Test != "", "source and test are given")
		check(strings.HasSuffix(r.Says, ".") && !strings.Contains(r.Says, "\n"), "says is a sentence on one line")
		for _, need := range r.Needs {
			for term := range strings.SplitSeq(need, " or ") {
				check(knownNeed(term), "needs are from the known vocabulary: "+term)
			}
		}
	}
}

func isSet[T ~string](values []T) bool {
	sorted := slices.Sorted(slices.Values(values))
	return len(slices.Compact(sorted)) == len(values)
}

func knownNeed(term string) bool {
	if op, driver := strings.CutPrefix(term, "driver."); driver && slices.Contains(Ops(), Op(op)) {
		return true
	}
	return slices.Contains([]string{
		"codes", "apps>=2", "driver.platforms>=2", "pats.unscoped", "pats.revoked", "pats.otherTenant", "declares.codeTTL",
		"declares.jwks", "declares.slo", "patience>=30s", "patience>=codeTTL", "patience>=codeTTL/2",
	}, term)
}

func TestBinding(t *testing.T) {
	must := Requirement{Level: Must, Profiles: []string{ProfileLogin, ProfileHardened}}
	high := Requirement{Level: Should, Severity: High, Profiles: []string{ProfileLogin, ProfileHardened}}
	should := Requirement{Level: Should, Profiles: []string{ProfileLogin, ProfileHardened}}
	may := Requirement{Level: May, Profiles: []string{ProfileLogin}}
	tests := []struct {
		requirement Requirement
		profile     string
		want        bool
	}{
		{must, ProfileLogin, true}, {must, ProfileHardened, true}, {must, ProfilePhone, false},
		{high, ProfileLogin, false}, {high, ProfileHardened, true}, {high, ProfilePhone, false},
		{should, ProfileLogin, false}, {should, ProfileHardened, false},
		{may, ProfileLogin, false},
	}
	for _, test := range tests {
		if got := test.requirement.Binding(test.profile); got != test.want {
			t.Errorf("%s %s in %s: binding is %v", test.requirement.Level, test.requirement.Severity, test.profile, got)
		}
	}
}

func TestFind(t *testing.T) {
	set := Requirements()
	if r, ok := set.Find("code.single-use"); !ok || r.ID != "code.single-use" {
		t.Errorf("code.single-use: %+v, %v", r, ok)
	}
	for _, id := range []string{"", "code", "code.single", "CODE.SINGLE-USE", "code.*"} {
		if r, ok := set.Find(id); ok {
			t.Errorf("%q is found: %+v", id, r)
		}
	}
}

func TestSelect(t *testing.T) {
	set := Requirements()
	tests := []struct{ patterns, want []string }{
		{nil, nil},
		{[]string{"code.single-use"}, []string{"code.single-use"}},
		{[]string{"code.single-use*"}, []string{"code.single-use", "code.single-use-later", "code.single-use-race"}},
		{[]string{"*-use"}, []string{"code.single-use", "load.single-use"}},
		{[]string{"phone.ok", "code.missing", "phone.*k"}, []string{"code.missing", "phone.ok"}},
		{[]string{"token.t?mes", "[q-z]oken.present"}, []string{"token.present", "token.times"}},
	}
	for _, test := range tests {
		got, err := set.Select(test.patterns...)
		if err != nil {
			t.Errorf("%q: %v", test.patterns, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", test.patterns, diff)
		}
	}
	if all, err := set.Select("*"); err != nil || len(all) != len(set.Requirements) {
		t.Errorf("* selects %d, %v", len(all), err)
	}
}

func TestSelectErrors(t *testing.T) {
	tests := map[string]string{
		"code.single-us": `"code.single-us" matches no requirement; did you mean "code.single-use"? 'assay explain' lists them all`,
		"xyz":            `"xyz" matches no requirement; 'assay explain' lists them all`,
		"":               `"" matches no requirement; 'assay explain' lists them all`,
		"code":           `"code" matches no requirement; did you mean "code.*"? 'assay explain' lists them all`,
		"cod":            `"cod" matches no requirement; did you mean "code.*"? 'assay explain' lists them all`,
		"a[":             `"a[" is not a pattern: ` + path.ErrBadPattern.Error() + `; a [ is closed by a ], or written \[`,
	}
	for pattern, want := range tests {
		if got, err := Requirements().Select("code.missing", pattern); err == nil || err.Error() != want || got != nil {
			t.Errorf("%q selects %v, error %v, want %s", pattern, got, err, want)
		}
	}
}

func TestParseRequirementsRefuses(t *testing.T) {
	const good = "set: s\nrequirements:\n- {id: a.b, level: must}\n"
	if _, err := parseRequirements([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"an unknown member":          good + "  lvl: must\n",
		"an unknown member at large": good + "extra: 1\n",
		"a duplicate id":             good + "- {id: a.c}\n- {id: a.b}\n",
		"a duplicate member":         "set: s\nset: t\n",
		"the wrong type":             "set: s\nrequirements: {id: a.b}\n",
		"no YAML":                    "set: \"",
	} {
		if set, err := parseRequirements([]byte(text)); err == nil {
			t.Errorf("%s is accepted: %+v", name, set)
		}
	}
}

func TestDigestsDiffer(t *testing.T) {
	one, err := parseRequirements([]byte("set: s\n"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := parseRequirements([]byte("set: s \n"))
	if err != nil {
		t.Fatal(err)
	}
	if one.Digest == two.Digest {
		t.Error("two texts have one digest")
	}
}
