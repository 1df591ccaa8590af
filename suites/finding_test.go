package suites

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/reproduce"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// TestAFindingBeginsWithTheProbe: every exchange has a role, a replay names its first use, and actual describes the probe.
func TestAFindingBeginsWithTheProbe(t *testing.T) {
	for name, test := range map[string]struct {
		body  func(*Trial)
		ids   string
		roles map[string]conformance.Role
		reuse string
	}{
		"a negative": {func(t *Trial) { t.negative(t.App(0), client.NoAuthorization()) }, "x-000002 x-000001",
			map[string]conformance.Role{"x-000002": conformance.Probe, "x-000001": conformance.Twin}, ""},
		"a replay": {func(t *Trial) { t.usedTwice(0) }, "x-000002 x-000001",
			map[string]conformance.Role{"x-000002": conformance.Probe, "x-000001": conformance.FirstUse}, "x-000001"},
		"alone": {func(t *Trial) { t.Expect(t.Exchange(t.Code())).To(expect.BeRefused()) }, "x-000001",
			map[string]conformance.Role{"x-000001": conformance.Probe}, ""},
	} {
		p := &script{answer: always(accepted)}
		trial := attempt(t, p.session(t), entry{once: true, body: test.body}, "code.single-use")
		expectVerdict(t, trial, assay.Fail)
		finding := trial.findings[0]
		if ids := strings.Join(finding.Exchanges, " "); ids != test.ids {
			t.Errorf("%s: exchanges %s, want %s", name, ids, test.ids)
		}
		if diff := cmp.Diff(test.roles, finding.Roles); diff != "" {
			t.Errorf("%s: roles (-want +got):\n%s", name, diff)
		}
		if got := finding.Reuse; (got == nil) != (test.reuse == "") || got != nil && got.FirstUse != test.reuse {
			t.Errorf("%s: reuse %+v", name, got)
		}
		if finding.Reproduce != "assay test --only code.single-use --seed 0" && !strings.HasPrefix(finding.Reproduce, "assay test --only code.single-use --seed ") {
			t.Errorf("%s: a target that ends with the run has a script: %s", name, finding.Reproduce)
		}
	}
}

// TestAScriptHasEveryStep: the script of a replay mints one code, uses it, and sends it again in the way that was accepted.
func TestAScriptHasEveryStep(t *testing.T) {
	p := &script{answer: always(accepted)}
	config := p.config(t)
	config.TargetFlags = "--target target.yaml"
	trial := attempt(t, begin(t, config), entry{once: true, body: func(t *Trial) {
		spent := &spent{trial: t, app: t.App(0), next: t.Code}
		spent.use()
		spent.again(replay{bends: []client.Bend{func(r *client.Request) { client.Set("code", r.Code.Code+"\n")(r) }}})
	}}, "code.single-use")
	expectVerdict(t, trial, assay.Fail)
	got := trial.findings[0].Reproduce
	var at []int
	for _, step := range []string{"# assay test --target target.yaml --only code.single-use --seed ", "CODE=$(assay mint --app ", "\nsend first-use ",
		`"code":"'"${CODE}"'"}'`, "could not tell: the first use was not accepted", "\nsend probe ", `"code":"'"${CODE}"'\n"}'`, "exit 0\n", "exit 1\n"} {
		at = append(at, strings.Index(got, step))
	}
	if slices.Contains(at, -1) || !slices.IsSorted(at) {
		t.Errorf("steps at %v of\n%s", at, got)
	}
	if !strings.Contains(got, "'Authorization: Bearer '\"${PAT}\"") || strings.Contains(got, config.Target.PATs.Valid.Reveal()) {
		t.Errorf("the PAT is not read from the environment:\n%s", got)
	}
}

// TestWhatIsNotSeenAgainHasNoScript: a script is alone, as the isolated retry was that did not show the violation.
func TestWhatIsNotSeenAgainHasNoScript(t *testing.T) {
	for again, want := range map[string]bool{accepted: true, denied: false} {
		p := &script{answer: inTurn(accepted, again)}
		config := p.config(t)
		config.TargetFlags = "--target target.yaml"
		trial := attempt(t, begin(t, config), entry{body: refuseOne}, "code.missing")
		expectVerdict(t, trial, assay.Fail)
		got := trial.findings[0].Reproduce
		if !strings.Contains(got, "assay test --target target.yaml --only code.missing") || strings.Contains(got, "\nsend probe ") != want {
			t.Errorf("a script: want %v, got\n%s", want, got)
		}
	}
}

