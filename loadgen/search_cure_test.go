//go:build !race

package loadgen

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// rates are those of the steps of a search.
func rates(report benchmark.Report) (all []float64) {
	for _, step := range report.Search.Steps {
		all = append(all, step.Rate)
	}
	return all
}

// searchedFor searches for the limit of a target that serves a number of exchanges a second, one after the other.
func searchedFor(t *testing.T, perSecond int, from float64, expressions ...string) (report benchmark.Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := stage{wait: serving(perSecond)}.open(t, Plan{Rate: from, Duration: 5 * time.Second, Timeout: time.Minute, SLO: levels(t, expressions...)})
		defer r.close()
		report = r.limitFound()
	})
	return report
}

// A level on throughput does not hold at a low rate, and a lower one does not help: the search begins where it can hold.
func TestALevelOnThroughputMakesTheSearchClimb(t *testing.T) {
	report := searchedFor(t, 1000, 50, "throughput>400/s", "max<50ms") // at 400/s, no more than that is answered
	if search := report.Search; !search.Confirmed || search.Limit < 900 || search.Limit > 1010 || search.Steps[0].Rate != 400 || report.Outcome != benchmark.Passed {
		t.Errorf("%s %v: %v, %+v", report.Outcome, report.Reasons, rates(report), search)
	}
}

// Where the other levels break below the rate that a level on throughput needs, no rate holds them all.
func TestNoRateHoldsALevelOnThroughput(t *testing.T) {
	report := searchedFor(t, 300, 50, "throughput>=400/s", "max<50ms")
	const want = "no rate meets every service level: those on throughput need at least 400/s, and at 400/s "
	if search := report.Search; search.Confirmed || search.Limit != 0 || !slices.Equal(rates(report), []float64{400}) || !strings.HasPrefix(search.Reason.String(), want) {
		t.Errorf("%v, %q", rates(report), search.Reason)
	}
	if broke := report.Search.Steps[0].Broke; len(broke) == 0 || broke[len(broke)-1].Expression != "max<50ms" || broke[len(broke)-1].Observed < 1 {
		t.Errorf("the step broke %+v", broke)
	}
}

// A target that answers nothing right has no times: the level on errors says why no rate holds.
func TestNoTimesAreNoReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := stage{}.open(t, Plan{Rate: 20, Duration: 20 * time.Second, SLO: levels(t, "p90<50ms", "errors<5%")})
		defer r.close()
		r.connectBy(func() engine.Connection { return &brokenConnection{fakeConnection{wait: oneMillisecond}} })
		const want = "no rate cures errors<5%: 100% at 20/s, and 100% at 5/s"
		if got := r.limitFound().Search.Reason.String(); got != want {
			t.Errorf("%q", got)
		}
	})
}

// A brokenConnection answers 500.
type brokenConnection struct{ fakeConnection }

func (c *brokenConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := c.fakeConnection.Exchange(r, timeout)
	a.Status, a.Body = http.StatusInternalServerError, nil
	return a
}

// A level that is as far from holding at a quarter of the rate ends the search: two steps have shown that no rate cures it.
func TestALevelThatNoRateCures(t *testing.T) {
	for _, test := range []struct {
		name, level, reason string
		answer              func(*fakeConnection, *engine.Request, time.Duration) engine.Answer
		steps               []float64
	}{
		{"a slow target", "p50<1ms", "no rate cures p50<1ms: 20.0ms at 100/s, and 20.0ms at 25/s", nil, []float64{100, 50, 25}},
		{"a target that refuses", "errors<1%", "no rate cures errors<1%: 100% at 100/s, and 100% at 25/s", withStatus(http.StatusForbidden), []float64{100, 50, 25}},
		{"a target that is overloaded at any rate", "errors<1%", "the initial rate does not hold; start the search at a lower one",
			withStatus(http.StatusServiceUnavailable), []float64{100, 50, 25, 12.5, 6.25, 3.125, 1.5625}},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 100, Duration: 5 * time.Second, SLO: levels(t, test.level)})
			defer r.close()
			r.connectBy(func() engine.Connection {
				c := &fakeConnection{wait: func(time.Time) time.Duration { return 20 * time.Millisecond }}
				if test.answer == nil {
					return c
				}
				return &answeringConnection{*c, test.answer}
			})
			report := r.limitFound()
			if got := report.Search.Reason.String(); got != test.reason || !slices.Equal(rates(report), test.steps) || report.Search.Confirmed {
				t.Errorf("%s: %q after %v", test.name, got, rates(report))
			}
			for _, step := range report.Search.Steps {
				if len(step.Broke) != 1 || step.Broke[0].Expression != test.level {
					t.Errorf("%s: a step broke %+v", test.name, step.Broke)
				}
			}
		})
	}
}

// An answeringConnection answers as a function does.
type answeringConnection struct {
	fakeConnection
	answer func(*fakeConnection, *engine.Request, time.Duration) engine.Answer
}

