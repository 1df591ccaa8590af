//go:build !race

package loadgen

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// The tests of this file are what users of other load generators reported to be wrong or misleading; each names the report.

// grafana/k6#1346, gatling/gatling#3468: a threshold on something that never happened counted as met. Nothing is known of it.
func TestReportedLevelsAboutNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &platformScript{takes: always(time.Millisecond)}
		report := s.perform(t, Plan{Rate: 400, Duration: time.Second}, 1, "phone.p99<50ms", "refusals.p99<50ms", "phone.errors<1%", "login.errors<1%")
		const unknown = benchmark.NotKnown
		if got := verdicts(report); !slices.Equal(got, []benchmark.LevelVerdict{unknown, unknown, unknown, benchmark.Holds}) || report.Outcome != benchmark.Unknown {
			t.Errorf("%s: %v", report.Outcome, got)
		}
		if slo := report.Requirements[2]; slo.Verdict != assay.Untested {
			t.Errorf("%s %s: %s", slo.ID, slo.Verdict, slo.Reason)
		}
	})
}

// tsenart/vegeta#555: the longest latency was above the timeout. What timed out counts as the timeout, and as a lower bound.
func TestReportedTimeBeyondTheTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &platformScript{takes: always(time.Hour)}
		plan := Plan{Rate: 2, Duration: time.Minute, Timeout: 3 * time.Second}
		report := s.perform(t, plan, 1)
		if got := report.Response; got.Samples != 120 || got.Censored != 120 || !near(got.Max, plan.Timeout) || !near(got.P50, plan.Timeout) ||
			got.Text(assay.MetricMax) != "> 3.00s" || report.Service.P50 != got.P50 || report.Service.Censored != got.Censored || report.Outcome != benchmark.Violated {
			t.Errorf("%s: %+v, service %+v", report.Outcome, got, report.Service)
		}
	})
}

// hatoo/oha#387: exchanges in flight at the end were dropped, so that all seemed well. envoyproxy/nighthawk#804: the end of a run of
// 30 s was waited for for minutes. What is in flight is waited for, as long as an exchange may take.
func TestReportedExchangesInFlightAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const hang = 3 * time.Second // from then on
		s := &platformScript{takes: func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
			if since >= hang {
				return time.Hour
			}
			return 8 * time.Second
		}}
		began, plan := time.Now(), Plan{Rate: 10, Duration: 5 * time.Second, Timeout: 10 * time.Second}
		report := s.perform(t, plan, 1)
		if got := report.Exchanges; got.Sent != 50 || got.Accepted != 30 || got.InDoubt != 20 || !near(report.Response.P50, 8*time.Second) || report.Response.Censored != 20 {
			t.Errorf("%+v, %+v", got, report.Response)
		}
		if took := time.Since(began); took > plan.Duration+plan.Timeout {
			t.Errorf("the run took %s", took)
		}
	})
}

