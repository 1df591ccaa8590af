//go:build !race

package loadgen

import (
	"bytes"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// serving is the wait of a target that serves one exchange after the other, rate of them a second.
func serving(rate int) func(start, sent time.Time) time.Duration {
	var mu sync.Mutex
	var free time.Time
	return func(_, sent time.Time) time.Duration {
		mu.Lock()
		defer mu.Unlock()
		if free.Before(sent) {
			free = sent
		}
		free = free.Add(time.Second / time.Duration(rate))
		return free.Sub(sent)
	}
}

// A generator that is late at every rate ends the search before it comes to rates near 0.
func TestLateGeneratorEndsTheSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := searched(t, stage{wait: serving(1000), late: 60 * time.Millisecond}, Plan{Rate: 100, Duration: 20 * time.Second, Timeout: time.Minute}, "p99<50ms")
		const want = "even at 50/s the generator is the bottleneck: exchanges were sent 60.0ms late at p95: this machine is too busy for the rate; lower --rate, or stop other programs"
		if report.Search.Confirmed || report.Search.Limit != 0 || !strings.HasPrefix(report.Search.Reason.String(), want) || len(report.Search.Steps) != 4 {
			t.Errorf("%s, limit %g after %v: %q", report.Outcome, report.Search.Limit, rates(report), report.Search.Reason)
		}
		if report.Outcome != benchmark.Saturated {
			t.Errorf("outcome %s %q", report.Outcome, report.Reasons)
		}
	})
}

// A busyWaiter is late in the first step with a name.
type busyWaiter struct {
	fakeWaiter
	run  *run
	step string
}

// Until implements [workers.Waiter].
func (w busyWaiter) Until(moment time.Time) bool {
	steps := 0
	for _, p := range w.run.phases {
		if strings.HasPrefix(p.name, w.step) {
			steps++
		}
	}
	if steps == 1 {
		moment = moment.Add(600 * time.Millisecond)
	}
	return w.fakeWaiter.Until(moment)
}

// rate is the rate of the current step.
func (r *run) rate() float64 { return r.phases[len(r.phases)-1].Rate(0) }

// A step in which the generator was the bottleneck says nothing about the target, and is repeated.
func TestBusyMomentDoesNotLowerTheLimit(t *testing.T) {
	for _, step := range []string{"narrow", "probe", "confirm"} {
		t.Run(step, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var r *run
				s := stage{wait: func(_, _ time.Time) time.Duration {
					if r.rate() > 150 {
						return time.Second
					}
					return time.Millisecond
				}}
				r = s.open(t, Plan{Rate: 100, Duration: 10 * time.Second, SLO: []assay.SLO{level(t, "errors<1%"), level(t, "p50<500ms")}})
				defer r.close()
				r.waitBy(busyWaiter{run: r, step: step})
				report := r.limitFound()
				found(t, report, 150)
			})
		})
	}
}

// A limitedConnection answers 429 above a rate.
type limitedConnection struct {
	fakeConnection
	above func() bool
}

func (c *limitedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	if c.above() {
		a.Status, a.Body = http.StatusTooManyRequests, nil
	}
	return a
}

// The errors of the report are those of its step, as its exchanges are.
func TestReportHasTheErrorsOfItsStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := stage{}.open(t, Plan{Rate: 100, Duration: time.Second})
		defer r.close()
		r.connectBy(func() engine.Connection {
			return &limitedConnection{fakeConnection{wait: oneMillisecond}, func() bool { return r.rate() > 150 }}
		})
		report := r.limitFound()
		found(t, report, 150)
		if report.Exchanges.Failed() != 0 || len(report.Errors) != 0 {
			t.Errorf("%+v, errors %+v", report.Exchanges, report.Errors)
		}
	})
}

func level(t *testing.T, text string) assay.SLO {
	t.Helper()
	slo, err := assay.ParseSLO(text)
	if err != nil {
		t.Fatal(err)
	}
	return slo
}