func (c *answeringConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	return c.answer(&c.fakeConnection, r, timeout)
}

// withStatus refuses every exchange with a status.
func withStatus(status int) func(*fakeConnection, *engine.Request, time.Duration) engine.Answer {
	return func(c *fakeConnection, r *engine.Request, timeout time.Duration) engine.Answer {
		a := c.Exchange(r, timeout)
		a.Status, a.Body = status, []byte(`{"errcode":"NO","data":null}`)
		return a
	}
}

// limited answers a number of exchanges a second, and refuses the others.
func limited(perSecond int64) func(*fakeConnection, *engine.Request, time.Duration) engine.Answer {
	var second, n atomic.Int64
	return func(c *fakeConnection, r *engine.Request, timeout time.Duration) engine.Answer {
		if now := time.Now().Unix(); second.Swap(now) != now {
			n.Store(0)
		}
		if n.Add(1) > perSecond {
			return withStatus(http.StatusForbidden)(c, r, timeout)
		}
		return c.Exchange(r, timeout)
	}
}

// A start far beyond the limit is no level without a cure: a queue is shorter at a lower rate, a limiter answers a larger share,
// and a target whose answers slow down with the rate gives quicker ones.
func TestAStartFarBeyondTheLimitIsCured(t *testing.T) {
	report := searchedFor(t, 100, 2000, "max<50ms")
	if search := report.Search; !search.Confirmed || search.Limit < 94 || search.Limit > 101 {
		t.Errorf("a queue: %v: %+v", rates(report), search.Reason)
	}
	for _, test := range []struct {
		name, level string
		from, truth float64
		answer      func(*fakeConnection, *engine.Request, time.Duration) engine.Answer
	}{
		{"a limiter", "errors<1%", 1000, 20, limited(20)},
		{"answers that slow down", "max<20ms", 100, 20, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: test.from, Duration: 20 * time.Second, SLO: levels(t, test.level)})
			defer r.close()
			r.connectBy(func() engine.Connection {
				slowing := fakeConnection{wait: func(time.Time) time.Duration { return time.Duration(r.rate() * float64(time.Millisecond)) }}
				if test.answer == nil {
					return &slowing
				}
				return &answeringConnection{fakeConnection{wait: oneMillisecond}, test.answer}
			})
			report := r.limitFound()
			if search := report.Search; !search.Confirmed || search.Limit < 0.9*test.truth || search.Limit > 1.06*test.truth {
				t.Errorf("%s: limit %g after %v: %q", test.name, search.Limit, rates(report), search.Reason)
			}
		})
	}
}

// A target that does not keep up breaks a level on throughput by itself: a higher rate is not tried.
func TestATargetThatDoesNotKeepUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := stage{}.open(t, Plan{Rate: 50, Duration: 5 * time.Second, SLO: levels(t, "throughput>=400/s", "errors<90%")})
		defer r.close()
		answer := limited(300)
		r.connectBy(func() engine.Connection {
			return &answeringConnection{fakeConnection{wait: oneMillisecond}, answer}
		})
		report := r.limitFound()
		if !slices.Equal(rates(report), []float64{400}) || report.Search.Confirmed {
			t.Errorf("%v: %q", rates(report), report.Search.Reason)
		}
	})
}

// Correctness that breaks in the confirmation leaves no limit.
func TestAWrongIdentityInTheConfirmation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := stage{}.open(t, Plan{Rate: 100, Duration: 10 * time.Second, SLO: levels(t, "p50<500ms")})
		defer r.close()
		r.connectBy(func() engine.Connection {
			wait := func(time.Time) time.Duration {
				if r.rate() > 150 {
					return time.Second
				}
				return time.Millisecond
			}
			return &confusedConnection{fakeConnection{wait: wait}, func() bool { return strings.HasPrefix(r.phases[len(r.phases)-1].name, "confirm") }}
		})
		report := r.limitFound()
		if search := report.Search; search.Confirmed || search.Limit != 0 || report.Limit.Confirmed != 0 || report.Outcome != benchmark.Incorrect {
			t.Errorf("%s at %g: limit %g, %v", report.Outcome, report.Plan.Rate, search.Limit, rates(report))
		}
	})
}

// Bursts of the generator do not lower the limit: the target has room for 8 exchanges of 20 ms, which is 400/s.
func TestBurstsDoNotLowerTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := cramped(t, Plan{Rate: 100, Duration: 10 * time.Second, SLO: levels(t, "errors<1%")}, 60*time.Millisecond)
		defer r.close()
		report := r.limitFound()
		if search := report.Search; !search.Confirmed || search.Limit < 380 || search.Limit > 410 || report.Outcome != benchmark.Passed {
			t.Errorf("%s %v: limit %g after %v", report.Outcome, report.Reasons, search.Limit, rates(report))
		}
	})
}
