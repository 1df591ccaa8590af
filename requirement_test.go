package assay

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestRequirementSet(t *testing.T) {
	set := Requirements()
	if set.Name != "unified-login/1.1" {
		t.Errorf("the set is %q, want unified-login/1.1", set.Name)
	}
	if !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(set.Digest) {
		t.Errorf("digest %q", set.Digest)
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
		check((len(r.On) == 0) == (r.Chapter() == "host"), "on names its endpoints; only requirements of the chapter host have none")
		check(isSet(r.On), "no endpoint is named twice")
		for _, endpoint := range r.On {
			check(slices.Contains(Endpoints(), endpoint), "the endpoints are known")
		}
		check(!r.In(ProfileLogin) || slices.Contains(r.On, Login), "a requirement of the profile login has login in on")
		check(!r.In(ProfilePhone) || slices.Contains(r.On, Phone), "a requirement of the profile phone has phone in on")
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
		"codes", "apps>=2", "driver.platforms>=2", "pats.unscoped", "pats.revoked", "pats.otherTenant", "pats.otherScope", "pats.expired", "declares.codeTTL",
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
		"single-use":     `"single-use" matches no requirement; did you mean "code.single-use"? 'assay explain' lists them all`,
		"crosstalk":      `"crosstalk" matches no requirement; did you mean "*crosstalk*"? 'assay explain' lists them all`,
		"e-u":            `"e-u" matches no requirement; did you mean "*e-u*"? 'assay explain' lists them all`,
		"-u":             `"-u" matches no requirement; 'assay explain' lists them all`,
		"xyz":            `"xyz" matches no requirement; 'assay explain' lists them all`,
		"":               `"" matches no requirement; 'assay explain' lists them all`,
		"code":           `"code" matches no requirement; did you mean "code.*"? 'assay explain' lists them all`,
		"cod":            `"cod" matches no requirement; did you mean "code.*"? 'assay explain' lists them all`,
		"a[":             `"a[" is not a pattern: ` + path.ErrBadPattern.Error() + `; close every [ with a ], or write \[`,
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
		t.Error("two texts have the same digest")
	}
}

// TestProfilesAreFrozen fails when the requirements of a published profile change: a verdict on a profile has to mean the
// same as long as the set has the same name.
func TestProfilesAreFrozen(t *testing.T) {
	want := map[string]map[string]string{
		"unified-login/1.0": {
			"login":    "sha256:742af0cde1d46bc233c5e6b885892897b8bb5bf54ed53944a6232c9c879f2210",
			"phone":    "sha256:d8874df8bbb14a096ce0d3b2b4bb680ff2a89f59844cee0ca257a62d2579c32a",
			"host":     "sha256:700a2e977af14c62a825cb8ca8df63380ad971881bb1e56b9504f85ccd98cfbd",
			"hardened": "sha256:a21f92ee6d9c63db8af9e799777ac31ee5a91e1348dff661cc56330f9d4509ef",
			"load":     "sha256:81146cc51e02b8c2b4b17dea5a4c4ffd808da65eb77327f453d73b715a23d2d7",
		},
		"unified-login/1.1": {
			"login":    "sha256:0b144ac1c2220bd7be72733fe22df1e503a20844a9a9d6dc4efb1f013e570bd9",
			"phone":    "sha256:cdd0e6e3b235e8e3ac2920fd45103aaad1d8d2193c3d3220d7cf3c70feab4f2f",
			"host":     "sha256:fea0b3e5f964771989d9dc032266d00b2c2c0fc4a180bb4444ebf475eefafe7b",
			"hardened": "sha256:7c78aff5455e8987ec26b76d93c0d2eae7e1af39abf9e77fcca2fc46e5d9bb7e",
			"load":     "sha256:3381193267ac0b79ec355dfee6237644e671efce783e916542f43e2ab88201b1",
		},
	}
	got := map[string]map[string]string{}
	for _, set := range append(FormerRequirements(), Requirements()) {
		got[set.Name] = map[string]string{}
		for _, profile := range Profiles() {
			got[set.Name][profile] = set.ProfileDigest(profile)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the requirements of a profile changed. If a release contains the set, make a new version of the set, as the head of "+
			"requirements.yaml says; if none does, write the new digests here (-want +got)\n%s", diff)
	}
}

