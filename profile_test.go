package assay

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestProfilesAreFrozen fails when what a profile holds an implementation to has changed. Such a change is a new
// version of the requirement set, never an edit of this table alone.
func TestProfilesAreFrozen(t *testing.T) {
	want := map[string]string{
		"login":    "sha256:742af0cde1d46bc233c5e6b885892897b8bb5bf54ed53944a6232c9c879f2210",
		"phone":    "sha256:d8874df8bbb14a096ce0d3b2b4bb680ff2a89f59844cee0ca257a62d2579c32a",
		"host":     "sha256:700a2e977af14c62a825cb8ca8df63380ad971881bb1e56b9504f85ccd98cfbd",
		"hardened": "sha256:a21f92ee6d9c63db8af9e799777ac31ee5a91e1348dff661cc56330f9d4509ef",
		"load":     "sha256:81146cc51e02b8c2b4b17dea5a4c4ffd808da65eb77327f453d73b715a23d2d7",
	}
	got := map[string]string{}
	for _, profile := range Profiles() {
		got[profile] = Requirements().ProfileDigest(profile)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unified-login/1.0 (-want +got)\n%s", diff)
	}
}

func TestProfileDigestCoversIDLevelAndSeverity(t *testing.T) {
	digest := func(requirements ...Requirement) string {
		return RequirementSet{Requirements: requirements}.ProfileDigest(ProfileLogin)
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
			t.Errorf("%s and %s have one digest", name, other)
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
