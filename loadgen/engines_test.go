package loadgen

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
)

// An oddPlatform is correct, except for what odd makes of some exchanges.
type oddPlatform struct {
	mu    sync.Mutex
	start time.Time
	n     int
	used  map[string]bool
	odd   func(o *oddPlatform, n int, right *engine.Answer, user string) (takes time.Duration)
	reuse bool // a used code is accepted
	alone bool // no races are sent: which of the two arrives first would decide what is odd
}

// An oddConnection is a connection to an oddPlatform.
type oddConnection struct {
	fakeConnection
	*oddPlatform
}

// Exchange implements [engine.Connection].
func (c *oddConnection) Exchange(r *engine.Request, _ time.Duration) engine.Answer {
	a := engine.Answer{From: c, Sent: time.Now(), Status: http.StatusOK}
	var sent struct{ Code string }
	if err := json.Unmarshal(r.Body, &sent); err != nil {
		panic(err)
	}
	user, _, _ := strings.Cut(sent.Code, "/")
	c.mu.Lock()
	c.n++
	switch {
	case r.Route.Header.Get("Authorization") != "Bearer pat":
		a.Status, a.Body = http.StatusUnauthorized, []byte(`{"errcode":"BAD_PAT"}`)
	case c.used[sent.Code] && !c.reuse:
		a.Status, a.Body = http.StatusBadRequest, []byte(`{"errcode":"CODE_USED"}`)
	default:
		c.used[sent.Code], a.Body = true, identityOf(user)
	}
	takes := c.odd(c.oddPlatform, c.n, &a, user)
	c.mu.Unlock()
	time.Sleep(takes)
	a.Done = time.Now()
	return a
}

func identityOf(user string) []byte {
	return fmt.Appendf(nil, `{"errcode":"OK","data":{"openId":%q,"channel":"finclip"}}`, user)
}

// oddPlatforms are the platforms on which both engines have to find the same.
func oddPlatforms() map[string]*oddPlatform {
	usual := func(n int) time.Duration { return time.Duration(2+n%5) * time.Millisecond }
	return map[string]*oddPlatform{
		"correct": {odd: func(_ *oddPlatform, n int, _ *engine.Answer, _ string) time.Duration { return usual(n) }},
		"stalling": {odd: func(o *oddPlatform, n int, _ *engine.Answer, _ string) time.Duration {
			if since := time.Since(o.start); since > 2*time.Second && since < 3*time.Second {
				return 3*time.Second - since + usual(n)
			}
			return usual(n)
		}},
		"leaking": {odd: func(_ *oddPlatform, n int, a *engine.Answer, _ string) time.Duration {
			if n%31 == 0 && a.Status == http.StatusOK {
				a.Body = identityOf("somebody-else")
			}
			return usual(n)
		}},
		"reusing": {reuse: true, odd: func(_ *oddPlatform, n int, _ *engine.Answer, _ string) time.Duration { return usual(n) }},
		"resetting": {alone: true, odd: func(_ *oddPlatform, n int, a *engine.Answer, _ string) time.Duration {
			if n%29 == 0 {
				a.Status, a.Body, a.Failure = 0, nil, assay.Failure{Kind: assay.BrokenOff}
			}
			return usual(n)
		}},
		"limiting": {alone: true, odd: func(_ *oddPlatform, n int, a *engine.Answer, _ string) time.Duration {
			if n%10 > 6 {
				a.Status, a.Body = http.StatusTooManyRequests, []byte(`{"errcode":"TOO_MANY"}`)
			}
			return usual(n)
		}},
	}
}

// verdictsOn are those of a run on an engine by the numbers of arrivals, with the report.
func verdictsOn(t *testing.T, kind engine.Kind, o *oddPlatform) (byArrival map[uint64]string, report benchmark.Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		all := map[uint64][]string{}
		plan := Plan{Engine: kind, Shape: arrivals.Poisson, Rate: 100, Duration: 6 * time.Second, WarmUp: time.Second,
			Mix: Mix{Login: 0.7, Replay: 0.1, Race: 0.1, BadPAT: 0.1}, Users: 20, InFlight: 256}
		if o.alone {
			plan.Mix.Race = 0
		}
		r := stage{}.openWith(t, plan, func(x vegeta.Result, verdict ledger.Verdict) {
			mu.Lock()
			defer mu.Unlock()
			all[x.Seq] = append(all[x.Seq], verdict.String())
		})
		defer r.close()
		if r.traffic.engine.Kind() != kind {
			t.Errorf("engine %s, want %s", r.traffic.engine.Kind(), kind)
		}
		o.start, o.n, o.used = time.Now(), 0, map[string]bool{}
		r.connectBy(func() engine.Connection { return &oddConnection{oddPlatform: o} })
		report = r.concluded()
		byArrival = map[uint64]string{}
		for n, verdicts := range all {
			slices.Sort(verdicts)
			byArrival[n] = strings.Join(verdicts, " ")
		}
	})
	return byArrival, report
}

// Of one plan and seed, both engines find the same of every arrival, and the same times.
func TestEnginesFindTheSame(t *testing.T) {
	for name, o := range oddPlatforms() {
		lean, one := verdictsOn(t, engine.Lean, o)
		attack, two := verdictsOn(t, engine.Vegeta, o)
		if len(lean) < 500 || len(lean) != len(attack) {
			t.Errorf("%s: %d arrivals, and %d", name, len(lean), len(attack))
		}
		for n, want := range lean {
			if attack[n] != want {
				t.Errorf("%s: arrival %d: vegeta %q, lean %q", name, n, attack[n], want)
			}
		}
		if one.Exchanges != two.Exchanges || one.Outcome != two.Outcome {
			t.Errorf("%s: lean %s %+v, vegeta %s %+v", name, one.Outcome, one.Exchanges, two.Outcome, two.Exchanges)
		}
		for i, pair := range [][2]float64{{one.Response.P50, two.Response.P50}, {one.Response.P90, two.Response.P90}, {one.Response.P99, two.Response.P99},
			{one.Response.P999, two.Response.P999}, {one.Response.Mean, two.Response.Mean}, {one.Service.P99, two.Service.P99}} {
			if off := math.Abs(pair[0] - pair[1]); pair[0] == 0 || off > 0.02*pair[0] {
				t.Errorf("%s: time %d is %g with lean and %g with vegeta", name, i, pair[0], pair[1])
			}
		}
	}
}