func levels(t *testing.T, texts ...string) (all []assay.SLO) {
	t.Helper()
	for _, text := range texts {
		all = append(all, level(t, text))
	}
	return all
}

// searched searches for the limit of a target with one service level.
func searched(t *testing.T, s stage, plan Plan, slo string) benchmark.Report {
	t.Helper()
	plan.SLO = []assay.SLO{level(t, slo)}
	r := s.open(t, plan)
	defer r.close()
	report := r.limitFound()
	return report
}

// found checks that a search found and confirmed a limit: within 3 %, and confirmed at the low end of its interval.
func found(t *testing.T, report benchmark.Report, truth float64) {
	t.Helper()
	search, limit := report.Search, report.Limit
	if !search.Confirmed || report.Outcome != benchmark.Passed || search.Limit > truth || search.Limit < 0.93*truth ||
		math.Abs(limit.Rate/truth-1) > 0.03 || limit.Low > truth || limit.High < truth || limit.Confirmed != search.Limit || report.Plan.Rate != search.Limit {
		t.Errorf("%s %v: limit %g (%g to %g) by %s, confirmed at %g, not %g, after %v", report.Outcome, report.Reasons, limit.Rate, limit.Low, limit.High,
			limit.Level, search.Limit, truth, rates(report))
	}
}

// A rate that holds for a short step, but not for the plan's duration, is no limit: where two confirmations fail, the probes become as
// long as they are.
func TestAnUnconfirmedLimitIsLowered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r *run
		s := stage{wait: func(_, _ time.Time) time.Duration {
			limit := 150.0
			if r.phases[len(r.phases)-1].duration() >= 20*time.Second {
				limit = 130
			}
			if r.rate() > limit {
				return time.Second
			}
			return time.Millisecond
		}}
		r = s.open(t, Plan{Rate: 100, Duration: 20 * time.Second, SLO: []assay.SLO{level(t, "p50<500ms")}})
		defer r.close()
		report := r.limitFound()
		found(t, report, 130)
		var confirmations []bool
		for _, step := range report.Search.Steps {
			if step.Phase == "confirm" {
				confirmations = append(confirmations, step.Holds)
			}
		}
		if !report.Limit.Long || !slices.Equal(confirmations, []bool{false, false, true}) {
			t.Errorf("confirmations %v, long probes: %v, %v", confirmations, report.Limit.Long, rates(report))
		}
		if report.Response.P50 > 0.5 || report.Plan.Duration != 20 {
			t.Errorf("the report is of %g/s: %+v", report.Plan.Rate, report.Exchanges)
		}
	})
}

// A confusedConnection answers with another channel above a rate.
type confusedConnection struct {
	fakeConnection
	above func() bool
}

func (c *confusedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	if c.above() {
		a.Body = bytes.ReplaceAll(a.Body, []byte("finclip"), []byte("another"))
	}
	return a
}

// A wrong identity ends the search at once: no lower rate is tried, and none is confirmed.
func TestAWrongIdentityEndsTheSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := stage{}.open(t, Plan{Rate: 100, Duration: 10 * time.Second})
		defer r.close()
		r.connectBy(func() engine.Connection {
			return &confusedConnection{fakeConnection{wait: oneMillisecond}, func() bool { return r.rate() > 150 }}
		})
		report := r.limitFound()
		var rates []float64
		for _, step := range report.Search.Steps {
			rates = append(rates, step.Rate)
		}
		if want := []float64{100, 200}; !slices.Equal(rates, want) {
			t.Errorf("steps at %v, want %v", rates, want)
		}
		if report.Search.Confirmed || report.Search.Limit != 0 || report.Search.Reason.IsZero() || report.Outcome != benchmark.Incorrect {
			t.Errorf("%s %v: %+v", report.Outcome, report.Reasons, report.Search)
		}
	})
}
