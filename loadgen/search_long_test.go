//go:build !race

package loadgen

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// The limit is found within the interval that is promised, from a start below and above it.
func TestSearchFindsTheLimit(t *testing.T) {
	const limit = 300
	for _, from := range []float64{20, 299, 1000} {
		synctest.Test(t, func(t *testing.T) {
			report := searched(t, stage{wait: serving(limit)}, Plan{Rate: from, Duration: 20 * time.Second, Timeout: time.Minute}, "p99<50ms")
			search := report.Search
			if report.Outcome != benchmark.Passed || !search.Confirmed || search.Limit < limit*0.95 || search.Limit > limit*1.01 {
				t.Errorf("from %g: %s %q, limit %g, confirmed %v", from, report.Outcome, report.Reasons, search.Limit, search.Confirmed)
			}
			if last := search.Steps[len(search.Steps)-1]; last.Phase != "confirm" || last.Seconds != 20 || last.Rate != search.Limit || report.Plan.Rate != search.Limit {
				t.Errorf("from %g: the last step is %+v, the report's plan %+v", from, last, report.Plan)
			}
		})
	}
}

// The buffer of codes grows with the rate of a step: the size at the start would starve the faster steps.
func TestBufferGrowsWithTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r *run
		s := stage{driver: 200 * time.Millisecond, wait: func(_, _ time.Time) time.Duration {
			if r.rate() > 800 {
				return time.Second
			}
			return time.Millisecond
		}}
		r = s.open(t, Plan{Rate: 100, Duration: time.Second, WarmUp: 5 * time.Second, SLO: []assay.SLO{level(t, "max<500ms")}})
		defer r.close()
		report := r.limitFound()
		found(t, report, 800)
		if report.Search.Saturated != 0 {
			t.Errorf("the generator was the bottleneck at %g/s", report.Search.Saturated)
		}
	})
}

// A step that is too short for an arrival sends nothing. It must not become a closed loop, which floods the target.
func TestStepWithoutAnArrivalSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var exchanges atomic.Int64
		r := stage{wait: func(_, _ time.Time) time.Duration { exchanges.Add(1); return time.Millisecond }}.open(t, Plan{Rate: 2, Duration: time.Second})
		defer r.close()
		s := newSearch(r)
		s.step(limit.Step{Kind: limit.Confirm, Rate: 0.5, Seconds: 1})
		report, _ := s.conclude()
		if exchanges.Load() > 0 || report.Outcome != benchmark.Errored || !strings.HasPrefix(report.Error.String(), "no arrival") {
			t.Errorf("%d exchanges, %s %v", exchanges.Load(), report.Outcome, report.Reasons)
		}
	})
}

// A confirmation lasts as long as --duration says, and as its service levels need.
func TestAConfirmationHasEnoughSamples(t *testing.T) {
	for _, duration := range []time.Duration{time.Second, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			var r *run
			r = stage{wait: func(_, _ time.Time) time.Duration {
				if r.rate() > 30 {
					return time.Second
				}
				return time.Millisecond
			}}.open(t, Plan{Rate: 20, Duration: duration, SLO: []assay.SLO{level(t, "max<500ms")}})
			defer r.close()
			report := r.limitFound()
			last := report.Search.Steps[len(report.Search.Steps)-1]
			if last.Phase != "confirm" || !report.Search.Confirmed || last.Seconds < duration.Seconds() || last.Sent < 299 {
				t.Errorf("--duration %s: %s, %d exchanges in %g s: %v", duration, last.Phase, last.Sent, last.Seconds, report.Reasons)
			}
		})
	}
}
