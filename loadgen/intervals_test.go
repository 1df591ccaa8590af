//go:build !race

package loadgen

import (
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// anyTarget answers within random times: of one kind, of several, in waves, of a queue, or the same for all; some exchanges fail or never end.
func anyTarget(random *rand.Rand) *platformScript {
	base, spread, often := math.Exp(random.Float64()*7)*1e5, random.Float64()*2, random.Float64()*random.Float64()*0.1
	var kind, failing, hanging = random.IntN(5), random.IntN(3) == 0, random.IntN(4) == 0
	free := time.Duration(0) // when the queue is empty
	s := &platformScript{takes: func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
		took := time.Duration(base * math.Exp(spread*random.NormFloat64()))
		switch kind {
		case 0:
			took = time.Duration(base)
		case 1:
			if random.Float64() < often {
				took *= 20
			}
		case 2:
			took = time.Duration(float64(took) * (1 + math.Abs(3*math.Sin(since.Seconds()/3))))
		case 3:
			free = max(free, since) + min(took, 4*time.Millisecond)
			took = free - since
		}
		if hanging && random.Float64() < often/4 {
			return time.Hour
		}
		return took
	}}
	if failing {
		s.fails = func(toRefuse bool, _ int) int {
			if !toRefuse && random.Float64() < often {
				return http.StatusInternalServerError
			}
			return 0
		}
	}
	return s
}

// anyPlan has a random schedule of at least five seconds; some have stages.
func anyPlan(random *rand.Rand) Plan {
	seconds := func() time.Duration { return time.Duration(5+random.IntN(12)) * time.Second }
	plan := Plan{Rate: 20 + 180*random.Float64(), Duration: seconds(), Seed: random.Uint64() >> 1, Timeout: 3 * time.Second,
		Mix: []Mix{{Login: 1}, {Login: 9, Phone: 1}, {Login: 8, Phone: 2, Replay: 1, Race: 1, BadPAT: 1}}[random.IntN(3)]}
	switch random.IntN(4) {
	case 0:
		plan.Shape = arrivals.Poisson
	case 1:
		plan.Stages = []Stage{{Name: "a", Rate: plan.Rate, Duration: seconds()}, {Name: "b", Rate: 20, To: 200, Shape: arrivals.Ramp, Duration: seconds()}}
	case 2:
		plan.Closed, plan.InFlight = true, 2
	}
	return plan
}

// The intervals of any run agree with its times, in the run, its endpoints and stages: no file of a run contradicts itself.
func TestIntervalsOfAnyRunAgreeWithItsTimes(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			plan := anyPlan(random)
			report := anyTarget(random).perform(t, plan, 1, "p99<50ms", "mean<30ms")
			if found := report.Contradiction(); !found.IsZero() {
				t.Errorf("seed %d, %+v: %s\n%+v", seed, plan, found, report.Response)
			}
		})
	}
}

