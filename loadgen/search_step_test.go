//go:build !race

package loadgen

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain/limit"
)

// A probe lasts until what its levels are about has enough samples: refusals do not count as sign-ins.
func TestAStepHasTheSamplesOfItsLevels(t *testing.T) {
	mixed := Mix{Login: 0.4, Phone: 0.1, Replay: 0.2, Race: 0.1, BadPAT: 0.2}
	for _, test := range []struct {
		level   string
		mix     Mix
		samples func(benchmark.Step, benchmark.Report) int64
		least   int64
		most    float64 // seconds at 200/s
	}{
		{"p99<50ms", Mix{Login: 1}, signedIn, 1000, 5},
		{"p99<50ms", mixed, signedIn, 1000, 10},
		{"phone.p99<50ms", mixed, func(_ benchmark.Step, r benchmark.Report) int64 { return r.ByEndpoint[1].Response.Samples }, 1000, 47},
		{"refusals.p99<50ms", mixed, func(_ benchmark.Step, r benchmark.Report) int64 { return r.Refusals.Samples }, 1000, 12},
		{"all.p99<50ms", mixed, func(_ benchmark.Step, r benchmark.Report) int64 { return r.All.Samples }, 1000, 5},
		{"errors<0.1%", mixed, func(_ benchmark.Step, r benchmark.Report) int64 { return r.Exchanges.Judged() }, 2995, 26},
		{"phone.p99<50ms", Mix{Login: 1}, signedIn, 1000, 5}, // nothing of it is ever sent
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 200, Duration: time.Second, Mix: test.mix, SLO: levels(t, test.level)})
			defer r.close()
			script := &platformScript{takes: always(time.Millisecond), used: map[string]bool{}}
			r.traffic.engine = script.engine(r)
			s := newSearch(r)
			step := s.step(limit.Step{Kind: limit.Probing, Rate: 200, Seconds: max(5, s.sampling(limit.Probing, 200).Seconds())})
			if got := test.samples(step, s.last.report); got < test.least || step.Seconds > test.most {
				t.Errorf("%s of %s: %d samples in %g s", test.level, test.mix, got, step.Seconds)
			}
		})
	}
}

// Samples that would take longer than a duration can be are too many, and not none.
func TestSamplesThatNeverCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Rate: 0.01, Duration: 200 * time.Second, Mix: Mix{Login: 1, Phone: 1e-7}, SLO: levels(t, "phone.p99<50ms")}
		r := stage{}.open(t, plan)
		defer r.close()
		if got := newSearch(r).sampling(limit.Probing, plan.Rate); got != MaxDuration {
			t.Errorf("%s", got)
		}
		if report := r.limitFound(); report.Exchanges.Sent != 0 || !strings.Contains(report.Search.Reason.String(), "take longer than") {
			t.Errorf("%d sent: %q", report.Exchanges.Sent, report.Search.Reason)
		}
	})
}

func signedIn(step benchmark.Step, _ benchmark.Report) int64 { return step.Response.Samples }

// A step of a search is judged with what --calibrate measured, as a run is: a delay of the generator is not the target's.
func TestAStepIsJudgedWithTheNoiseFloor(t *testing.T) {
	for name, test := range map[string]struct {
		floor *benchmark.NoiseFloor
		want  string
	}{
		"with one":    {&benchmark.NoiseFloor{Service: benchmark.Times{P50: 0.015, P90: 0.015, P95: 0.015, P99: 0.015, P999: 0.015, Max: 0.015}}, "even at 25/s the generator is the bottleneck: p50<15ms does not hold, but the generator itself ran up to 15.0ms late at p50"},
		"without one": {nil, "no rate cures p50<15ms: "},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{wait: func(_, _ time.Time) time.Duration { return 20 * time.Millisecond }}.open(t, Plan{Rate: 50, Duration: 5 * time.Second,
				SLO: []assay.SLO{level(t, "p50<15ms")}})
			defer r.close()
			r.config.NoiseFloor = test.floor
			report := r.limitFound()
			if got := report.Search.Reason.String(); !strings.HasPrefix(got, test.want) || (report.NoiseFloor == nil) != (test.floor == nil) {
				t.Errorf("%s: %q after %v", name, got, report.Search.Steps)
			}
		})
	}
}

// Shares of errors scatter by chance: a share that is as large at a lower rate, but for chance, ends a search, and one that may be cured does not.
func TestErrorsThatNoRateCuresByTheirCounts(t *testing.T) {
	step := func(rate float64, sent int64, errors float64) benchmark.Step {
		return benchmark.Step{Rate: rate, Sent: sent, Errors: errors, Achieved: rate * (1 - errors), Outcome: benchmark.Violated,
			Broke: []benchmark.Level{{Expression: "errors<1%", Observed: errors, Verdict: benchmark.DoesNotHold}}}
	}
	for name, test := range map[string]struct {
		failed []benchmark.Step
		ends   bool
	}{
		"a third, with chance":         {[]benchmark.Step{step(100, 500, 0.32), step(50, 250, 0.25), step(25, 125, 0.28)}, true},
		"more at first by chance":      {[]benchmark.Step{step(100, 500, 0.28), step(50, 250, 0.32), step(25, 125, 0.24)}, true},
		"fewer at lower rates":         {[]benchmark.Step{step(100, 1000, 0.30), step(50, 1000, 0.25), step(25, 1000, 0.20)}, false},
		"few, and perhaps cured":       {[]benchmark.Step{step(100, 500, 0.03), step(50, 250, 0.028), step(25, 299, 0.02)}, false},
		"few, and more steps":          {[]benchmark.Step{step(100, 500, 0.03), step(50, 299, 0.028), step(25, 299, 0.02), step(12.5, 299, 0.03), step(6.25, 299, 0.03)}, true},
		"so many steps as tell enough": {[]benchmark.Step{step(100, 500, 0.32), step(50, 250, 0.25)}, false},
	} {
		s := search{run: &run{}, failed: test.failed}
		if s.endIfIncurable(); s.found.Reason.IsZero() == test.ends {
			t.Errorf("%s: %q", name, s.found.Reason)
		}
	}
}