// giltene/wrk2#138, alexfernandez/loadtest#204: far beyond its limit, a target was said to answer more than it did. It answers 100 a
// second, also after the time of the run.
func TestReportedThroughputBeyondTheLimit(t *testing.T) {
	const limit, duration = 100, 5 * time.Second
	for name, test := range map[string]struct {
		plan   Plan
		takes  func() func(assay.Endpoint, int, time.Duration) time.Duration
		behind bool
		truth  float64
	}{
		"few workers":       {Plan{Rate: 5000, InFlight: 10}, func() func(assay.Endpoint, int, time.Duration) time.Duration { return always(100 * time.Millisecond) }, true, limit},
		"a queue":           {Plan{Rate: 200}, func() func(assay.Endpoint, int, time.Duration) time.Duration { return queue(limit) }, true, limit},
		"kept up":           {Plan{Rate: 90}, func() func(assay.Endpoint, int, time.Duration) time.Duration { return queue(limit) }, false, 90},
		"slow, and kept up": {Plan{Rate: 50}, func() func(assay.Endpoint, int, time.Duration) time.Duration { return always(4 * time.Second) }, false, 50},
		"slower and slower, and kept up": {Plan{Shape: arrivals.Ramp, Rate: 100, To: 10},
			func() func(assay.Endpoint, int, time.Duration) time.Duration { return always(4 * time.Second) }, false, 55},
		"a stall at the end": {Plan{Rate: 50}, func() func(assay.Endpoint, int, time.Duration) time.Duration {
			return func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
				if since > 3*time.Second {
					return 8*time.Second - since
				}
				return time.Millisecond
			}
		}, false, 50},
		"any time": {Plan{Rate: 50}, func() func(assay.Endpoint, int, time.Duration) time.Duration {
			random := rand.New(rand.NewPCG(1, 2))
			return func(assay.Endpoint, int, time.Duration) time.Duration {
				return min(time.Duration(random.ExpFloat64()*float64(time.Second)), 9*time.Second)
			}
		}, false, 50},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &platformScript{takes: test.takes()}
			test.plan.Duration = duration
			report := s.perform(t, test.plan, 1, "throughput>=190/s")
			if got := report.Throughput.Achieved; math.Abs(got-test.truth) > 0.03*test.truth {
				t.Errorf("%s: %g/s, want %g/s; accepted %d", name, got, test.truth, s.accepted[0])
			}
			if behind := strings.Contains(fmt.Sprint(report.Notes), "the target fell behind the schedule: "); behind != test.behind {
				t.Errorf("%s: %q", name, report.Notes)
			}
		})
	}
}

// queue answers one exchange after the other, rate of them a second.
func queue(rate int) func(assay.Endpoint, int, time.Duration) time.Duration {
	var free time.Duration // the script calls it under its lock
	return func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
		free = max(free, since) + time.Second/time.Duration(rate)
		return free - since
	}
}

// locustio/locust#254 and #331, fortio/fortio#1080, tsenart/vegeta#193: percentiles of few samples were above the maximum, or below the
// minimum, and the rate of one exchange was infinite.
func TestReportedPercentilesOfFewSamples(t *testing.T) {
	for _, n := range []int{1, 2, 53, 100} {
		synctest.Test(t, func(t *testing.T) {
			const least, most = 573 * time.Millisecond, 575 * time.Millisecond
			sent := 0
			s := &platformScript{takes: func(assay.Endpoint, int, time.Duration) time.Duration {
				if sent++; sent == n {
					return most
				}
				return least
			}}
			report := s.perform(t, Plan{Rate: float64(n), Duration: time.Second}, 1, "p50<6s")
			got := report.Response
			all := []float64{got.P50, got.P90, got.P95, got.P99, got.P999, got.Max}
			if !slices.IsSorted(all) || got.Samples != int64(n) || got.P50 < least.Seconds()*0.999 || got.Max > most.Seconds()*1.001 ||
				got.Mean < least.Seconds()*0.999 || got.Mean > got.Max || !near(got.Max, most) {
				t.Errorf("%d: %+v", n, got)
			}
			if rate := report.Throughput; rate.Offered != float64(n) || rate.Achieved != float64(n) {
				t.Errorf("%d: %+v", n, rate)
			}
			if known := report.SLO[0].Verdict == benchmark.Holds; known != (n >= 5) {
				t.Errorf("%d: %s %s", n, report.SLO[0].Expression, report.SLO[0].Verdict)
			}
		})
	}
}

// mcollina/autocannon#127, aspnet/Benchmarks#320: where every answer was an error, latencies were NaN, and errors counted as throughput.
func TestReportedErrorsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &platformScript{takes: always(time.Millisecond), refuses: func(assay.Endpoint, int) bool { return true }}
		report := s.perform(t, Plan{Rate: 400, Duration: time.Second}, 1, "p50<50ms", "throughput>=100/s")
		if got := report.Failures; report.Response.Samples != 0 || got.Samples != 400 || !near(got.P99, refusing) || report.Throughput.Achieved != 0 ||
			report.Response.Text(assay.MetricP99) != "—" || report.Outcome != benchmark.Violated {
			t.Errorf("%s: %+v, %+v, %+v", report.Outcome, report.Response, got, report.Throughput)
		}
		if got := verdicts(report); !slices.Equal(got, []benchmark.LevelVerdict{benchmark.NotKnown, benchmark.DoesNotHold}) {
			t.Errorf("%v", got)
		}
		if text, err := json.Marshal(report); err != nil || strings.Contains(string(text), "NaN") {
			t.Error(err)
		}
	})
}

