//go:build !race

package loadgen

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/steady/steadytest"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// A datedConnection answers with the Date of a clock, and refuses while refuses says so.
type datedConnection struct {
	fakeConnection
	clock   func() time.Time
	refuses func(*engine.Request) bool
	header  http.Header
}

func (c *datedConnection) Header() http.Header { return c.header }

func (c *datedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	c.header = http.Header{"Date": {c.clock().UTC().Format(http.TimeFormat)}}
	a.From = c
	if c.refuses(r) {
		a.Status, a.Body = http.StatusBadRequest, []byte(`{"errcode":"CODE_EXPIRED","error":"the code has expired"}`)
	}
	return a
}

// A proxyConnection answers for a while, and then its proxy fails.
type proxyConnection struct {
	fakeConnection
	until time.Time
	kind  assay.FailureKind
}

func (c *proxyConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	if a.From = c; time.Now().After(c.until) {
		a.Status, a.Body, a.Failure = 0, nil, assay.Failure{Kind: c.kind, Text: "no connection"}
	}
	return a
}

// Where the proxy of this machine fails, nothing can be said of the target; where there is no connection to the target, it can.
func TestAProxyThatFailsIsNotTheTarget(t *testing.T) {
	for kind, outcome := range map[assay.FailureKind]benchmark.Outcome{assay.ProxyFailed: benchmark.Errored, assay.NoConnection: benchmark.Violated} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 100, Duration: 20 * time.Second, SLO: levels(t, "errors<1%")})
			defer r.close()
			until := time.Now().Add(10 * time.Second)
			r.connectBy(func() engine.Connection {
				return &proxyConnection{fakeConnection: fakeConnection{wait: oneMillisecond}, until: until, kind: kind}
			})
			report := r.concluded()
			if report.Outcome != outcome || (outcome == benchmark.Errored) != strings.Contains(report.Error.String(), "fix the proxy") {
				t.Errorf("%s: %s, %s %q", kind, report.Outcome, report.Error, report.Reasons)
			}
		})
	}
}

// Where another run moves the clock of the platform, the codes in stock are over, and nothing can be said of the target. One that
// refuses and whose clock runs on, however wrong it is, is to blame.
func TestAClockThatAnotherRunMovesIsNotTheTargets(t *testing.T) {
	for name, test := range map[string]struct {
		by, before time.Duration // how far the clock is moved, and how wrong it was
		lifetime   time.Duration // of a code, as declared
		mix        Mix
		outcome    benchmark.Outcome
	}{
		"moved by a lifetime":            {by: 5 * time.Minute, outcome: benchmark.Errored},
		"moved by a short lifetime":      {by: 12 * time.Second, lifetime: 10 * time.Second, outcome: benchmark.Errored},
		"moved by a lifetime, in races":  {by: 5 * time.Minute, mix: Mix{Race: 1}, outcome: benchmark.Errored},
		"moved back":                     {by: -5 * time.Minute, outcome: benchmark.Errored},
		"never moved":                    {outcome: benchmark.Violated},
		"never moved, short lifetimes":   {lifetime: 10 * time.Second, outcome: benchmark.Violated},
		"never moved, in races":          {mix: Mix{Race: 1}, outcome: benchmark.Passed},
		"always wrong":                   {before: time.Hour, outcome: benchmark.Violated},
		"set right":                      {by: 20 * time.Second, before: -20 * time.Second, outcome: benchmark.Violated},
		"set right, with long lifetimes": {by: 20 * time.Second, before: -20 * time.Second, lifetime: 5 * time.Minute, outcome: benchmark.Violated},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{lifetime: test.lifetime}.open(t, Plan{Mix: test.mix, Rate: 100, Duration: 20 * time.Second, SLO: levels(t, "errors<=0")})
			defer r.close()
			at := time.Now().Add(10 * time.Second)
			clock := func() time.Time {
				if now := time.Now(); now.After(at) {
					return now.Add(test.before + test.by)
				}
				return time.Now().Add(test.before)
			}
			var used sync.Map
			refuses := func(r *engine.Request) bool {
				_, again := used.LoadOrStore(string(r.Body), true)
				return again || time.Now().After(at) && time.Now().Before(at.Add(time.Second))
			}
			r.connectBy(func() engine.Connection {
				return &datedConnection{fakeConnection: fakeConnection{wait: oneMillisecond}, clock: clock, refuses: refuses}
			})
			report := r.concluded()
			if report.Outcome != test.outcome || (report.Outcome == benchmark.Errored) != strings.Contains(report.Error.String(), "does another run advance it?") {
				t.Errorf("%s: %s, %s %q", name, report.Outcome, report.Error, report.Reasons)
			}
		})
	}
}

// A machine whose clock is set during the run sees no other clock move.
func TestTheMachinesClockIsSet(t *testing.T) {
	now := time.Now()
	from := &datedConnection{header: http.Header{"Date": {now.UTC().Format(http.TimeFormat)}}}
	before, _ := aheadBy(&engine.Answer{From: from, Sent: now, Done: now})
	for _, by := range []time.Duration{time.Hour, -25 * time.Hour} {
		set := steadytest.Set(now, by)
		if after, ok := aheadBy(&engine.Answer{From: from, Sent: set, Done: set}); !ok || after != before {
			t.Errorf("set by %s, the server is ahead by %v, want %v", by, after, before)
		}
	}
}

// Where the machine's clock has been set forward as far as the server's has moved, the machine was suspended.
func TestWhyAClockMoved(t *testing.T) {
	for set, says := range map[time.Duration]string{0: "does another run advance it?", 10*time.Minute + time.Second: "suspended for 10m0s", -10 * time.Minute: "another run", time.Hour: "another run"} {
		if err := movedBecause("a", 10*time.Minute, set); !strings.Contains(err.Error(), says) {
			t.Errorf("set by %s: %v", set, err)
		}
	}
}
