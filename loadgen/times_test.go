package loadgen

import (
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
)

// compare compares reported times with the true ones, as precisely as the histograms are.
func compare(t *testing.T, what string, got benchmark.Times, truth []time.Duration) {
	t.Helper()
	slices.Sort(truth)
	at := func(share float64) float64 {
		return truth[max(0, int(math.Ceil(share*float64(len(truth))))-1)].Seconds()
	}
	if got.Samples != int64(len(truth)) {
		t.Errorf("%s: %d samples, want %d", what, got.Samples, len(truth))
	}
	for name, pair := range map[string][2]float64{
		"p50": {got.P50, at(0.5)}, "p90": {got.P90, at(0.9)}, "p99": {got.P99, at(0.99)}, "p99.9": {got.P999, at(0.999)}, "max": {got.Max, at(1)},
	} {
		if math.Abs(pair[0]-pair[1]) > 0.001*pair[1]+1e-6 {
			t.Errorf("%s: %s is reported as %gs, want %gs", what, name, pair[0], pair[1])
		}
	}
}

// A target with a known distribution of delays stalls for a second. Every arrival in that second waits for its end, which
// only a schedule that does not wait for the target can show.
func TestResponseTimesIncludeTheStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, stallFrom, stallTo = 500, 8 * time.Second, 9 * time.Second
		delays := []struct {
			upTo  int // of a thousand
			delay time.Duration
		}{{900, 2 * time.Millisecond}, {990, 10 * time.Millisecond}, {999, 50 * time.Millisecond}, {1000, 200 * time.Millisecond}}
		wait := func(since time.Duration) time.Duration {
			n := int(math.Round(since.Seconds()*rate)) * 7919 % 1000 // spreads the arrivals over the thousand
			var stalled time.Duration
			if since >= stallFrom && since < stallTo {
				stalled = stallTo - since
			}
			for _, d := range delays {
				if n < d.upTo {
					return stalled + d.delay
				}
			}
			panic("n is not below 1000")
		}
		plan := Plan{Rate: rate, Duration: 20 * time.Second}
		report := play(t, plan, func(start, sent time.Time) time.Duration { return wait(sent.Sub(start)) })
		var truth []time.Duration
		for n := range 20 * rate {
			truth = append(truth, wait(time.Duration(n)*time.Second/rate))
		}
		compare(t, "response", report.Response, truth)
		if report.Lateness.Max > 0.0005 || report.Outcome != benchmark.Passed {
			t.Errorf("late by %g s, %s %v", report.Lateness.Max, report.Outcome, report.Reasons)
		}
	})
}

// With one worker and a target that takes twice as long as the time between two arrivals, every arrival waits for all
// before it. A generator that counts from when the worker is free would report four milliseconds for each.
func TestResponseTimesIncludeTheWaitForAWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, service = 500, 4 * time.Millisecond
		plan := Plan{Rate: rate, Duration: time.Second, InFlight: 1}
		report := play(t, plan, func(_, _ time.Time) time.Duration { return service })
		var responses, services, late []time.Duration
		for n := range rate {
			waited := time.Duration(n)*service - time.Duration(n)*time.Second/rate
			responses, services, late = append(responses, waited+service), append(services, service), append(late, waited)
		}
		compare(t, "response", report.Response, responses)
		compare(t, "service", report.Service, services)
		compare(t, "lateness", report.Lateness, late)
		if report.Outcome != benchmark.Saturated || report.Generator.Crowded != rate-1 {
			t.Errorf("%s %v, %d crowded", report.Outcome, report.Reasons, report.Generator.Crowded)
		}
	})
}

// A driver with a long round trip keeps up by larger requests, and several at a time.
func TestDistantDriverKeepsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Rate: 200, Duration: 5 * time.Second, WarmUp: 10 * time.Second}
		s := stage{driver: 300 * time.Millisecond, wait: func(_, _ time.Time) time.Duration { return time.Millisecond }}
		r := s.open(t, plan)
		defer r.close()
		report := r.concluded()
		if report.Outcome != benchmark.Passed || report.Generator.Codes.Starved > 0 {
			t.Errorf("%s %v, %+v", report.Outcome, report.Reasons, report.Generator.Codes)
		}
	})
}

// The timeline shows a stall in the second in which it happens.
func TestTimelineShowsTheStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Rate: 100, Duration: 6 * time.Second}
		report := play(t, plan, func(start, sent time.Time) time.Duration {
			if since := sent.Sub(start); since >= 3*time.Second && since < 4*time.Second {
				return 4*time.Second - since + time.Millisecond
			}
			return time.Millisecond
		})
		var answered []int64
		for _, second := range report.Timeline {
			answered = append(answered, second.Answered)
		}
		if len(answered) < 6 || answered[3] > 1 || answered[4] < 150 || *report.Timeline[4].Max < 0.9 || report.Timeline[3].InFlight < 99 {
			t.Errorf("answered %v, then at most %g s, %d in flight", answered, *report.Timeline[4].Max, report.Timeline[3].InFlight)
		}
	})
}

// Answers to what was due in the run are its throughput, whenever they come, and are in the second in which they arrive.
func TestLateAnswersAreThroughput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := play(t, Plan{Rate: 10, Duration: time.Second}, func(_, _ time.Time) time.Duration { return 5550 * time.Millisecond })
		if report.Exchanges.Accepted != 10 || report.Throughput != (benchmark.Throughput{Offered: 10, Achieved: 10}) {
			t.Errorf("%+v, %+v", report.Exchanges, report.Throughput)
		}
		var seconds [3][3]int64
		for i, row := range report.Timeline {
			seconds[i] = [3]int64{int64(row.Second), row.Offered, row.Answered}
		}
		if want := [3][3]int64{{0, 10, 0}, {5, 0, 5}, {6, 0, 5}}; seconds != want {
			t.Errorf("the timeline has %v, want %v", seconds, want)
		}
	})
}

// An endingWaiter stops waiting when the run is over.
type endingWaiter struct{ over <-chan struct{} }

// Until implements [workers.Waiter].
func (w endingWaiter) Until(moment time.Time) bool {
	select {
	case <-time.After(time.Until(moment)):
		return true
	case <-w.over:
		return false
	}
}

// Close implements [workers.Waiter].
func (endingWaiter) Close() {}

// The throughput of a run that ends early is per second until then, of what was due until then: the wait for the last answers does
// not lower it.
func TestThroughputOfAnEarlyEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stage{wait: func(start, sent time.Time) time.Duration {
			if sent.Sub(start) > 3*time.Second {
				return 6 * time.Second
			}
			return time.Millisecond
		}}
		r := s.open(t, Plan{Rate: 10, Duration: time.Minute})
		defer r.close()
		r.sleep = endingWaiter{r.ctx.Done()}
		r.waitBy(r.sleep)
		time.AfterFunc(4*time.Second-time.Millisecond, func() { r.stop(nil) })
		report := r.report(r.measure(r.plan))
		if got := report.Throughput; math.Abs(got.Offered-40/3.999) > 0.001 || got.Achieved != got.Offered {
			t.Errorf("%+v after %+v", got, report.Exchanges)
		}
	})
}
