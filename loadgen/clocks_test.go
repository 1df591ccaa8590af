//go:build !race

package loadgen

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// A datedConnection answers with the Date of a clock, and refuses while refuses says so.
type datedConnection struct {
	fakeConnection
	clock   func() time.Time
	refuses func() bool
	header  http.Header
}

func (c *datedConnection) Header() http.Header { return c.header }

func (c *datedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	c.header = http.Header{"Date": {c.clock().UTC().Format(http.TimeFormat)}}
	a.From = c
	if c.refuses() {
		a.Status, a.Body = http.StatusBadRequest, []byte(`{"errcode":"CODE_EXPIRED","error":"the code has expired"}`)
	}
	return a
}

// Where another run moves the clock of the platform, the codes in stock are over, and nothing can be said of the target. One that
// refuses and whose clock runs on, however wrong it is, is to blame.
func TestAClockThatAnotherRunMovesIsNotTheTargets(t *testing.T) {
	for name, test := range map[string]struct {
		by, before time.Duration // how far the clock is moved, and how wrong it was
		outcome    benchmark.Outcome
	}{
		"moved by a lifetime": {5 * time.Minute, 0, benchmark.Errored},
		"moved back":          {-5 * time.Minute, 0, benchmark.Errored},
		"never moved":         {0, 0, benchmark.Violated},
		"always wrong":        {0, time.Hour, benchmark.Violated},
		"set right":           {20 * time.Second, -20 * time.Second, benchmark.Violated},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 100, Duration: 20 * time.Second, SLO: levels(t, "errors<1%")})
			defer r.close()
			at := time.Now().Add(10 * time.Second)
			clock := func() time.Time {
				if now := time.Now(); now.After(at) {
					return now.Add(test.before + test.by)
				}
				return time.Now().Add(test.before)
			}
			refuses := func() bool { return time.Now().After(at) && time.Now().Before(at.Add(time.Second)) }
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
