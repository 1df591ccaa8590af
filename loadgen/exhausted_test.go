package loadgen

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
)

// A poor line has no connection for every tenth exchange.
type poor struct {
	played
	exchanges *atomic.Int64
}

func (l *poor) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	if l.exchanges.Add(1)%10 == 0 {
		now := time.Now()
		return engine.Answer{From: l, Sent: now, Done: now, Failure: assay.Failure{Kind: assay.LocalShortage, Text: "no connection: too many open files"}}
	}
	return l.played.Exchange(r, timeout)
}

// What this machine could not send is held against nobody but the generator.
func TestWhatThisMachineLacksIsNotTheTargets(t *testing.T) {
	for _, mix := range []Mix{{Login: 1}, {Login: 0.5, Replay: 0.5}, {Race: 1}, {BadPAT: 1}} {
		t.Run(mix.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := stage{}.open(t, Plan{Rate: 100, Duration: 2 * time.Second})
				defer r.close()
				r.plan.Mix, r.dealer = mix, mix.dealer(1)
				var exchanges atomic.Int64
				r.line = func(int) engine.Connection {
					return &poor{exchanges: &exchanges, played: played{wait: func(time.Time) time.Duration { return time.Millisecond }}}
				}
				report := benchmark.Conclude(r.report(r.whole(r.plan)))
				lacked := exchanges.Load() / 10
				sent, failed := report.Exchanges.Sent, report.Exchanges.Failed()
				if sent != exchanges.Load()-lacked || failed != 0 {
					t.Errorf("%d of %d exchanges were sent, %d failed: %v", sent, exchanges.Load(), failed, report.Errors)
				}
				if mix.Race == 0 && report.Generator.Unsent != lacked || !strings.Contains(fmt.Sprint(report.Notes), "too many open files") {
					t.Errorf("%d unsent, want %d; notes %q", report.Generator.Unsent, lacked, report.Notes)
				}
				if mix == (Mix{Login: 1}) && report.Outcome != benchmark.Saturated {
					t.Errorf("%s %v", report.Outcome, report.Reasons)
				}
			})
		})
	}
}

// Only the kind of a failure decides what the ledger makes of an exchange.
func TestRewordingAFailureChangesNoVerdict(t *testing.T) {
	route, err := engine.NewRoute("http://192.0.2.1", assay.Login, "fc1", "pat")
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []int{0, 200, 429, 500} {
		for _, kind := range append(assay.FailureKinds(), assay.NoFailure) {
			read := func(text string) (ledger.Reading, bool) {
				m := move{user: &codes.User{}, hand: &hand{request: engine.Request{Route: route}}, answer: engine.Answer{Status: status,
					From: &played{}, Failure: assay.Failure{Kind: kind, Text: text, Detail: text}}}
				m.endpoint = assay.Login
				return m.read(nil), m.answer.Exhausted()
			}
			want, wantExhausted := read("")
			for _, text := range assay.FailureKinds() {
				got, exhausted := read(assay.Failure{Kind: text}.String())
				if got != want || exhausted != wantExhausted {
					t.Errorf("%s with status %d, reworded %q: %+v, want %+v", kind, status, text, got, want)
				}
			}
		}
	}
}
