package suites

import (
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/suites/client"
)

// TestCasesShareTwins: a few cases have one valid twin, and each finding names it. A case that is retried alone has its own.
func TestCasesShareTwins(t *testing.T) {
	const cases = 2 * sharing
	p := &script{answer: always(accepted)}
	trial := p.try(t, "pat.trailing", func(t *Trial) {
		for range cases {
			t.Negative("any", client.Header("X-Any", "1"))
		}
	})
	expectVerdict(t, trial, trial.requirement.Violated())
	if len(trial.findings) != cases {
		t.Fatalf("%d findings, want %d", len(trial.findings), cases)
	}
	for _, finding := range trial.findings {
		twin, again := "", 0
		for id, role := range finding.Roles {
			switch role {
			case conformance.Twin:
				twin = id
			case conformance.SecondLook:
				again++
			}
		}
		if twin == "" || again != 0 && again != 2 {
			t.Errorf("a finding without its own twins: %v", finding.Roles)
		}
	}
	if want := cases + cases/sharing + 2*maxRetries; len(p.sent()) != want {
		t.Errorf("%d requests, want %d", len(p.sent()), want)
	}
}

// TestTwinsOnOwnConnections: a trial with connections of its own sends its twin on them.
func TestTwinsOnOwnConnections(t *testing.T) {
	p := &script{answer: func(i int, _ string) string { return []string{accepted, denied}[i%2] }}
	trial := p.try(t, "pat.trailing", func(t *Trial) {
		for range 2 {
			t.Case("any", func(t *Trial) {
				defer t.apart()()
				t.session.quiet.Lock() // one after the other, for the script
				defer t.session.quiet.Unlock()
				t.negative(t.App(0), client.Header("X-Any", "1"))
			})
		}
	})
	expectVerdict(t, trial, assay.Pass)
	if len(p.sent()) != 4 {
		t.Errorf("%d requests, want 4", len(p.sent()))
	}
}

// TestNoTwinNoJudgement: where no valid exchange is accepted, each case asks for a twin of its own and is untested.
func TestNoTwinNoJudgement(t *testing.T) {
	p := &script{answer: always(denied)}
	trial := p.try(t, "pat.trailing", func(t *Trial) {
		for range sharing {
			t.Negative("any", client.Header("X-Any", "1"))
		}
	})
	expectVerdict(t, trial, assay.Untested)
	if len(p.sent()) != sharing {
		t.Errorf("%d requests, want %d", len(p.sent()), sharing)
	}
}
