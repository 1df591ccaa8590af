package loadgen

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/loadgen/engine"
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
		return engine.Answer{From: l, Sent: now, Done: now, Failure: "no connection: too many open files", Unsent: true, Exhausted: true}
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
