//go:build !race

package loadgen

import (
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// An allowance is a token bucket.
type allowance struct {
	mu        sync.Mutex
	rate, all float64
	tokens    float64
	last      time.Time
}

// spent takes a token; true if nothing is left.
func (a *allowance) spent() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	a.tokens, a.last = min(a.all, a.tokens+a.rate*now.Sub(a.last).Seconds()), now
	if a.tokens < 1 {
		return true
	}
	a.tokens--
	return false
}

// A target that lives on an allowance for bursts for most of a confirmation does not hold: the second half shows it, where all of it
// has few errors. A hiccup in that half does not.
func TestALimitOnSavingsIsNotConfirmed(t *testing.T) {
	for name, test := range map[string]struct {
		rate, hiccup float64 // at a second
		holds        bool
	}{
		"a rate above the limit":         {104.2, 0, false},
		"one at the limit":               {100, 0, true},
		"one at the limit, and a hiccup": {99, 17, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: test.rate, Duration: 30 * time.Second, SLO: []assay.SLO{level(t, "errors<1%")}})
			defer r.close()
			r.savesUp(100, func() bool {
				into := time.Since(r.phases[len(r.phases)-1].Start()).Seconds()
				return test.hiccup > 0 && into > test.hiccup && into < test.hiccup+0.25
			})
			s := newSearch(r)
			r.ready()
			s.take(limit.Step{Kind: limit.Confirm, Rate: test.rate, Seconds: 30})
			first := s.found.Steps[0]
			if first.Errors > 0.01 || first.Holds != test.holds {
				t.Errorf("%s: %+v", name, first)
			}
			if !first.Holds && (len(first.Broke) != 1 || first.Outcome != benchmark.Violated ||
				!strings.HasPrefix(first.Reasons[0].String(), "errors<1% holds at first only: in the second half, errors are 1.")) {
				t.Errorf("%s: %+v", name, first)
			}
		})
	}
}

// savesUp makes the target one that answers 100 exchanges a second, and saves up some of them.
func (r *run) savesUp(tokens float64, hiccup func() bool) {
	savings := &allowance{rate: 100, all: tokens, tokens: tokens, last: time.Now()}
	r.connectBy(func() engine.Connection {
		return &limitedConnection{fakeConnection{wait: oneMillisecond}, func() bool { return savings.spent() || hiccup() }}
	})
}

// The limit of a target that saves up an allowance is found by probes as long as the confirmation, which count by their second half: at
// 104/s, 1 % of 30 seconds are errors, and at 102.9/s 1 % of their second half.
func TestTheLimitOfATargetThatSavesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := stage{}.open(t, Plan{Rate: 50, Duration: 30 * time.Second, SLO: []assay.SLO{level(t, "errors<1%")}})
		defer r.close()
		r.savesUp(100, func() bool { return false })
		report := r.limitFound()
		found := report.Limit
		if !report.Search.Confirmed || !found.Long || math.Abs(found.Rate/103-1) > 0.03 || found.Confirmed > 104 || found.Confirmed < 97 {
			t.Errorf("%s: %+v after %v", report.Search.Reason, found, rates(report))
		}
		for _, probe := range found.Probes {
			if probe.Seconds != 30 || probe.From != 15 {
				t.Errorf("%+v", probe)
			}
		}
	})
}

// A confirmation whose answers become slow in its second half does not hold, though all of it meets the level on p99.
func TestAConfirmationThatFades(t *testing.T) {
	for name, test := range map[string]struct {
		every int // one in so many of the second half is slow
		holds bool
	}{"certainly": {52, false}, "perhaps": {90, true}} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			r := stage{wait: func(start, sent time.Time) time.Duration {
				if sent.Sub(start) < 15*time.Second {
					return time.Millisecond
				}
				if n++; n%test.every == 0 {
					return 100 * time.Millisecond
				}
				return time.Millisecond
			}}.open(t, Plan{Rate: 300, Duration: 30 * time.Second, SLO: []assay.SLO{level(t, "p99<50ms")}})
			defer r.close()
			s := newSearch(r)
			r.ready()
			s.take(limit.Step{Kind: limit.Confirm, Rate: 300, Seconds: 30})
			step := s.found.Steps[0]
			if step.Holds != test.holds || step.Response.P99 > 0.05 {
				t.Errorf("%s: %+v", name, step)
			}
			if !test.holds && step.Reasons[0].String() != "p99<50ms holds at first only: it certainly does not hold in the second half" {
				t.Errorf("%s: %q", name, step.Reasons)
			}
		})
	}
}
