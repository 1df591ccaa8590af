package suites

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

func exchangeOne(t *Trial) { t.Expect(t.Exchange(t.Code())).To(expect.BeExchanged()) }
func refuseOne(t *Trial)   { t.Expect(t.Exchange(t.Code())).To(expect.BeRefused()) }

// inCase runs body as the only case of a trial.
func inCase(body func(*Trial)) func(*Trial) {
	return func(t *Trial) { t.Case("the case", body) }
}

// TestInconclusiveIsTriedAgain: an overloaded target is asked again, each time with a new code.
func TestInconclusiveIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body    func(*Trial)
		answers []string
		codes   []string
	}{
		"unavailable":            {exchangeOne, []string{busy, busy, accepted}, []string{"code-1", "code-2", "code-3"}},
		"unavailable, in a case": {inCase(exchangeOne), []string{busy, busy, accepted}, []string{"code-1", "code-2", "code-3"}},
		"limited":                {exchangeOne, []string{`429 {"errcode":"LIMIT"}`, accepted}, []string{"code-1", "code-2"}},
	} {
		p := &script{answer: inTurn(test.answers...)}
		trial := p.try(t, "pat.accepted", test.body)
		expectVerdict(t, trial, assay.Pass)
		if diff := cmp.Diff(test.codes, p.sent()); diff != "" {
			t.Errorf("%s: codes (-want +got):\n%s", name, diff)
		}
		if len(trial.findings)+len(trial.reasons) > 0 {
			t.Errorf("%s: findings %v, reasons %v", name, trial.findings, trial.reasons)
		}
	}
}

// TestOverloadIsNoRefusal: a target that is busy at every attempt has neither refused nor failed.
func TestOverloadIsNoRefusal(t *testing.T) {
	for name, matcher := range map[string]expect.Matcher{"refused": expect.BeRefused(), "refused or cut off": expect.BeRefusedOrCutOff(),
		"exchanged": expect.BeExchanged(), "no other": expect.NotSignInOther("x")} {
		p := &script{answer: always(`503 {"errcode":"slow down, CODE"}`)}
		trial := p.try(t, "code.missing", inCase(func(t *Trial) { t.Expect(t.Exchange(t.Code())).To(matcher) }))
		expectVerdict(t, trial, assay.Error)
		want := maxAttempts
		if name != "exchanged" {
			want++ // the valid exchange that would show that the input is the reason
		}
		if got := len(p.sent()); got != want {
			t.Errorf("%s: %d exchanges, want %d", name, got, want)
		}
		if len(trial.session.refusals) > 0 {
			t.Errorf("%s: counted as a refusal", name)
		}
		text := strings.Join(phrase.Strings(trial.reasons), "\n")
		if !strings.Contains(text, "status 503") || strings.Contains(text, "down, code-") {
			t.Errorf("%s: reasons %q", name, trial.reasons)
		}
	}
}

// TestUnavailableForOneInput: an input that gets 503 each time while a valid exchange is accepted is not signed in. A sign-in after
// some 503s is one, and a target that is busy for others as well decides nothing.
func TestUnavailableForOneInput(t *testing.T) {
	for name, test := range map[string]struct {
		answers []string
		verdict assay.Verdict
	}{
		"for this input":       {[]string{busy, busy, busy, accepted, busy}, assay.Pass},
		"signed in afterwards": {[]string{busy, busy, busy, accepted, accepted}, assay.Fail},
		"signed in before":     {[]string{busy, busy, accepted, accepted}, assay.Fail},
		"for others as well":   {[]string{busy, busy, busy, busy, busy, busy, busy}, assay.Error},
		"and then limited":     {[]string{busy, busy, `429 {"errcode":"LIMIT"}`, busy, busy, busy}, assay.Error},
	} {
		for form, body := range map[string]func(*Trial){"alone": refuseOne, "in a case": inCase(refuseOne), "odd input": func(t *Trial) { t.odd(t.Code()) }} {
			if form == "odd input" && test.verdict == assay.Fail {
				continue // it judges no identity
			}
			p := &script{answer: inTurn(test.answers...)}
			if trial := p.try(t, "code.missing", body); trial.verdict() != test.verdict {
				t.Errorf("%s, %s: %s %v, want %s; %d exchanges", name, form, trial.verdict(), trial.reasons, test.verdict, len(p.sent()))
			}
		}
	}
}

