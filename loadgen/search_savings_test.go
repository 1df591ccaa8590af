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
		limit        float64
	}{
		"a rate above the limit":         {104.2, 0, 101.595},
		"one at the limit":               {100, 0, 100},
		"one at the limit, and a hiccup": {99, 17, 99},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: test.rate, Duration: 30 * time.Second, SLO: []assay.SLO{level(t, "errors<1%")}})
			defer r.close()
			savings := &allowance{rate: 100, all: 100, tokens: 100, last: time.Now()}
			r.connectBy(func() engine.Connection {
				return &limitedConnection{fakeConnection{wait: oneMillisecond}, func() bool {
					into := time.Since(r.phases[len(r.phases)-1].Start()).Seconds()
					return savings.spent() || test.hiccup > 0 && into > test.hiccup && into < test.hiccup+0.25
				}}
			})
			s := &search{run: r, found: benchmark.Search{Steps: []benchmark.Step{}}}
			r.limit = &s.found
			r.ready()
			s.confirm(test.rate)
			first := s.found.Steps[0]
			if first.Errors > 0.01 || first.Holds != (test.limit == test.rate) || !s.found.Confirmed || math.Abs(s.found.Limit-test.limit) > 1e-6 {
				t.Errorf("%s: %+v, confirmed %g", name, first, s.found.Limit)
			}
			if !first.Holds && (len(first.Broke) != 1 || first.Outcome != benchmark.Violated ||
				!strings.HasPrefix(first.Reasons[0].String(), "errors<1% holds at first only: in the second half of the confirmation, errors are 1.")) {
				t.Errorf("%s: %+v", name, first)
			}
		})
	}
}
