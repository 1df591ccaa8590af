package loadgen

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// An exhaustedConnection cannot be opened for every tenth exchange, because this machine has no file descriptor left.
type exhaustedConnection struct {
	fakeConnection
	exchanges *atomic.Int64
}

// Live implements [engine.Connection].
func (c *exhaustedConnection) Live() bool { return false }

// A closedEngine has no connection open beside the exchange that is sent.
type closedEngine struct{ engine.Engine }

// Connections implements [engine.Engine].
func (closedEngine) Connections() (now, most int) { return 0, 1 }

func (c *exhaustedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	if c.exchanges.Add(1)%10 == 0 {
		now := time.Now()
		return engine.Answer{From: c, Sent: now, Done: now,
			Failure: assay.Failure{Kind: assay.LocalShortage, Text: "no connection: too many open files"}}
	}
	return c.fakeConnection.Exchange(r, timeout)
}

// What this machine could not send is not a failure of the target.
func TestExhaustionIsTheGenerators(t *testing.T) {
	for _, mix := range []Mix{{Login: 1}, {Login: 0.5, Replay: 0.5}, {Race: 1}, {BadPAT: 1}} {
		t.Run(mix.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := stage{}.open(t, Plan{Rate: 100, Duration: 2 * time.Second})
				defer r.close()
				r.traffic.picker, r.traffic.keepUsed = mix.picker(1), mix.Replay > 0
				var exchanges atomic.Int64
				r.connectBy(func() engine.Connection {
					return &exhaustedConnection{fakeConnection{wait: oneMillisecond}, &exchanges}
				})
				r.traffic.engine = closedEngine{r.traffic.engine}
				report := r.concluded()
				exhausted := exchanges.Load() / 10
				sent, failed := report.Exchanges.Sent, report.Exchanges.Failed()
				if sent != exchanges.Load()-exhausted || failed != 0 {
					t.Errorf("%d of %d exchanges were sent, %d failed: %v", sent, exchanges.Load(), failed, report.Errors)
				}
				if mix.Race == 0 && report.Generator.Unsent != exhausted || !strings.Contains(fmt.Sprint(report.Notes), "too many open files") {
					t.Errorf("%d unsent, want %d; notes %q", report.Generator.Unsent, exhausted, report.Notes)
				}
				if mix == (Mix{Login: 1}) && report.Outcome != benchmark.Saturated {
					t.Errorf("%s %v", report.Outcome, report.Reasons)
				}
			})
		})
	}
}

// A fickleConnection gives every exchange a different openId.
type fickleConnection struct {
	fakeConnection
	openIDs *atomic.Int64
}

func (c *fickleConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	a.Body = fmt.Appendf(nil, `{"errcode":"OK","data":{"openId":"%d","channel":"finclip"}}`, c.openIDs.Add(1))
	return a
}

// If every user signs in once, there is nothing to compare, and the requirement is untested.
func TestIdentityIsUntestedIfUsersSignInOnce(t *testing.T) {
	for users, want := range map[int]assay.Verdict{8: assay.Untested, 7: assay.Fail} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 8, Duration: time.Second, Users: users})
			defer r.close()
			var openIDs atomic.Int64
			r.connectBy(func() engine.Connection {
				return &fickleConnection{fakeConnection{wait: oneMillisecond}, &openIDs}
			})
			report := r.concluded()
			if got := report.Requirements[0]; got.ID != "load.identity" || got.Verdict != want || report.Exchanges.Uncompared != int64(users) {
				t.Errorf("%d users: %s %s: %s; %+v", users, got.ID, got.Verdict, got.Reason, report.Exchanges)
			}
		})
	}
}

// A distantConnection takes time to connect, and its server closes it after every answer.
type distantConnection struct {
	fakeConnection
	connecting time.Duration
	connected  bool
	began      func(code string) // is called for every exchange
}

func (c *distantConnection) Dial(time.Duration) error {
	if !c.connected {
		time.Sleep(c.connecting)
	}
	c.connected = true
	return nil
}

func (c *distantConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	sent := time.Now()
	_ = c.Dial(timeout)
	c.connected = false
	c.began(string(r.Body))
	a := c.fakeConnection.Exchange(r, timeout)
	a.Sent = sent
	return a
}

// Both exchanges of a race are sent at the same moment, however long their connections take. That time is the target's
// service time, and not lateness of the generator.
func TestRaceBeginsWhenBothAreConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const far = 200 * time.Millisecond
		r := stage{}.open(t, Plan{Rate: 20, Duration: 5 * time.Second})
		defer r.close()
		r.traffic.picker = Mix{Race: 1}.picker(1)
		var mu sync.Mutex
		began := map[string][]time.Time{}
		var connections time.Duration
		r.connectBy(func() engine.Connection {
			mu.Lock()
			defer mu.Unlock()
			connections += time.Millisecond // no two take the same time
			return &distantConnection{fakeConnection: fakeConnection{wait: oneMillisecond}, connecting: far + connections,
				began: func(code string) {
					mu.Lock()
					defer mu.Unlock()
					began[code] = append(began[code], time.Now())
				}}
		})
		report := r.report(r.measure(r.plan))
		for _, moments := range began {
			if len(moments) != 2 || !moments[0].Equal(moments[1]) {
				t.Errorf("the exchanges of a race began at %v", moments)
			}
		}
		if report.Exchanges.RacesSent != 100 || report.Lateness.Max > 0.0005 || report.Service.P50 < far.Seconds() {
			t.Errorf("%+v, late by %g s, service %g s", report.Exchanges, report.Lateness.Max, report.Service.P50)
		}
	})
}

// A movingConnection leads to another web server after some exchanges.
type movingConnection struct {
	fakeConnection
	left *atomic.Int64
	to   string // the address of the other server
}

func (c *movingConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	a.Address = "192.0.2.1"
	if c.left.Add(-1) < 0 {
		a.Address, a.Status, a.Body = c.to, http.StatusNotFound, []byte("<html>")
	}
	return a
}

// What another server answers, which the target's name leads to, refuses nobody; what the target answers does.
func TestANameThatLeadsElsewhere(t *testing.T) {
	for to, refused := range map[string]int64{"192.0.2.1": 60, "192.0.2.2": 0} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 100, Duration: time.Second, Users: 100})
			defer r.close()
			var left atomic.Int64
			left.Store(40)
			r.connectBy(func() engine.Connection {
				return &movingConnection{fakeConnection{wait: oneMillisecond}, &left, to}
			})
			report := r.concluded()
			if got := report.Exchanges; got.Refused != refused || got.InDoubt != 60-refused {
				t.Errorf("%s: %+v", to, got)
			}
		})
	}
}
