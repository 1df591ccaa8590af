package expect_test

import (
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// TestGomega: every matcher is one of Gomega's, with messages of its own, for one exchange and for several.
func TestGomega(t *testing.T) {
	g := gomega.NewWithT(t)
	g.Expect(signIn(okLogin)).To(expect.BeAccepted())
	g.Expect([]assay.Exchange{signIn(okLogin), signIn(okLogin)}).To(expect.SignIn("o-1"))
	g.Expect(refusal(refused)).NotTo(expect.BeExchanged())
	for name, matcher := range matchers() {
		said, quiet := listen()
		quiet.Expect("no exchange").To(matcher)
		if !strings.Contains(*said, "expected an assay.Exchange, got string") {
			t.Errorf("%s of a string: %q", name, *said)
		}
		for situation, x := range hostile() {
			*said = ""
			actual, holds := matcher.Judge(x)
			matches, negated := quiet.Expect(x).To(matcher), quiet.Expect([]assay.Exchange{x}).NotTo(matcher)
			want := map[bool]string{true: "anything but\n    ", false: "\n    "}[holds] + matcher.Expected
			if matcher.Undecided(x) {
				want = "inconclusive"
				if matches || negated {
					t.Errorf("%s of %s: an inconclusive exchange counts as a proof", name, situation)
				}
			} else if matches != holds || negated == holds {
				t.Errorf("%s of %s: Gomega and Judge disagree", name, situation)
			}
			if !strings.Contains(*said, want) {
				t.Errorf("%s of %s says %q (%s)", name, situation, *said, actual)
			}
		}
	}
}

// listen makes a Gomega that keeps the last failure instead of failing.
func listen() (said *string, g gomega.Gomega) {
	said = new(string)
	return said, gomega.NewGomega(func(message string, _ ...int) { *said = message })
}

// TestFailureMessage: what was expected and what was seen, of which exchange.
func TestFailureMessage(t *testing.T) {
	said, g := listen()
	for _, test := range []struct {
		fail func()
		want string
	}{
		{func() { g.Expect(signIn(okLogin)).To(expect.BeRefused()) },
			"Expected of login exchange x-1\n    refused: no identity\nbut got\n    status 200, errcode \"OK\", openId \"o-1\""},
		{func() { g.Expect(refusal(refused)).NotTo(expect.BeRefused()) },
			"Expected of login exchange x-1 anything but\n    refused: no identity\nbut got\n    status 401, errcode \"PAT_INVALID\""},
		{func() { g.Expect([]assay.Exchange{user("x-1", "a"), user("x-2", "b")}).To(expect.GiveOneIdentity()) },
			"Expected of 2 exchanges\n    one identity for one user\nbut got\n    2 identities: \"a\", \"b\""},
		{func() { g.Expect(answer(503, "")).NotTo(expect.BeExchanged()) },
			"login exchange x-1 is inconclusive: status 503, not a JSON object, status 503; exchange a fresh code"},
	} {
		if test.fail(); *said != test.want {
			t.Errorf("got %q, want %q", *said, test.want)
		}
	}
}

// TestComposition: the matchers work inside Gomega's own, and Gomega's work for an exchange.
func TestComposition(t *testing.T) {
	said, quiet := listen()
	body := func(x assay.Exchange) string { return string(x.Response.Body) }
	of := func(status int) func(assay.Exchange) assay.Exchange {
		return func(x assay.Exchange) assay.Exchange { x.Response = &assay.Response{Status: status}; return x }
	}
	for name, test := range map[string]struct {
		matcher      types.GomegaMatcher
		holds, fails assay.Exchange
		says         string // when it fails
	}{
		"And":                        {gomega.And(expect.BeRefused(), expect.HaveStatus(401)), refusal(refused), answer(403, refused), "status 401\nbut got\n    status 403"},
		"Or":                         {gomega.Or(expect.BeAccepted(), expect.BeRefused()), refusal(refused), answer(401, okLogin), "To satisfy at least one"},
		"Not":                        {gomega.Not(expect.BeExchanged()), refusal(refused), signIn(okLogin), "anything but\n    exchanged"},
		"WithTransform, to text":     {gomega.WithTransform(body, gomega.ContainSubstring("PAT")), refusal(refused), refusal("no"), "to contain substring"},
		"WithTransform, to exchange": {gomega.WithTransform(of(401), expect.BeRefused()), signIn(okLogin), silent(assay.NoConnection), ""},
		"HaveField":                  {gomega.HaveField("Response.Status", 401), refusal(refused), signIn(okLogin), "Response.Status"},
		"HaveEach":                   {gomega.HaveEach(expect.BeRefused()), refusal(refused), signIn(okLogin), "refused"},
	} {
		*said = ""
		holds, fails := any(test.holds), any(test.fails)
		if name == "HaveEach" {
			holds, fails = []assay.Exchange{test.holds}, []assay.Exchange{test.fails}
		}
		if !quiet.Expect(holds).To(test.matcher) {
			t.Errorf("%s does not hold: %s", name, *said)
		}
		if test.says != "" && (quiet.Expect(fails).To(test.matcher) || !strings.Contains(*said, test.says)) {
			t.Errorf("%s holds, or says %q", name, *said)
		}
	}
	for name, matcher := range map[string]types.GomegaMatcher{"Not": gomega.Not(expect.BeExchanged()),
		"And": gomega.And(expect.NotSignInOther("o-1"), expect.BeRefused()), "Or": gomega.Or(expect.BeExchanged(), expect.NotSignInOther("o-1"))} {
		if quiet.Expect(answer(503, "")).To(matcher) {
			t.Errorf("%s takes an inconclusive exchange for a proof", name)
		}
	}
	asked := 0
	gomega.NewWithT(t).Eventually(func() assay.Exchange {
		if asked++; asked < 3 {
			return answer(503, "")
		}
		return refusal(refused)
	}, "10s", "1ms").Should(expect.BeRefused())
}

// TestFrom: any Gomega matcher becomes a Matcher, which never judges an inconclusive exchange.
func TestFrom(t *testing.T) {
	m := expect.From(gomega.HaveField("Response.Status", gomega.BeNumerically(">=", 400)))
	if actual, ok := m.Judge(signIn(refused)); ok || actual != `status 200, errcode "PAT_INVALID"` {
		t.Errorf("%v, %q", ok, actual)
	}
	if _, ok := m.Judge(refusal(refused)); !ok {
		t.Error("401 does not match")
	}
	if !m.Undecided(answer(503, "")) || m.Undecided(refusal(refused)) {
		t.Error("an overloaded target is judged")
	}
	if actual, ok := m.Judge(silent(assay.NoConnection)); ok || !strings.HasPrefix(actual, "no answer: no connection (") {
		t.Errorf("no answer: %v, %q", ok, actual)
	}
	if _, ok := expect.From(gomega.HaveLen(2)).Judge(signIn(okLogin), signIn(okLogin)); !ok {
		t.Error("a matcher for slices is not given the slice")
	}
	if _, ok := m.Judge(); !ok {
		t.Error("no exchange at all does not match")
	}
	if own := expect.From(expect.BeRefused()); !own.Refusal || own.Expected == "" {
		t.Error("a Matcher is not left as it is")
	}
}

// TestUndecided: what says nothing has to be made again; what settles the matter must not be.
func TestUndecided(t *testing.T) {
	busy, away := answer(429, refused), answer(503, "")
	timedOut, reset := silent(assay.TimedOut), silent(assay.BrokenOff)
	unreached, interrupted := silent(assay.NoConnection), silent(assay.Interrupted)
	for name, test := range map[string]struct {
		matcher   expect.Matcher
		undecided []assay.Exchange
		decided   []assay.Exchange
	}{
		"BeRefused": {expect.BeRefused(), []assay.Exchange{busy, away, timedOut, reset, unreached, interrupted},
			[]assay.Exchange{signIn(okLogin), refusal(refused), answer(500, "")}},
		"BeRefusedOrCutOff": {expect.BeRefusedOrCutOff(), []assay.Exchange{busy, away, unreached, interrupted},
			[]assay.Exchange{timedOut, reset, refusal(refused), answer(500, ""), answer(429, okLogin)}},
		"AcceptAtMostOne": {expect.AcceptAtMostOne(), nil, []assay.Exchange{busy, away, timedOut, reset, unreached, signIn(okLogin)}},
	} {
		for _, x := range test.undecided {
			if !test.matcher.Undecided(x) {
				t.Errorf("%s takes %s for decided", name, expect.Summary(x))
			}
		}
		for _, x := range test.decided {
			if test.matcher.Undecided(x) {
				t.Errorf("%s takes %s for undecided", name, expect.Summary(x))
			}
		}
	}
}
