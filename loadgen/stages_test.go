//go:build !race

package loadgen

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// threeStages have 250.5, 1500 and 100 arrivals, of which 1850 are whole.
func threeStages() []Stage {
	return []Stage{{Name: "calm", Rate: 50.1, Duration: 5 * time.Second},
		{Name: "peak", Shape: arrivals.Ramp, Rate: 100, To: 200, Duration: 10 * time.Second},
		{Name: "after", Shape: arrivals.Spike, Rate: 10, To: 60, Duration: 5 * time.Second}}
}

// slowIn answers after 100 ms what was sent in a time, and everything else after a millisecond.
func slowIn(from, to time.Duration) func(start, sent time.Time) time.Duration {
	return func(start, sent time.Time) time.Duration {
		if since := sent.Sub(start); since >= from && since < to {
			return 100 * time.Millisecond
		}
		return time.Millisecond
	}
}

// Each stage has the arrivals of its own schedule, with the times of what was due in it, and its service levels are judged by these alone.
func TestStagesHaveTheirOwnFigures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Stages: threeStages(), SLO: levels(t, "calm/p99<5ms", "peak/login.p90<50ms", "peak/p50<300ms", "after/max<5ms",
			"peak/throughput>=150/s", "calm/throughput>=60/s", "calm/errors<1%", "p90<1s")}
		report := play(t, plan, slowIn(5*time.Second, 15*time.Second))
		want := []struct {
			name     string
			sent     int64
			rate     float64
			slowest  float64
			duration float64
		}{{"calm", 250, 50, 0.001, 5}, {"peak", 1500, 150, 0.1, 10}, {"after", 100, 20, 0.001, 5}}
		if len(report.ByStage) != len(want) || report.Exchanges.Sent != 1850 || report.Plan.Duration != 20 || report.Plan.Shape != benchmark.Staged || report.Plan.Rate != 50.1 {
			t.Fatalf("%d stages, %d sent, %+v", len(report.ByStage), report.Exchanges.Sent, report.Plan)
		}
		for i, one := range want {
			f := report.ByStage[i]
			if f.Name != one.name || f.Exchanges.Sent != one.sent || f.Exchanges.Accepted != one.sent || f.Throughput.Offered != one.rate ||
				f.Throughput.Achieved != one.rate || f.Response.Max < one.slowest || f.Response.Max > 1.01*one.slowest+0.001 || f.Seconds != one.duration {
				t.Errorf("%+v, want %+v", f, one)
			}
			if i := f.Response.Intervals; i == nil || !i.P50.Known() {
				t.Errorf("%s has no intervals", f.Name)
			}
		}
		verdicts := map[string]benchmark.LevelVerdict{}
		for _, level := range report.SLO {
			verdicts[level.Expression] = level.Verdict
		}
		for level, verdict := range map[string]benchmark.LevelVerdict{"calm/p99<5ms": benchmark.NotKnown, "peak/login.p90<50ms": benchmark.DoesNotHold,
			"peak/p50<300ms": benchmark.Holds, "after/max<5ms": benchmark.Holds, "peak/throughput>=150/s": benchmark.Holds,
			"calm/throughput>=60/s": benchmark.DoesNotHold, "calm/errors<1%": benchmark.NotKnown, "p90<1s": benchmark.Holds,
			"peak/errors<1%": benchmark.Holds, "after/errors<1%": benchmark.NotKnown} {
			if verdicts[level] != verdict {
				t.Errorf("%s: %q, want %q", level, verdicts[level], verdict)
			}
		}
		if _, whole := verdicts["errors<1%"]; whole {
			t.Error("a level on the errors of a stage leaves the whole run to the default")
		}
	})
}

// What is due in a stage belongs to it, though it is answered in the next one.
func TestAStageHasWhatWasDueInIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Stages: []Stage{{Name: "a", Rate: 100, Duration: 5 * time.Second}, {Name: "b", Rate: 100, Duration: 5 * time.Second}}}
		report := play(t, plan, func(start, sent time.Time) time.Duration {
			if since := sent.Sub(start); since >= 3*time.Second && since < 5*time.Second {
				return 8*time.Second - since
			}
			return time.Millisecond
		})
		a, b := report.ByStage[0], report.ByStage[1]
		if a.Exchanges.Accepted != 500 || b.Exchanges.Accepted != 500 || a.Throughput.Achieved != 100 || a.Response.P90 < 3 || b.Response.Max > 0.0011 {
			t.Errorf("%+v\n%+v", a, b)
		}
	})
}