// gatling/gatling#1618: an assertion on all requests held although every one of a rare kind failed.
func TestReportedEndpointThatFails(t *testing.T) {
	for _, test := range []struct {
		fails  assay.Endpoint
		levels []string
		broken string
	}{
		{assay.Phone, []string{"p50<50ms"}, "phone.errors<1% does not hold: 100%"},
		{assay.Phone, []string{"errors<5%"}, "phone.errors<5% does not hold: 100%"},
		{assay.Phone, []string{"phone.errors<3%"}, "phone.errors<3% does not hold: 100%"}, // declared
		{"", nil, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &platformScript{takes: always(time.Millisecond), refuses: func(endpoint assay.Endpoint, _ int) bool { return endpoint == test.fails }}
			plan := Plan{Rate: 400, Duration: 30 * time.Second, Mix: Mix{Login: 0.995, Phone: 0.005}}
			report := s.perform(t, plan, 1, test.levels...)
			if got := strings.Join(phrase.Strings(report.Reasons), "; "); got != test.broken || (report.Outcome == benchmark.Passed) != (got == "") {
				t.Errorf("%v: %s: %q", test.levels, report.Outcome, got)
			}
			if again := benchmark.Conclude(report); !reflect.DeepEqual(again.SLO, report.SLO) {
				t.Errorf("%v: %+v, concluded again %+v", test.levels, report.SLO, again.SLO)
			}
		})
	}
}

// gatling/gatling#2730: shares were cut off to whole percents.
func TestReportedSharesOfErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &platformScript{takes: always(time.Millisecond), refuses: func(_ assay.Endpoint, n int) bool { return n*19%1000 < 19 }}
		report := s.perform(t, Plan{Rate: 500, Duration: 20 * time.Second}, 1, "errors<1%", "errors<1.6%", "errors<=2.2%", "errors<0.022")
		const holds, not = benchmark.Holds, benchmark.DoesNotHold
		if got := verdicts(report); !slices.Equal(got, []benchmark.LevelVerdict{not, not, holds, holds}) || report.SLO[0].Observed != 0.019 {
			t.Errorf("%v of %+v", got, report.SLO)
		}
	})
}

// wg/wrk#99: of a target that was frozen for half of the run, p50 and p75 were said to be the whole freeze.
func TestReportedFreezeOfHalfTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const from, to = 2 * time.Second, 7 * time.Second
		s := &platformScript{takes: func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
			if since >= from && since < to {
				return to - since + time.Millisecond
			}
			return time.Millisecond
		}}
		report := s.perform(t, Plan{Rate: 200, Duration: 10 * time.Second}, 1)
		got := report.Response
		if !near(got.P50, 6*time.Millisecond) && !near(got.P50, time.Millisecond) || !near(got.P90, 4*time.Second) || !near(got.P99, 4900*time.Millisecond) || !near(got.Max, 5*time.Second) {
			t.Errorf("%+v", got)
		}
		for i, row := range report.Timeline {
			if frozen := i >= 2 && i < 7; row.Offered != 200 || (row.P50 == nil) != frozen {
				t.Errorf("second %d: %+v", i, row)
			}
		}
	})
}

// gatling/gatling#3736, tsenart/vegeta#340: slow first connections made up the latencies. The warm-up has them, and is reported separately.
func TestReportedSlowFirstSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &platformScript{takes: func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
			return max(20*time.Millisecond, 4*time.Second-since)
		}}
		report := s.perform(t, Plan{Rate: 50, Duration: 10 * time.Second, WarmUp: 5 * time.Second}, 1)
		if got, warm := report.Response, report.WarmUp; got.Samples != 500 || !near(got.Max, 20*time.Millisecond) || warm == nil || !near(warm.Response.Max, 4*time.Second) {
			t.Errorf("%+v, warm-up %+v", got, warm)
		}
	})
}
