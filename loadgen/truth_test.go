package loadgen

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// A played line answers every exchange rightly, after a time that it is told. Within a synctest bubble that is exact.
type played struct {
	wait func(sent time.Time) time.Duration
	body []byte
}

func (l *played) Dial(time.Duration) error { return nil }
func (l *played) Header() http.Header      { return http.Header{} }
func (l *played) Protocol() string         { return "HTTP/1.1" }
func (l *played) Shared() bool             { return false }
func (l *played) Close()                   {}

func (l *played) Exchange(r *engine.Request, _ time.Duration) engine.Answer {
	a := engine.Answer{From: l, Sent: time.Now(), Status: http.StatusOK}
	time.Sleep(l.wait(a.Sent))
	var sent struct{ Code string }
	if err := json.Unmarshal(r.Body, &sent); err != nil {
		panic(err)
	}
	user, _, _ := strings.Cut(sent.Code, "/")
	l.body = fmt.Appendf(l.body[:0], `{"errcode":"OK","data":{"openId":%q,"channel":"finclip"}}`, user)
	a.Body, a.Done = l.body, time.Now()
	return a
}

// playing is a host whose codes name their users. A request takes its time, however many it asks for.
type playing struct {
	takes  time.Duration
	minted atomic.Int64
}

// Ask implements [assay.Host].
func (p *playing) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	time.Sleep(p.takes)
	codes := make([]assay.Code, request.Count)
	for i := range codes {
		n := p.minted.Add(1)
		user := fmt.Sprint("user-", n%int64(request.Users))
		codes[i] = assay.Code{Code: fmt.Sprint(user, "/", n), UserID: user, Channel: "finclip"}
	}
	return assay.HostReply{Codes: codes}, nil
}

// plainly waits by the runtime's timers, which a bubble has in hand, and so much longer.
type plainly struct{ late time.Duration }

func (p plainly) Until(moment time.Time) bool {
	time.Sleep(time.Until(moment) + p.late)
	return true
}

func (plainly) Close() {}

// A stage is a target that waits as it is told, a generator that is late by so much, and a driver that takes so long for a
// request, however many codes it asks for.
type stage struct {
	wait         func(start, sent time.Time) time.Duration
	late, driver time.Duration
}

// open makes a run on the stage ready to begin.
func (s stage) open(t *testing.T, plan Plan) *run {
	t.Helper()
	plan.Mix, plan.Seed = Mix{Login: 1}, 1
	target := assay.Target{APIServers: []string{"http://127.0.0.1:1"}, Apps: []string{"fc1"}, PATs: assay.PATs{Valid: "pat"}}
	r, err := open(t.Context(), Config{Target: target, Host: &playing{takes: s.driver}, Plan: plan})
	if err != nil {
		t.Fatal(err)
	}
	r.sleep.Close()
	r.sleep = plainly{}
	for i, by := range r.crew.waiters {
		by.Close()
		r.crew.waiters[i] = plainly{s.late}
	}
	start := time.Now()
	r.line = func(int) engine.Connection {
		return &played{wait: func(sent time.Time) time.Duration { return s.wait(start, sent) }}
	}
	return r
}

// play makes a run whose target waits as it is told.
func play(t *testing.T, plan Plan, wait func(start, sent time.Time) time.Duration) benchmark.Report {
	t.Helper()
	r := stage{wait: wait}.open(t, plan)
	defer r.close()
	measured := r.whole(r.plan)
	return benchmark.Conclude(r.report(measured))
}

// compare holds what was reported against the true times, as far as the histograms are exact.
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
			t.Errorf("%s: %s is reported as %gs, and is %gs", what, name, pair[0], pair[1])
		}
	}
}

// A target with a known distribution of delays stands still for a second: whoever arrives in it waits for its end, which
// only a schedule that does not wait for the target can see.
func TestTheReportedTimesAreThoseThatUsersWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, stallFrom, stallTo = 500, 8 * time.Second, 9 * time.Second
		delays := []struct {
			upTo  int // of a thousand
			delay time.Duration
		}{{900, 2 * time.Millisecond}, {990, 10 * time.Millisecond}, {999, 50 * time.Millisecond}, {1000, 200 * time.Millisecond}}
		wait := func(since time.Duration) time.Duration {
			n := int(math.Round(since.Seconds()*rate)) * 7919 % 1000 // which is spread over the thousand
			var stalled time.Duration
			if since >= stallFrom && since < stallTo {
				stalled = stallTo - since
			}
			for _, d := range delays {
				if n < d.upTo {
					return stalled + d.delay
				}
			}
			panic("a thousand is in none")
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

// With one worker and a target that takes twice as long as there is between two arrivals, everybody waits for all who came
// before. A generator that counts from when a worker was free would report four milliseconds throughout.
func TestTheWaitForAWorkerCounts(t *testing.T) {
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

// A driver that is far away keeps up by larger requests, and by several at a time.
func TestADistantDriverKeepsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := Plan{Rate: 200, Duration: 5 * time.Second, WarmUp: 10 * time.Second}
		s := stage{driver: 300 * time.Millisecond, wait: func(_, _ time.Time) time.Duration { return time.Millisecond }}
		r := s.open(t, plan)
		defer r.close()
		report := benchmark.Conclude(r.report(r.whole(r.plan)))
		if report.Outcome != benchmark.Passed || report.Generator.Codes.Starved > 0 {
			t.Errorf("%s %v, %+v", report.Outcome, report.Reasons, report.Generator.Codes)
		}
	})
}

