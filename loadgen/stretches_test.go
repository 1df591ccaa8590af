//go:build !race

package loadgen

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// exponential is a delay with the mean of 10 ms, a different one for each of 500 arrivals a second.
func exponential(start, sent time.Time) time.Duration {
	const rate = 500
	n := int(math.Round(sent.Sub(start).Seconds()*rate)) * 7919 % 10_007 // spreads the arrivals over the shares
	return time.Duration(-math.Log(1-(float64(n)+0.5)/10_007) * float64(10*time.Millisecond))
}

// TestIntervalsHoldTheTruth: the intervals of a run against a target with known times hold these, and are narrow where there is much.
func TestIntervalsHoldTheTruth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate = 500
		report := play(t, Plan{Rate: rate, Duration: 20 * time.Second}, exponential)
		for metric, truth := range map[assay.Metric]float64{
			assay.MetricP50: 0.00693, assay.MetricP90: 0.02303, assay.MetricP95: 0.02996, assay.MetricP99: 0.04605, assay.MetricMean: 0.01,
		} {
			i := report.Response.Interval(metric)
			if !i.Holds(truth) || i.Open() || i.HalfWidth() > 0.2 || i.Value != map[assay.Metric]float64{assay.MetricP50: report.Response.P50, assay.MetricP90: report.Response.P90, assay.MetricP95: report.Response.P95,
				assay.MetricP99: report.Response.P99, assay.MetricMean: report.Response.Mean}[metric] {
				t.Errorf("%s is %g: %+v", metric, truth, i)
			}
		}
		if i := report.Response.Interval(assay.MetricP999); !i.Open() && !i.Holds(0.06908) {
			t.Errorf("p999: %+v", i)
		}
		if i := report.Throughput.Interval; !i.Holds(rate) || i.Low < 0.99*rate {
			t.Errorf("throughput %+v", i)
		}
		if i := report.ErrorShare; i.Value != 0 || !i.Known() || !i.OneSided || i.High > 0.001 {
			t.Errorf("errors %+v", i)
		}
	})
}

// TestIntervalsOfAQueueAreWider: exchanges that wait for each other tell less than as many independent ones.
func TestIntervalsOfAQueueAreWider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate = 500
		stalling := func(start, sent time.Time) time.Duration { // half a second of every four is slow
			if since := sent.Sub(start) % (4 * time.Second); since < 500*time.Millisecond {
				return 40 * time.Millisecond
			}
			return exponential(start, sent)
		}
		report := play(t, Plan{Rate: rate, Duration: 20 * time.Second}, stalling)
		if i := report.Response.Interval(assay.MetricP90); i.Deff < 5 || i.Effective > 20*rate/5 {
			t.Errorf("p90 %+v", i)
		}
	})
}

// TestAShortRunHasNoInterval: where there are too few seconds to see how they differ, nothing is claimed.
func TestAShortRunHasNoInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := play(t, Plan{Rate: 500, Duration: 3 * time.Second}, exponential)
		if report.Response.Intervals != nil || report.Response.Interval(assay.MetricP50).Known() || report.Outcome != benchmark.Passed {
			t.Errorf("%s: %+v", report.Outcome, report.Response.Intervals)
		}
		if low, high := report.Response.Ends(assay.MetricP99); low != "" || high != "" {
			t.Errorf("from %q to %q", low, high)
		}
	})
}

// TestEndsOfIntervalsRise: what a percentile is certainly above, a higher one is, too; an open end stays open.
func TestEndsOfIntervalsRise(t *testing.T) {
	known := func(low, high float64) uncertain.Interval {
		return uncertain.Interval{Low: low, High: high, Confidence: 0.95}
	}
	p50, p90, p95, none := known(0.255, 9), known(0.246, 0.9), known(0.3, math.Inf(1)), uncertain.Interval{}
	inOrder(&p50, &p90, &p95, &none)
	if p50 != known(0.255, 0.9) || p90 != known(0.255, 0.9) || p95.Low != 0.3 || !p95.Open() || none.Known() {
		t.Errorf("%+v %+v %+v %+v", p50, p90, p95, none)
	}
}

// Intervals are computed from a copy: workers count meanwhile, and would be late otherwise.
func TestWorkersCountWhileIntervalsAreComputed(t *testing.T) {
	var s stretches
	s.begin(time.Now(), time.Minute)
	s.parts(func(of *uncertain.Blocks) uncertain.Run {
		if !s.mu.TryLock() {
			t.Fatal("nobody could count")
		}
		s.mu.Unlock()
		return of.Run(time.Minute)
	})
}
