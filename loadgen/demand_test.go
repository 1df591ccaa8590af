//go:build !race

package loadgen

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
)

// A datedHost mints codes that name when they were issued: at the beginning of a request, which takes some time.
type datedHost struct {
	fakeHost
	lives   time.Duration // a code
	expires bool          // its codes say when they expire
	ahead   time.Duration // its clock
}

// Ask implements [assay.Host].
func (h *datedHost) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	issued := time.Now()
	reply, err := h.fakeHost.Ask(ctx, request)
	for i := range reply.Codes {
		code := &reply.Codes[i]
		code.Phone = "13800000000"
		code.Code = fmt.Sprintf("%s/%d", code.Code, issued.UnixNano())
		if h.expires {
			code.ExpiresAt = issued.Add(h.lives + h.ahead)
		}
	}
	return reply, err
}

// A datingConnection refuses codes that have expired, and keeps the age of the oldest.
type datingConnection struct {
	fakeConnection
	*ages
}

// ages are those of the codes that a target received, by their kind, and how many of them had expired.
type ages struct {
	lives time.Duration

	mu      sync.Mutex
	oldest  map[assay.Endpoint]time.Duration
	expired int
}

func (c *datingConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	kind := assay.Login
	if strings.HasSuffix(r.Route.URL.Path, assay.Phone.Path()) {
		kind = assay.Phone
		a.Body = []byte(`{"errcode":"OK","data":{"phone":"13800000000"}}`)
	}
	var sent struct{ Code string }
	if err := json.Unmarshal(r.Body, &sent); err != nil {
		panic(err)
	}
	var user string
	var n, issued int64
	if _, err := fmt.Sscanf(strings.ReplaceAll(sent.Code, "/", " "), "%s %d %d", &user, &n, &issued); err != nil {
		panic(err)
	}
	age := a.Sent.Sub(time.Unix(0, issued))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.oldest[kind] = max(c.oldest[kind], age)
	if age >= c.lives {
		c.expired++
		a.Status, a.Body = http.StatusBadRequest, []byte(`{"errcode":"CODE_EXPIRED"}`)
	}
	return a
}

// dated makes a run whose target refuses codes that have expired.
func dated(t *testing.T, host *datedHost, ttl time.Duration, mix Mix, plan Plan) (benchmark.Report, *ages) {
	t.Helper()
	seen := &ages{lives: host.lives, oldest: map[assay.Endpoint]time.Duration{}}
	plan.Mix, plan.Seed, plan.Engine = mix, 1, TestedEngine()
	target := assay.Target{APIServers: []string{"http://127.0.0.1:1"}, Apps: []string{"fc1"}, PATs: assay.PATs{Valid: "pat"},
		Declares: assay.Declarations{CodeTTL: ttl}}
	r, err := openRun(t.Context(), Config{Target: target, Host: host, Plan: plan})
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	r.sleep.Close()
	r.sleep = fakeWaiter{}
	r.waits, r.waiter = nil, func() (workers.Waiter, error) { return fakeWaiter{}, nil } // not this machine's delays
	r.waitBy(fakeWaiter{})
	r.connectBy(func() engine.Connection {
		return &datingConnection{fakeConnection{wait: func(time.Time) time.Duration { return 20 * time.Millisecond }}, seen}
	})
	return r.concluded(), seen
}

// No code is sent when it is older than half of its lifetime, of whatever kind and at whatever rate: the target would be blamed
// for refusing it. The buffers hold no more than is needed of each kind, so that few codes are minted for nothing.
func TestNoCodeIsSentThatHasExpired(t *testing.T) {
	const minute = time.Minute
	constant := Plan{Rate: 10, Duration: minute}
	mixed := Mix{Login: 0.9, Phone: 0.1}
	for name, test := range map[string]struct {
		host *datedHost
		ttl  time.Duration
		mix  Mix
		plan Plan
	}{
		"declared":     {&datedHost{lives: 10 * time.Second}, 10 * time.Second, mixed, constant},
		"by the codes": {&datedHost{lives: 10 * time.Second, expires: true}, 0, mixed, constant},
		// gatling/gatling#3455: times were wrong where clocks differed.
		"a driver's clock ahead": {&datedHost{lives: 10 * time.Second, expires: true, ahead: time.Hour}, 10 * time.Second, mixed, constant},
		"not known":              {&datedHost{lives: 12 * time.Second}, 0, mixed, constant},
		"short":                  {&datedHost{lives: 2 * time.Second}, 2 * time.Second, mixed, constant},
		"a slow driver":          {&datedHost{fakeHost: fakeHost{takes: time.Second}, lives: 10 * time.Second}, 10 * time.Second, mixed, constant},
		"rare kinds":             {&datedHost{lives: 20 * time.Second}, 0, Mix{Login: 0.85, Phone: 0.1, Replay: 0.01, Race: 0.02, BadPAT: 0.02}, constant},
		"a slow closed loop":     {&datedHost{lives: 10 * time.Second}, 10 * time.Second, mixed, Plan{Closed: true, InFlight: 2, Duration: minute}},
		"closed, not known":      {&datedHost{lives: time.Minute}, 0, mixed, Plan{Closed: true, InFlight: 2, Duration: 3 * minute}},
		"a slow start of a ramp": {&datedHost{lives: 10 * time.Second}, 10 * time.Second, mixed, Plan{Shape: arrivals.Ramp, Rate: 1, To: 200, Duration: minute}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				report, seen := dated(t, test.host, test.ttl, test.mix, test.plan)
				half := test.host.lives / 2
				if test.ttl == 0 && !test.host.expires {
					half = test.host.lives
				}
				for kind, age := range seen.oldest {
					if age >= half {
						t.Errorf("the oldest %s code was %s old", kind, age)
					}
				}
				got := report.Exchanges
				if seen.expired > 0 || got.Refused > 0 || len(seen.oldest) != 2 {
					t.Errorf("%d of %d exchanges had an expired code, %d were refused; codes of %d kinds", seen.expired, got.Sent, got.Refused, len(seen.oldest))
				}
				if codes := report.Generator.Codes; !test.plan.Closed && codes.Aged > codes.Minted/10 {
					t.Errorf("%d of %d codes were minted for nothing", codes.Aged, codes.Minted)
				}
			})
		})
	}
}

// Every arrival of a kind is a part of the mix, and no replay needs a code.
func TestCodeShare(t *testing.T) {
	for mix, want := range map[Mix][2]float64{
		{Login: 1}:                       {1, 0},
		{Login: 0.9, Phone: 0.1}:         {0.9, 0.1},
		{Login: 3, Phone: 1, Replay: 4}:  {0.375, 0.125},
		{Login: 3, Phone: 1, Race: 4}:    {0.75, 0.25},
		{Phone: 1, BadPAT: 1}:            {0, 1},
		{Race: 1}:                        {1, 0},
		{Login: 0.5, Race: 1, BadPAT: 1}: {1, 0},
	} {
		for i, kind := range assay.Endpoints() {
			if got := mix.codeShare(kind); math.Abs(got-want[i]) > 1e-9 {
				t.Errorf("%s: %g of the arrivals take a %s code, want %g", mix, got, kind, want[i])
			}
		}
	}
}