// A distant line takes its time to connect, and its server closes it after every answer.
type distant struct {
	played
	connecting time.Duration
	connected  bool
	began      func(code string) // is told of every exchange
}

func (l *distant) Dial(time.Duration) error {
	if !l.connected {
		time.Sleep(l.connecting)
	}
	l.connected = true
	return nil
}

func (l *distant) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	sent := time.Now()
	_ = l.Dial(timeout)
	l.connected = false
	l.began(string(r.Body))
	a := l.played.Exchange(r, timeout)
	a.Sent = sent
	return a
}

// Both halves of a race are sent at the same moment, whatever their connections take; that is the target's time, and no
// lateness of the generator's.
func TestARaceBeginsWhenBothHalvesAreConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const far, service = 200 * time.Millisecond, time.Millisecond
		r := stage{}.open(t, Plan{Rate: 20, Duration: 5 * time.Second})
		defer r.close()
		r.dealer = Mix{Race: 1}.dealer(1)
		var mu sync.Mutex
		began := map[string][]time.Time{}
		var lines time.Duration
		r.line = func(int) engine.Connection {
			mu.Lock()
			defer mu.Unlock()
			lines += time.Millisecond // no two are equally far away
			return &distant{connecting: far + lines, played: played{wait: func(time.Time) time.Duration { return service }},
				began: func(code string) {
					mu.Lock()
					defer mu.Unlock()
					began[code] = append(began[code], time.Now())
				}}
		}
		measured := r.whole(r.plan)
		report := r.report(measured)
		for _, moments := range began {
			if len(moments) != 2 || !moments[0].Equal(moments[1]) {
				t.Errorf("the halves of a race began at %v", moments)
			}
		}
		if report.Exchanges.RacesSent != 100 || report.Lateness.Max > 0.0005 || report.Service.P50 < far.Seconds() {
			t.Errorf("%+v, late by %g s, service %g s", report.Exchanges, report.Lateness.Max, report.Service.P50)
		}
	})
}

// The timeline shows the stall where it was.
func TestTheTimelineShowsWhenItWas(t *testing.T) {
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
		if len(answered) < 6 || answered[3] > 1 || answered[4] < 150 || report.Timeline[4].Max < 0.9 || report.Timeline[3].InFlight < 99 {
			t.Errorf("answered %v, then at most %g s, %d in flight", answered, report.Timeline[4].Max, report.Timeline[3].InFlight)
		}
	})
}

// What comes after the time of a run was not achieved in it, and is in the second in which it came.
func TestWhatComesTooLateIsNotAchieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := play(t, Plan{Rate: 10, Duration: time.Second}, func(_, _ time.Time) time.Duration { return 5550 * time.Millisecond })
		if report.Exchanges.Accepted != 10 || report.Throughput != (benchmark.Throughput{Offered: 10}) {
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

// A mindful waiter stops waiting when the run is over.
type mindful struct{ over <-chan struct{} }

func (m mindful) Until(moment time.Time) bool {
	select {
	case <-time.After(time.Until(moment)):
		return true
	case <-m.over:
		return false
	}
}

func (mindful) Close() {}

// The rates of a run that ended before its time are of the time that it had: what was waited for then does not lower them.
func TestTheRatesOfARunThatWasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stage{wait: func(start, sent time.Time) time.Duration {
			if sent.Sub(start) > 3*time.Second {
				return 6 * time.Second
			}
			return time.Millisecond
		}}
		r := s.open(t, Plan{Rate: 10, Duration: time.Minute})
		defer r.close()
		r.sleep = mindful{r.ctx.Done()}
		for i := range r.crew.waiters {
			r.crew.waiters[i] = r.sleep
		}
		time.AfterFunc(4*time.Second-time.Millisecond, func() { r.stop(nil) })
		report := r.report(r.whole(r.plan))
		if got := report.Throughput; math.Abs(got.Offered-10) > 0.01 || math.Abs(got.Achieved-31/3.999) > 0.01 {
			t.Errorf("%+v after %+v", got, report.Exchanges)
		}
	})
}
