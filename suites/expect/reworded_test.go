package expect_test

import (
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// TestRewordingAFailureChangesNoVerdict: what a matcher says of an exchange depends on the kind of its failure, whatever the
// failure's text is.
func TestRewordingAFailureChangesNoVerdict(t *testing.T) {
	answers := map[string]assay.Exchange{"nothing": silent(assay.NoFailure), "a sign-in": signIn(okLogin), "a refusal": refusal(refused),
		"429": answer(429, ""), "500": answer(500, "")}
	for situation, x := range answers {
		for _, kind := range append(assay.FailureKinds(), assay.NoFailure) {
			x.Failure = assay.Failure{Kind: kind}
			want := verdicts(x)
			for _, text := range append(assay.FailureKinds(), assay.NoFailure) {
				x.Failure.Text = assay.Failure{Kind: text}.String()
				x.Failure.Detail = x.Failure.Text
				for name, got := range verdicts(x) {
					if got != want[name] {
						t.Errorf("%s of %s with the failure %s, reworded %q: %+v, want %+v", name, situation, kind, x.Failure, got, want[name])
					}
				}
			}
		}
	}
}

type verdict struct{ holds, undecided, cutOff, timedOut bool }

func verdicts(x assay.Exchange) map[string]verdict {
	all := map[string]verdict{}
	for name, matcher := range matchers() {
		_, holds := matcher.Judge(x)
		all[name] = verdict{holds, matcher.Undecided(x), expect.CutOff(x), expect.TimedOut(x)}
	}
	return all
}