// TestProfilesDifferFromFormerOnes: equal lists of two sets never have equal digests.
func TestProfilesDifferFromFormerOnes(t *testing.T) {
	for _, set := range FormerRequirements() {
		renamed := set
		renamed.Name = Requirements().Name
		for _, profile := range Profiles() {
			if renamed.ProfileDigest(profile) == set.ProfileDigest(profile) {
				t.Errorf("%s has the same digest in %s and %s", profile, set.Name, renamed.Name)
			}
		}
	}
}

func TestProfileDigestCoversIDLevelAndSeverity(t *testing.T) {
	digest := func(requirements ...Requirement) string {
		return RequirementSet{Name: "x", Requirements: requirements}.ProfileDigest(ProfileLogin)
	}
	in := []string{ProfileLogin}
	base := Requirement{ID: "a.b", Level: Should, Profiles: in}
	seen := map[string]string{digest(): "nothing"}
	for name, digest := range map[string]string{
		"one":            digest(base),
		"another id":     digest(Requirement{ID: "a.c", Level: Should, Profiles: in}),
		"another level":  digest(Requirement{ID: "a.b", Level: Must, Profiles: in}),
		"high severity":  digest(Requirement{ID: "a.b", Level: Should, Severity: High, Profiles: in}),
		"one and second": digest(base, Requirement{ID: "a.c", Level: Should, Profiles: in}),
	} {
		if other, clash := seen[digest]; clash {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[digest] = name
	}
	reworded := base
	reworded.Says, reworded.Test, reworded.Accept, reworded.Source = "x", "x", "x", "x"
	outside := Requirement{ID: "z.z", Level: Must, Profiles: []string{ProfilePhone}}
	if digest(base) != digest(reworded, outside) {
		t.Error("wording, or a requirement of another profile, changes the digest")
	}
}

func TestCheckProfiles(t *testing.T) {
	if err := CheckProfiles(Profiles()); err != nil {
		t.Error(err)
	}
	if err := CheckProfiles(nil); err != nil {
		t.Error(err)
	}
	err := CheckProfiles([]string{"login", "Phone", "x"})
	if err == nil || !strings.Contains(err.Error(), `"Phone"`) || !strings.Contains(err.Error(), "hardened and load") {
		t.Errorf("error %v", err)
	}
}

// TestTrials checks that each requirement has a Chinese text for how it is tested and, where it has one in English, for what is accepted.
func TestTrials(t *testing.T) {
	set, han := Requirements(), func(c rune) bool { return unicode.Is(unicode.Han, c) }
	for _, requirement := range set.Requirements {
		trial, there := TrialIn("zh", requirement.ID)
		switch {
		case !there || trial.Test == "":
			t.Errorf("%s has no Chinese test; add it to requirements.tests.zh.yaml", requirement.ID)
		case (trial.Accept == "") != (requirement.Accept == ""):
			t.Errorf("%s accepts %q, and in Chinese %q", requirement.ID, requirement.Accept, trial.Accept)
		case strings.Count(trial.Test, " ") > 6 && !strings.ContainsFunc(trial.Test, han):
			t.Errorf("%s: %q is not Chinese", requirement.ID, trial.Test)
		}
	}
	for id := range trials()["zh"] {
		if _, known := set.Find(id); !known {
			t.Errorf("%s is not a requirement", id)
		}
	}
	if _, ok := TrialIn("en", "code.single-use"); ok {
		t.Error("TrialIn returns the English text, which belongs to the set")
	}
}

// TestSentences checks that each language has one sentence for every requirement, and no other.
func TestSentences(t *testing.T) {
	set := Requirements()
	for language, said := range sentences() {
		for _, requirement := range set.Requirements {
			sentence, there := said[requirement.ID]
			if !there {
				t.Errorf("%s: %s has no sentence; add it to requirements.%s.yaml", language, requirement.ID, language)
			}
			if !strings.ContainsFunc(sentence, func(c rune) bool { return unicode.Is(unicode.Han, c) }) || !strings.HasSuffix(sentence, "。") {
				t.Errorf("%s: %s: %q is not a sentence", language, requirement.ID, sentence)
			}
		}
		for id := range said {
			if !slices.ContainsFunc(set.Requirements, func(r Requirement) bool { return r.ID == id }) {
				t.Errorf("%s: %s is not a requirement", language, id)
			}
		}
	}
	if _, ok := Sentence("en", "code.single-use"); ok {
		t.Error("Sentence returns the English sentence, which belongs to the set")
	}
}