// A run that is stopped has the stages that were begun, and a level on a later one is not known.
func TestAStoppedRunHasTheStagesThatBegan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := stage{wait: slowIn(0, 0)}.open(t, Plan{Stages: threeStages(), SLO: levels(t, "after/p50<1s")})
		defer r.close()
		p := r.phase(Measured, r.plan)
		r.ready()
		stop := time.AfterFunc(8*time.Second, func() { r.stop(nil) })
		defer stop.Stop()
		r.send(p)
		p.spent = 8 * time.Second
		r.drain(p)
		report := benchmark.Conclude(r.report(p))
		if len(report.ByStage) != 2 || report.ByStage[1].Seconds != 3 || report.SLO[0].Verdict != benchmark.NotKnown {
			t.Errorf("%+v, %+v", report.ByStage, report.SLO[0])
		}
	})
}

// Stages that are not possible are refused, and so is what has no place beside them.
func TestStagesThatAreRefused(t *testing.T) {
	target := assay.Target{APIServers: []string{"http://127.0.0.1:1"}, Apps: []string{"fc1"}}
	one := Stage{Name: "a", Rate: 10, Duration: time.Second}
	var many []Stage
	for range MaxStages + 1 {
		many = append(many, Stage{Name: "s" + string(rune('a'+len(many))), Rate: 10, Duration: time.Second})
	}
	for want, plan := range map[string]Plan{
		"two stages have the name a":       {Stages: []Stage{one, one}},
		`has "1" for the name of a stage`:  {Stages: []Stage{{Name: "1", Rate: 10, Duration: time.Second}}},
		"17 stages are too many":           {Stages: many},
		"which the plan does not have":     {Stages: []Stage{one}, SLO: levels(t, "b/p99<1s")},
		"cannot have stages":               {Stages: []Stage{one}, AbortOnViolated: true},
		"stage a: rate 0/s":                {Stages: []Stage{{Name: "a", Duration: time.Second}}},
		"stage a: duration 0s":             {Stages: []Stage{{Name: "a", Rate: 10}}},
		"is about the stage b":             {Rate: 10, SLO: levels(t, "b/p99<1s")},
		"is about the stage c":             {Rate: 10, Until: goals(t, "c/p99<1s")},
		"stage a: no arrival falls within": {Stages: []Stage{{Name: "a", Rate: 0.5, Duration: time.Second}}},
	} {
		if _, err := Begin(Config{Target: target, Plan: plan}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := Begin(Config{Target: target, Plan: Plan{Stages: []Stage{one}}, Search: true}); err == nil {
		t.Error("a search has stages")
	}
}

// Two stages of the shape poisson have different gaps, and the same seed gives the same ones.
func TestStagesOfPoissonDiffer(t *testing.T) {
	plan := Plan{Seed: 3}.InStages([]Stage{{Name: "a", Shape: arrivals.Poisson, Rate: 100, Duration: time.Second}, {Name: "b", Shape: arrivals.Poisson, Rate: 100, Duration: time.Second}})
	one, err := plan.schedule()
	if err != nil {
		t.Fatal(err)
	}
	two, _ := plan.schedule()
	second := 0
	for one.At(second) < time.Second {
		second++
	}
	same := 0
	for n := range min(second, one.Len()-second) {
		if one.At(n) != two.At(n) {
			t.Fatal("another schedule of the same seed")
		}
		if one.At(second+n)-time.Second == one.At(n) {
			same++
		}
	}
	if same > 0 {
		t.Errorf("%d arrivals are at the same moments of both stages", same)
	}
}

// The generator is calibrated by one rate: the highest of the stages.
func TestStagesAreCalibratedAtTheirHighestRate(t *testing.T) {
	plan := Plan{Stages: threeStages(), WarmUp: time.Second}
	if ceiling := plan.forCeiling(); !ceiling.Closed || ceiling.Stages != nil || ceiling.InFlight != DefaultClosed || ceiling.Duration != ceilingTime {
		t.Errorf("%+v", ceiling)
	}
	if floor := plan.forFloor(); floor.Rate != 200 || floor.To != 0 || floor.Stages != nil || floor.Duration != floorTime || floor.Shape != arrivals.Constant {
		t.Errorf("%+v", floor)
	}
}

// What a late generator sends at once is counted in the stage in which it was due.
func TestCatchUpsAreOfTheirStage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Stages: []Stage{{Name: "calm", Rate: 10, Duration: 5 * time.Second}, {Name: "peak", Rate: 1000, Duration: 5 * time.Second}}}
		r := stage{wait: slowIn(0, 0), late: 20 * time.Millisecond}.open(t, plan)
		defer r.close()
		report := r.concluded()
		calm, peak := report.ByStage[0].CatchUp, report.ByStage[1].CatchUp
		if d := report.Generator.Delay; calm.Exchanges != 0 || peak.Exchanges == 0 || d.CatchUp != peak.Exchanges {
			t.Errorf("calm %+v, peak %+v, %+v", calm, peak, d)
		}
	})
}