// TestStepsOf: the probe is the exchange that completes a violation, and is compared with one that it contradicts.
func TestStepsOf(t *testing.T) {
	for name, test := range map[string]struct {
		m       expect.Matcher
		answers string // an identity each; "-" for a refusal
		want    string // roles in the order of the steps
		probe   int
	}{
		"another identity":     {expect.GiveOneIdentity(), "a a b a", "before before compared probe", 2},
		"the same identity":    {expect.GiveDistinctIdentities(), "a b a", "before compared probe", 2},
		"one that is refused":  {expect.BeExchanged(), "a - a", "before before probe", 1},
		"the second to be won": {expect.AcceptAtMostOne(), "- a b -", "racer racer first use probe", 2},
	} {
		var exchanges []assay.Exchange
		for i, identity := range strings.Fields(test.answers) {
			body := fmt.Sprintf(`{"errcode":"OK","data":{"openId":%q}}`, identity)
			if identity == "-" {
				body = `{"errcode":"NO"}`
			}
			code := &assay.Code{Code: "c" + fmt.Sprint(i)}
			if name == "the second to be won" {
				code.Code = "one"
			}
			exchanges = append(exchanges, assay.Exchange{ID: fmt.Sprint("x-", i), Endpoint: assay.Login, Code: code,
				Response: &assay.Response{Status: 200, Body: []byte(body)}})
		}
		var roles []string
		steps := stepsOf(test.m, exchanges)
		for _, s := range steps {
			roles = append(roles, string(s.Role))
		}
		if got := strings.Join(roles, " "); got != test.want || steps[len(steps)-1].Exchange.ID != fmt.Sprint("x-", test.probe) {
			t.Errorf("%s: %s, probe %s", name, got, steps[len(steps)-1].Exchange.ID)
		}
	}
}

// TestTheDecisiveExchangeComesFirst: a reason names the last exchange that told nothing, three more at most, and none that did.
func TestTheDecisiveExchangeComesFirst(t *testing.T) {
	trial := &Trial{}
	for i := range 9 {
		trial.exchanges = append(trial.exchanges, assay.Exchange{ID: fmt.Sprint("x-", i), Endpoint: assay.Login,
			Response: &assay.Response{Status: 503, Body: []byte(fmt.Sprintf(`{"errcode":"E%d"}`, i))}})
	}
	trial.exchanges = append(trial.exchanges, assay.Exchange{ID: "x-9", Endpoint: assay.Login,
		Response: &assay.Response{Status: 200, Body: []byte(`{"errcode":"OK","data":{"openId":"a"}}`)}})
	got := trial.decisive().String()
	if !strings.HasPrefix(got, "x-8: status 503") || strings.Count(got, "x-") != 4 || strings.Contains(got, "x-9") {
		t.Error(got)
	}
}

// TestReuse: the time since the first use is the platform's where its clock was moved, and so is what is left.
func TestReuse(t *testing.T) {
	sent := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	at := func(after time.Duration, date time.Duration) assay.Exchange {
		return assay.Exchange{ID: "x", Code: &assay.Code{ExpiresAt: sent.Add(5 * time.Minute)}, Sent: sent.Add(after), Took: 10 * time.Millisecond,
			Response: &assay.Response{Header: map[string][]string{"Date": {sent.Add(date).Format("Mon, 02 Jan 2006 15:04:05 GMT")}}}}
	}
	for name, test := range map[string]struct {
		probe       assay.Exchange
		after, left float64
	}{
		"at once":           {at(40*time.Millisecond, 0), 0.03, 299.96},
		"the clock moved":   {at(time.Second, 4*time.Minute), 240, 60},
		"after its end":     {at(time.Second, 6*time.Minute), 360, -60},
		"seconds in a Date": {at(time.Second, 2*time.Second), 0.99, 299},
	} {
		got := conformance.ReuseOf(at(0, 0), test.probe)
		if got.After != test.after || got.Left == nil || *got.Left != test.left {
			t.Errorf("%s: after %v, left %v", name, got.After, *got.Left)
		}
	}
	if line := reproduce.Command("# assay test --only x\nsend"); line != "assay test --only x" {
		t.Error(line)
	}
}