// TestIsolatedRetry: a failure is retried once, alone; both attempts are recorded, and it stays a failure.
func TestIsolatedRetry(t *testing.T) {
	for name, test := range map[string]struct {
		answers []string
		remark  string
		sent    int
	}{
		"it fails again":    {[]string{accepted}, "(confirmed by an isolated retry)", 2},
		"it comes and goes": {[]string{accepted, denied}, "(not seen again in an isolated retry)", 2},
		"it is busy then":   {[]string{accepted, busy}, "(an isolated retry was inconclusive)", 1 + maxAttempts},
	} {
		for form, body := range map[string]func(*Trial){"alone": refuseOne, "in a case": inCase(refuseOne)} {
			p := &script{answer: inTurn(test.answers...)}
			trial := p.try(t, "code.missing", body)
			expectVerdict(t, trial, assay.Fail)
			if len(p.sent()) != test.sent || len(trial.findings) != 1 {
				t.Fatalf("%s, %s: %d exchanges, findings %+v", name, form, len(p.sent()), trial.findings)
			}
			finding := trial.findings[0]
			if strings.Count(finding.Actual, "retry") != 1 || !strings.HasSuffix(finding.Actual, test.remark) {
				t.Errorf("%s, %s: actual %q", name, form, finding.Actual)
			}
			if diff := cmp.Diff([]string{"x-000001", "x-00000" + string(rune('0'+test.sent))}, finding.Exchanges); diff != "" {
				t.Errorf("%s, %s: exchanges (-want +got):\n%s", name, form, diff)
			}
		}
	}
}

// TestOnlyTheFailedCaseIsRetried: not its neighbours and not the whole trial.
func TestOnlyTheFailedCaseIsRetried(t *testing.T) {
	var mu sync.Mutex
	runs := map[string]int{}
	p := &script{answer: always(accepted)}
	trial := p.try(t, "code.missing", func(t *Trial) {
		for _, name := range []string{"one", "two", "three"} {
			t.Case(name, func(t *Trial) {
				mu.Lock()
				runs[name]++
				mu.Unlock()
				if name == "two" {
					refuseOne(t)
				}
				exchangeOne(t)
			})
		}
	})
	expectVerdict(t, trial, assay.Fail)
	if diff := cmp.Diff(map[string]int{"one": 1, "two": 2, "three": 1}, runs); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
	if len(trial.findings) != 1 || trial.findings[0].Situation != "two" {
		t.Errorf("findings %+v", trial.findings)
	}
}

// TestNeverRetried: neither single use and races nor what is only observed.
func TestNeverRetried(t *testing.T) {
	p := &script{answer: always(accepted)}
	trial := attempt(t, p.session(t), entry{body: inCase(refuseOne), once: true}, "code.single-use")
	expectVerdict(t, trial, assay.Fail)
	if len(p.sent()) != 1 || strings.Contains(trial.findings[0].Actual, "retry") {
		t.Errorf("%d exchanges, findings %+v", len(p.sent()), trial.findings)
	}
	p = &script{answer: always(accepted)}
	trial = p.try(t, "token.present", func(t *Trial) { t.Exchange(t.Code()); t.Note(phrase.OpaqueToken) })
	expectVerdict(t, trial, assay.Observed)
	if len(p.sent()) != 1 || !slices.Equal(trial.reasons, []phrase.Phrase{phrase.Say(phrase.OpaqueToken)}) {
		t.Errorf("%d exchanges, reasons %q", len(p.sent()), trial.reasons)
	}
}

// TestViolationOutlivesRetry: an inconclusive case does not undo the violation that another case has shown.
func TestViolationOutlivesRetry(t *testing.T) {
	p := &script{answer: func(_ int, code string) string {
		return map[bool]string{true: accepted, false: busy}[code == "code-1"]
	}}
	trial := p.try(t, "code.missing", func(t *Trial) {
		t.Case("broken", refuseOne)
		t.await()
		exchangeOne(t) // busy
	})
	expectVerdict(t, trial, assay.Fail)
}

// TestClaimAboutSeveral: an inconclusive exchange among others starts the case again only if the others show no
// violation.
func TestClaimAboutSeveral(t *testing.T) {
	both := func(t *Trial) {
		t.Expect(t.Exchange(t.Code()), t.Exchange(t.Code())).To(expect.BeRefused())
	}
	p := &script{answer: inTurn(busy, accepted, denied)}
	expectVerdict(t, attempt(t, p.session(t), entry{body: both, once: true}, "code.missing"), assay.Fail)
	p = &script{answer: inTurn(busy, denied)}
	expectVerdict(t, p.try(t, "code.missing", both), assay.Pass)
	if got := len(p.sent()); got != 4 {
		t.Errorf("%d exchanges, want 4", got)
	}
}