// An interval that was edited is seen wherever it stands: in the run, an endpoint, a stage, and an endpoint of a stage.
func TestAnEditedIntervalIsSeen(t *testing.T) {
	var run benchmark.Report
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		s := &platformScript{takes: func(assay.Endpoint, int, time.Duration) time.Duration {
			return time.Duration(2e6 * math.Exp(random.NormFloat64()))
		}, fails: func(toRefuse bool, _ int) int {
			if !toRefuse && random.Float64() < 0.05 {
				return http.StatusInternalServerError
			}
			return 0
		}}
		run = s.perform(t, Plan{Mix: Mix{Login: 2, Phone: 1}, Seed: 3, Stages: []Stage{{Name: "a", Rate: 80, Duration: 20 * time.Second}, {Name: "b", Rate: 50, Duration: 20 * time.Second}}}, 1)
	})
	if found := run.Contradiction(); !found.IsZero() {
		t.Fatal(found)
	}
	places := map[string]func(r *benchmark.Report) (*benchmark.Times, *uncertain.Interval){
		"response, errorShare": func(r *benchmark.Report) (*benchmark.Times, *uncertain.Interval) { return &r.Response, &r.ErrorShare },
		"login.response, login.errorShare": func(r *benchmark.Report) (*benchmark.Times, *uncertain.Interval) {
			return &r.ByEndpoint[0].Response, &r.ByEndpoint[0].ErrorShare
		},
		"phone.service, phone.errorShare": func(r *benchmark.Report) (*benchmark.Times, *uncertain.Interval) {
			return &r.ByEndpoint[1].Service, &r.ByEndpoint[1].ErrorShare
		},
		"byStage b: response, byStage b: error": func(r *benchmark.Report) (*benchmark.Times, *uncertain.Interval) {
			return &r.ByStage[1].Response, &r.ByStage[1].ErrorShare
		},
		"byStage a: login.response, byStage a: login.error": func(r *benchmark.Report) (*benchmark.Times, *uncertain.Interval) {
			return &r.ByStage[0].ByEndpoint[0].Response, &r.ByStage[0].ByEndpoint[0].ErrorShare
		},
	}
	for name, of := range places {
		times, share, _ := strings.Cut(name, ", ")
		for what, edit := range map[string]func(*benchmark.Intervals, *uncertain.Interval){
			"p50 widened": func(i *benchmark.Intervals, _ *uncertain.Interval) { i.P50.High = 5 * i.P50.Value },
			"p99 narrowed": func(i *benchmark.Intervals, _ *uncertain.Interval) {
				i.P99.Low, i.P99.High = i.P99.Value, i.P99.Value*1.0001
			},
			"p90 without a low end": func(i *benchmark.Intervals, _ *uncertain.Interval) { i.P90.Low = 0 },
			"p50 of more":           func(i *benchmark.Intervals, _ *uncertain.Interval) { i.P50.Effective *= 100 },
			"p90 of another figure": func(i *benchmark.Intervals, _ *uncertain.Interval) {
				i.P90.Value, i.P90.Low, i.P90.High = i.P90.Value/2, i.P90.Low/2, i.P90.High/2
			},
			"p90 opened":  func(i *benchmark.Intervals, _ *uncertain.Interval) { i.P90.High = math.Inf(1) },
			"p999 closed": func(i *benchmark.Intervals, _ *uncertain.Interval) { i.P999.High = i.P999.Value * 1.01 },
			"the mean narrowed": func(i *benchmark.Intervals, _ *uncertain.Interval) {
				i.Mean.Low, i.Mean.High = i.Mean.Value*0.9999, i.Mean.Value*1.0001
			},
			"the mean widened": func(i *benchmark.Intervals, _ *uncertain.Interval) { i.Mean.Low = 0 },
			"p95 less sure":    func(i *benchmark.Intervals, _ *uncertain.Interval) { i.P95.Confidence = 0.5 },
			"errors narrowed":  func(_ *benchmark.Intervals, e *uncertain.Interval) { e.Low, e.High = e.Value, e.Value },
			"fewer errors":     func(_ *benchmark.Intervals, e *uncertain.Interval) { e.High /= 2 },
			"errors of more": func(_ *benchmark.Intervals, e *uncertain.Interval) {
				*e = uncertain.ShareOf(e.Value, 10*e.Effective, 0.95)
				e.Deff = 1
			},
		} {
			if what == "p99 narrowed" && strings.HasPrefix(name, "byStage") {
				continue // which has too few percentiles to show it
			}
			report := copied(run)
			in, shareOf := of(&report)
			edit(in.Intervals, shareOf)
			found := report.Contradiction().String()
			if !strings.HasPrefix(found, times+".") && !strings.HasPrefix(found, share) {
				t.Errorf("%s, %s: %q; intervals %+v", name, what, found, *in.Intervals)
			}
		}
	}
	for name, throughput := range map[string]func(*benchmark.Report) *benchmark.Throughput{
		"throughput":            func(r *benchmark.Report) *benchmark.Throughput { return &r.Throughput },
		"byStage b: throughput": func(r *benchmark.Report) *benchmark.Throughput { return &r.ByStage[1].Throughput },
	} {
		report := copied(run)
		throughput(&report).Interval.Low = throughput(&report).Achieved
		if found := report.Contradiction().String(); !strings.HasPrefix(found, name+".interval ") {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// copied is a report whose figures can be edited without those of the other.
func copied(r benchmark.Report) benchmark.Report {
	times := func(all ...*benchmark.Times) {
		for _, one := range all {
			if one.Intervals != nil {
				own := *one.Intervals
				one.Intervals = &own
			}
		}
	}
	endpoints := func(of []benchmark.EndpointFigures) []benchmark.EndpointFigures {
		own := append([]benchmark.EndpointFigures(nil), of...)
		for i := range own {
			times(&own[i].Response, &own[i].Service)
		}
		return own
	}
	times(&r.Response, &r.Service)
	r.ByEndpoint, r.ByStage = endpoints(r.ByEndpoint), append([]benchmark.StageFigures(nil), r.ByStage...)
	for i := range r.ByStage {
		times(&r.ByStage[i].Response, &r.ByStage[i].Service)
		r.ByStage[i].ByEndpoint = endpoints(r.ByStage[i].ByEndpoint)
	}
	return r
}
