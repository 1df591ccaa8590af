package loadgen

import (
	"math"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

func TestParseMix(t *testing.T) {
	mix, err := ParseMix("login=0.9, phone=0.1,replay=0.05,race=0.01,badPat=2")
	if err != nil || mix != (Mix{Login: 0.9, Phone: 0.1, Replay: 0.05, Race: 0.01, BadPAT: 2}) {
		t.Errorf("%+v, %v", mix, err)
	}
	if again, err := ParseMix(mix.String()); err != nil || again != mix {
		t.Errorf("%s is read as %+v, %v", mix, again, err)
	}
	for text, want := range map[string]string{
		"":                  `"" is not NAME=WEIGHT`,
		"login":             `"login" is not NAME=WEIGHT`,
		"logins=1":          `did you mean "login"?`,
		"xyz=1":             `unknown name "xyz"; use login`,
		"login=1,login=2":   `login has two weights`,
		"login=-1":          `the weight "-1" of login is not a number of at least 0`,
		"login=NaN":         `is not a number`,
		"login=0":           `nothing can be sent`,
		"replay=1":          `add login or phone`,
		"race=1,replay=0.5": `add login or phone`,
	} {
		if _, err := ParseMix(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q in it", text, err, want)
		}
	}
}

func TestPickerFollowsTheMix(t *testing.T) {
	mix := Mix{Login: 0.5, Phone: 0.2, Replay: 0.15, Race: 0.1, BadPAT: 0.05}
	p := mix.picker(42)
	const n = 100_000
	seen := map[action]float64{}
	for i := range uint64(n) {
		seen[p.action(i)]++
	}
	phone := 0.2 / 0.7
	for act, want := range map[action]float64{
		{plain, assay.Login}: 0.5, {plain, assay.Phone}: 0.2,
		{replay, assay.Phone}: 0.15 * phone, {replay, assay.Login}: 0.15 * (1 - phone),
		{race, assay.Phone}: 0.1 * phone, {badPAT, assay.Login}: 0.05 * (1 - phone),
	} {
		if got := seen[act] / n; math.Abs(got-want) > 0.01 {
			t.Errorf("%s %s: %.3f of the exchanges, want %.3f", act.kind, act.endpoint, got, want)
		}
	}
	if other := mix.picker(42); other.action(77) != p.action(77) {
		t.Error("the same seed picks another action")
	}
}

// Weights that belong to no endpoint follow the profiles, in the shares of the default mix; others keep to their endpoints.
func TestMixFollowsTheProfiles(t *testing.T) {
	login, phone := []string{assay.ProfileLogin, assay.ProfileHost}, []string{assay.ProfilePhone}
	both := []string{assay.ProfileLogin, assay.ProfilePhone}
	for name, test := range map[string]struct {
		mix      Mix
		profiles []string
		phone    float64 // its share of the races
	}{
		"both":             {Mix{Race: 1, BadPAT: 1}, both, 0.1 / 0.97},
		"the login":        {Mix{Race: 1}, login, 0},
		"the phone":        {Mix{Race: 1}, phone, 1},
		"a mix of logins":  {Mix{Login: 1, Race: 1}, both, 0},
		"a mix of phones":  {Mix{Phone: 1, Race: 1}, both, 1},
		"the default mix":  {DefaultMixFor(both), both, 0.1 / 0.97},
		"of the login":     {DefaultMixFor(login), login, 0},
		"and of the phone": {DefaultMixFor(phone), phone, 1},
	} {
		mix := test.mix.For(test.profiles)
		races, phones := 0.0, 0.0
		for i, p := uint64(0), mix.picker(1); i < 100_000; i++ {
			if act := p.action(i); act.kind == race {
				if races++; act.endpoint == assay.Phone {
					phones++
				}
			}
		}
		if got := phones / races; math.Abs(got-test.phone) > 0.02 || (got > 0) != mix.Uses(assay.Phone) || (got < 1) != mix.Uses(assay.Login) {
			t.Errorf("%s: %.3f of the races are of phone, want %.3f", name, got, test.phone)
		}
		if got := mix.codeShare(assay.Phone) + mix.codeShare(assay.Login); math.Abs(got-(1-mix.Replay/mix.total())) > 1e-9 {
			t.Errorf("%s: %g of the arrivals take a code", name, got)
		}
	}
}

func TestMixOfPhonesSendsNoLogin(t *testing.T) {
	p := Mix{Phone: 1, Race: 1, BadPAT: 1}.picker(1)
	for i := range uint64(1000) {
		if act := p.action(i); act.endpoint != assay.Phone {
			t.Fatalf("arrival %d is %s %s", i, act.kind, act.endpoint)
		}
	}
}