// TestAnyGomegaMatcher: a spec may use any matcher of Gomega's; an inconclusive exchange is repeated before it is asked.
func TestAnyGomegaMatcher(t *testing.T) {
	for name, test := range map[string]struct {
		matcher  types.GomegaMatcher
		last     string
		verdict  assay.Verdict
		expected string
	}{
		"it matches":      {gomega.HaveField("Response.Status", 401), denied, assay.Pass, ""},
		"Not":             {gomega.Not(expect.BeExchanged()), denied, assay.Pass, ""},
		"And":             {gomega.And(expect.BeRefused(), expect.HaveStatus(401)), denied, assay.Pass, ""},
		"it does not":     {gomega.HaveField("Response.Status", 401), accepted, assay.Fail, "to equal"},
		"Not, and it is":  {gomega.Not(expect.BeExchanged()), accepted, assay.Fail, "anything but\n    exchanged"},
		"And, and is not": {gomega.And(expect.BeRefused(), expect.HaveStatus(401)), `403 {"errcode":"X"}`, assay.Fail, "status 401"},
		"never decided":   {gomega.HaveField("Response.Status", 503), busy, assay.Error, ""},
	} {
		p := &script{answer: inTurn(busy, test.last)}
		trial := attempt(t, p.session(t), entry{once: true, body: func(t *Trial) {
			t.Expect(t.Exchange(t.Code())).To(test.matcher, "a %s", "description")
		}}, "code.missing")
		expectVerdict(t, trial, test.verdict)
		if test.expected == "" {
			continue
		}
		finding := trial.findings[0]
		if !strings.HasPrefix(finding.Expected, "a description\n") || !strings.Contains(finding.Expected, test.expected) || !strings.HasPrefix(finding.Actual, "status ") {
			t.Errorf("%s: expected %q, actual %q", name, finding.Expected, finding.Actual)
		}
	}
	p := &script{answer: always(denied)}
	trial := p.try(t, "code.missing", func(t *Trial) { t.Given(t.Exchange(t.Code())).To(gomega.HaveField("Response.Status", 200)) })
	expectVerdict(t, trial, assay.Untested)
}

func TestGivenThatDoesNotHold(t *testing.T) {
	p := &script{answer: always(denied)}
	trial := p.try(t, "code.missing", func(t *Trial) { t.Negative("omitted", client.Omit("code")) })
	expectVerdict(t, trial, assay.Untested)
	if len(p.sent()) != 1 || !strings.HasPrefix(trial.reasons[0].String(), "omitted: its valid twin was not accepted: status 401") {
		t.Errorf("%d exchanges, reasons %q", len(p.sent()), trial.reasons)
	}
	if len(trial.session.refusals) > 0 {
		t.Error("the twin counts as a refusal that was due")
	}
}

func TestNegative(t *testing.T) {
	p := &script{answer: func(_ int, code string) string {
		return map[bool]string{true: denied, false: accepted}[code == ""]
	}}
	trial := p.try(t, "code.missing", func(t *Trial) { t.Negative("omitted", client.Omit("code")) })
	expectVerdict(t, trial, assay.Pass)
	if diff := cmp.Diff(map[string]bool{"x-000002": true}, trial.session.refusals); diff != "" {
		t.Errorf("refusals that were due (-want +got):\n%s", diff)
	}
}

func TestDriverTrouble(t *testing.T) {
	for name, test := range map[string]struct {
		driver func(assay.HostRequest) error
		want   assay.Verdict
		reason string
	}{
		"it dies":          {brokenOp(assay.OpMint), assay.Error, "driver: mint: died: signal: killed"},
		"it does not mint": {unsupportedOp(assay.OpMint), assay.Error, "gave no code for an injected user"}, // then the plugin is used
		"it does nothing":  {func(request assay.HostRequest) error { return &assay.UnsupportedError{Op: request.Op} }, assay.Untested, "the driver does not offer mint"},
	} {
		p := &script{answer: always(accepted), driver: test.driver}
		trial := p.try(t, "pat.accepted", exchangeOne)
		expectVerdict(t, trial, test.want)
		if len(p.sent()) > 0 || !strings.Contains(strings.Join(phrase.Strings(trial.reasons), "\n"), test.reason) {
			t.Errorf("%s: %d exchanges, reasons %q", name, len(p.sent()), trial.reasons)
		}
	}
}
