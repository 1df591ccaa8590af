package suites

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// TestPanics: an error of the suite itself is never a violation, wherever it happens.
func TestPanics(t *testing.T) {
	t.Parallel()
	blunder := func(*Trial) { panic("oh dear, pat_0123456789abcdef") }
	for name, body := range map[string]func(*Trial){
		"in the body": blunder, "in a case": inCase(blunder),
		"in a race": func(t *Trial) {
			t.Race([]client.Request{client.Exchange(t.Code(), t.PAT()), {Members: []client.Member{{Name: "x", Value: func() {}}}}})
		},
	} {
		config := (&script{answer: always(accepted)}).config(t)
		config.Timeout = 200 * time.Millisecond // for the other request of the race
		trial := attempt(t, begin(t, config), entry{body: body}, "code.missing")
		expectVerdict(t, trial, assay.Error)
		text := strings.Join(phrase.Strings(trial.reasons), "\n")
		if !strings.Contains(text, "the suite itself failed") || strings.Contains(text, "pat_0123456789abcdef") {
			t.Errorf("%s: reasons %q", name, trial.reasons)
		}
	}
}

// TestCasesInFlight: as many cases as allowed run together, and no more.
func TestCasesInFlight(t *testing.T) {
	const allowed, cases = 3, 60
	p := &script{answer: always(accepted)}
	config := p.config(t)
	config.InFlight = allowed
	var running, most, finished atomic.Int64
	together := make(chan struct{}) // closed when as many as allowed are running
	trial := attempt(t, begin(t, config), entry{body: func(t *Trial) {
		for range cases {
			t.Case("one", func(*Trial) {
				now := running.Add(1)
				for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
				}
				if now == allowed && finished.Load() == 0 {
					close(together)
				}
				<-together // closed only if cases run together
				for range 100 {
					runtime.Gosched() // let one too many begin
				}
				running.Add(-1)
				finished.Add(1)
			})
		}
	}}, "code.missing")
	expectVerdict(t, trial, assay.Pass)
	if most.Load() != allowed || finished.Load() != cases {
		t.Errorf("%d of %d cases, %d at once, want %d", finished.Load(), cases, most.Load(), allowed)
	}
}

// TestInterrupted: what was not judged is untested; what was found is kept.
func TestInterrupted(t *testing.T) {
	for want, answer := range map[assay.Verdict]string{assay.Untested: denied, assay.Fail: accepted} {
		p := &script{answer: always(answer)}
		s := p.session(t)
		requirement, _ := s.set.Find("code.missing")
		ctx, interrupt := context.WithCancel(t.Context())
		trial := s.try(ctx, entry{requirement: requirement, body: func(t *Trial) {
			x := t.Exchange(t.Code())
			interrupt()
			t.Expect(x).To(expect.BeRefused())
		}}, assay.Login)
		expectVerdict(t, trial, want)
		if len(p.sent()) != 1 {
			t.Errorf("%d exchanges", len(p.sent()))
		}
	}
}

func TestWorstCaseCounts(t *testing.T) {
	p := &script{answer: always(accepted)}
	trial := p.try(t, "code.missing", func(t *Trial) {
		t.Case("passes", exchangeOne)
		t.Case("cannot be tried", func(t *Trial) { t.Untested(phrase.Traceless) })
		t.Case("fails", refuseOne)
		t.Case("breaks", func(*Trial) { panic("x") })
	})
	expectVerdict(t, trial, assay.Fail)
	trial = p.try(t, "code.distinct", func(t *Trial) {
		t.Case("warns", func(t *Trial) { t.Check(false, "a", "b") })
		t.Case("cannot be tried", func(t *Trial) { t.Untested(phrase.Traceless) })
	})
	expectVerdict(t, trial, assay.Warn)
}

// TestOneLossOfManyIsMadeGood: if one user's last sign-in meets an overload, only that sign-in is repeated.
func TestOneLossOfManyIsMadeGood(t *testing.T) {
	const all = 8 * (8 + 1) // users, each eight times in a race and once more
	var count atomic.Int64
	p := &script{answer: func(_ int, code string) string {
		if code == "" || count.Add(1) != all { // warm-up requests have no code
			return `200 {"errcode":"OK","data":{"openId":"o"}}`
		}
		return busy
	}}
	expectVerdict(t, p.try(t, "concurrency.first-login", firstLogin), assay.Pass)
	if count.Load() != all+1 {
		t.Errorf("%d exchanges, want %d", count.Load(), all+1)
	}
}

// TestNothingRaced: a target that answers one of many simultaneous requests, and 429 to the others, has not shown that
// it withstands a race.
func TestNothingRaced(t *testing.T) {
	t.Parallel()
	for want, others := range map[assay.Verdict]string{assay.Error: `429 {"errcode":"LIMIT"}`, assay.Pass: denied} {
		var seen sync.Map
		p := &script{answer: func(_ int, code string) string {
			if _, again := seen.LoadOrStore(code, true); again {
				return others
			}
			return accepted
		}}
		race := func(t *Trial) {
			r := &rounds{trial: t, size: 8, volley: 1}
			r.run(2) // the pace waits a second after each round that met a limit
			r.conclude(8)
		}
		trial := attempt(t, p.session(t), entry{body: race, once: true}, "code.single-use-race")
		expectVerdict(t, trial, want)
	}
}
