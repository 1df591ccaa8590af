package expect_test

import (
	"strings"
	"testing"

	"github.com/onsi/gomega"

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
		var said string
		quiet := gomega.NewGomega(func(message string, _ ...int) { said = message })
		quiet.Expect("no exchange").To(matcher)
		if !strings.Contains(said, "expected an assay.Exchange, got string") {
			t.Errorf("%s of a string: %q", name, said)
		}
		for situation, x := range hostile() {
			said = ""
			actual, holds := matcher.Judge(x)
			if quiet.Expect(x).To(matcher) != holds || quiet.Expect([]assay.Exchange{x}).NotTo(matcher) == holds {
				t.Errorf("%s of %s: Gomega and Judge disagree", name, situation)
			}
			if want := map[bool]string{true: "expected anything but: ", false: "expected: "}[holds] + matcher.Expected; !strings.Contains(said, want) {
				t.Errorf("%s of %s says %q (%s)", name, situation, said, actual)
			}
		}
	}
}

// TestUndecided: what says nothing has to be made again; what settles the matter must not be.
func TestUndecided(t *testing.T) {
	busy, away := answer(429, refused), answer(503, "")
	timedOut, reset := silent("no whole answer within 10s"), silent("connection reset by peer")
	unreached, interrupted := silent("no connection: connection refused"), silent("interrupted")
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
				t.Errorf("%s takes %s for decided", name, expect.Describe(x))
			}
		}
		for _, x := range test.decided {
			if test.matcher.Undecided(x) {
				t.Errorf("%s takes %s for undecided", name, expect.Describe(x))
			}
		}
	}
}
