package suites

import (
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/suites/expect"
)

// TestALineNamesItsSources: of a finding that is judged from other requirements' exchanges, the line selects these as well, those
// that led to the probe first, and not the finding's own twice.
func TestALineNamesItsSources(t *testing.T) {
	p := &script{answer: always(accepted)}
	for name, test := range map[string]struct {
		named []string
		steps string // the requirement of each, the probes in capital letters
		only  string
	}{
		"its own exchanges":            {nil, "own OWN", "envelope.ok"},
		"another's probe":              {nil, "HTTP.METHOD", "envelope.ok,http.method"},
		"a pair of two":                {nil, "code.missing HTTP.METHOD", "envelope.ok,code.missing,http.method"},
		"no exchange":                  {[]string{"host.logout"}, "", "envelope.ok,host.logout"},
		"a callback of the pre-flight": {[]string{""}, "", "envelope.ok"},
		"what was named comes first":   {[]string{"http.no-5xx"}, "OWN CODE.MISSING", "envelope.ok,http.no-5xx,code.missing"},
		"many":                         {nil, "A.A B.B C.C D.D E.E", "envelope.ok,a.a,b.b,c.c,d.d"},
	} {
		trial := attempt(t, p.session(t), entry{once: true, body: func(trial *Trial) {
			trial.sources = test.named
			trial.foundViolation("x", "y", stepsFrom(test.steps)...)
		}}, "envelope.ok")
		if got, want := trial.findings[0].Reproduce, "assay test --only "+test.only+" --seed 1"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func stepsFrom(words string) (steps []step) {
	for _, word := range strings.Fields(words) {
		id, role := strings.ToLower(word), conformance.Before
		if id != word {
			role = conformance.Probe
		}
		if id == "own" {
			id = "envelope.ok"
		}
		steps = append(steps, step{Exchange: assay.Exchange{ID: word, Endpoint: assay.Login, Requirement: id}, Role: role})
	}
	return steps
}

// TestACallbackKnowsItsRequirement: what came beside a code is reproduced by the requirement that asked for the code.
func TestACallbackKnowsItsRequirement(t *testing.T) {
	s := (&script{answer: always(accepted)}).session(t)
	in := everything(s.people.Any(), "android")
	for _, id := range []string{"", "host.logout"} {
		s.noteBeside(askerOf(asking(t.Context(), id)), assay.HostRequest{Op: assay.OpLogin, AppID: "fc1", Host: &in},
			[]assay.Callback{{Name: "success", Detail: []byte(`{"code":"c","appid":"fc9"}`)}})
	}
	var asked []string
	for _, b := range s.besides {
		asked = append(asked, b.requirement)
	}
	if !slices.Equal(asked, []string{"", "host.logout"}) || askerOf(t.Context()) != "" {
		t.Errorf("asked by %q", asked)
	}
	s.besides = s.besides[1:]
	trial := attempt(t, s, entry{once: true, body: everyCallback(ownAppID)}, "host.appid")
	if got, want := trial.findings[0].Reproduce, "assay test --only host.appid,host.logout --seed 1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestASuspectKnowsItsRequirement: a request that got no answer is found again by the requirement that it was sent for.
func TestASuspectKnowsItsRequirement(t *testing.T) {
	s := (&script{answer: always(accepted)}).session(t)
	s.exchanges = []assay.Exchange{{ID: "x-1", Endpoint: assay.Login, Requirement: "http.malformed", Situation: "a bare word",
		Request: assay.Request{Method: "POST"}, Failure: assay.Failure{Kind: assay.BrokenOff}}}
	trial := &Trial{session: s, ctx: t.Context(), Endpoint: assay.Login}
	suspects := trial.suspects()
	if len(suspects) != 1 || suspects[0].from != "http.malformed" {
		t.Fatalf("suspects %+v", suspects)
	}
	trial.suspect(suspects[0])
	if got := trial.sourcesOf(nil); !slices.Equal(got, []string{"http.malformed"}) {
		t.Errorf("sources %q", got)
	}
}

// TestWhatIsSeldomIsSoughtInMany: a violation that an isolated retry does not show again, of a requirement that judges every sign-in
// of a run, is sought where most users sign in.
func TestWhatIsSeldomIsSoughtInMany(t *testing.T) {
	for name, test := range map[string]struct {
		again string
		all   bool
		only  string
	}{
		"not again":                 {denied, true, "'code.missing,login.*,host.*'"},
		"again":                     {accepted, true, "code.missing"},
		"no judge of every sign-in": {denied, false, "code.missing"},
	} {
		s := (&script{answer: inTurn(accepted, test.again)}).session(t)
		s.judgesAll = map[string]bool{"code.missing": test.all}
		trial := attempt(t, s, entry{body: refuseOne}, "code.missing")
		if got, want := trial.findings[0].Reproduce, "assay test --only "+test.only+" --seed 1"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	many := make([]assay.Exchange, 30)
	for i := range many {
		many[i] = assay.Exchange{ID: "x", Endpoint: assay.Login, Requirement: "login.ok", Response: &assay.Response{Status: 200,
			Body: []byte(`{"errcode":"OK","data":{"openId":"a","channel":"c"}}`)}}
	}
	for name, test := range map[string]struct {
		wrong int
		only  string
	}{
		"one of many": {1, "'login.openid,login.*,host.*,login.ok'"}, "most": {25, "login.openid,login.ok"},
	} {
		left := test.wrong
		trial := attempt(t, (&script{answer: always(accepted)}).session(t), entry{once: true, body: func(trial *Trial) {
			trial.every(many, expect.GiveString("openId"), func(assay.Exchange) (string, bool) { left--; return "a number", left < 0 }, "")
		}}, "login.openid")
		if got, want := trial.findings[0].Reproduce, "assay test --only "+test.only+" --seed 1"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
