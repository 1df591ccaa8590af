package suites

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// TestManyFailuresAreNotAllTried, nor looked at twice: they would cost more than they tell.
func TestManyFailuresAreNotAllTried(t *testing.T) {
	const cases = 200
	p := &script{answer: always(accepted)}
	trial := p.try(t, "code.missing", func(t *Trial) {
		for range cases {
			t.Case("one", refuseOne)
		}
	})
	expectVerdict(t, trial, assay.Fail)
	looked := 0
	for _, finding := range trial.findings {
		looked += strings.Count(finding.Actual, "confirmed by an isolated retry")
	}
	if looked != maxLooks {
		t.Errorf("%d second looks, want %d", looked, maxLooks)
	}
	tried := len(p.sent()) - looked
	if tried < maxBroken || tried > maxBroken+DefaultInFlight {
		t.Errorf("%d cases were tried", tried)
	}
	if note := phrase.Say(phrase.CasesLeftOut, cases-tried); !slices.Contains(trial.reasons, note) {
		t.Errorf("reasons %q, want %q", trial.reasons, note)
	}
}

// TestSecondLooksHaveABudget: what hangs is not waited for again and again.
func TestSecondLooksHaveABudget(t *testing.T) {
	var l looks
	if !l.allow(10*time.Second, 10*time.Second) || l.allow(26*time.Second, 10*time.Second) {
		t.Error("what the first look has cost is not heeded")
	}
	l.took(8 * time.Second)
	if !l.allow(2*time.Second, 10*time.Second) || l.allow(3*time.Second, 10*time.Second) {
		t.Error("what was spent is not heeded")
	}
}
