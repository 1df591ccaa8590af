//go:build !race

package loadgen

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// recorded are the files of a system as they were read, with the members that a test changes.
func recorded(mount, throttled string, threads map[string]string) fstest.MapFS {
	files := fstest.MapFS{
		"proc/self/cgroup":         {Data: []byte("9:name=systemd:/\n2:cpu,cpuacct:/docker/f00\n0::/a/b\n")},
		mount:                      {Data: []byte("nr_periods 310\nnr_throttled 290\n" + throttled + "\nnr_bursts 0\n")},
		"sys/fs/cgroup/a/cpu.stat": {Data: []byte("usage_usec 1\nnr_throttled 3\nthrottled_usec 1000000\n")},
	}
	for thread, text := range threads {
		files["proc/self/task/"+thread+"/schedstat"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// The waits are those of every thread, also of one that is over, and of every quota that applies.
func TestWaitsAreReadFromTheSystem(t *testing.T) {
	for _, mount := range []string{"sys/fs/cgroup/a/b/cpu.stat", "sys/fs/cgroup/unified/a/b/cpu.stat", "sys/fs/cgroup/cpu,cpuacct/cpu.stat"} {
		throttled := "throttled_usec 27000000"
		if strings.Contains(mount, "cpuacct") {
			throttled = "throttled_time 27000000000"
		}
		system := recorded(mount, throttled, map[string]string{"7": "900 1000000000 12\n", "8": "5 3000000000 1\n", "9": "later"})
		r := &waitReader{system: system}
		want := waits{queued: 4 * time.Second, throttled: 28 * time.Second, periods: 293}
		if got := r.read(); got != want {
			t.Errorf("%s: %+v, want %+v", mount, got, want)
		}
		delete(system, "proc/self/task/8/schedstat")
		system["proc/self/task/7/schedstat"] = &fstest.MapFile{Data: []byte("950 1500000000 13\n")}
		system["proc/self/task/11/schedstat"] = &fstest.MapFile{Data: []byte("1 250000000 1\n")}
		if got := r.read().minus(want); got != (waits{queued: 750 * time.Millisecond}) {
			t.Errorf("%s: then %+v", mount, got)
		}
	}
	if got := (&waitReader{system: fstest.MapFS{}}).read(); got != (waits{}) {
		t.Errorf("of a system that says nothing: %+v", got)
	}
}

// While the process stands still, beats are missed at the same rate as otherwise: a stop of 95 ms in every 100 delays nearly
// all of them.
func TestHeartbeatCountsTheBeatsThatItMissed(t *testing.T) {
	h, start := newHeartbeat(), time.Now()
	due := start.Add(beatEvery)
	for period := range 100 {
		woken := start.Add(time.Duration(period)*100*time.Millisecond + 95*time.Millisecond)
		for ; !due.After(woken.Add(5 * time.Millisecond)); due = h.beat(due, woken.Add(max(0, due.Sub(woken)))) {
		}
	}
	got := h.times()
	if got.Samples != 1000 || got.P50 < 0.034 || got.P50 > 0.046 || got.P99 < 0.084 || got.Max > 0.087 {
		t.Errorf("%+v", got)
	}
}

// A stoppedWaiter runs as a process with a quota does: in the first part of every period only.
type stoppedWaiter struct {
	fakeWaiter
	start        time.Time
	period, runs time.Duration
}

// delayed is how long the process stands still at a moment.
func (w stoppedWaiter) delayed(now time.Time) time.Duration {
	if into := now.Sub(w.start) % w.period; into >= w.runs {
		return w.period - into
	}
	return 0
}

// Until implements [workers.Waiter].
func (w stoppedWaiter) Until(moment time.Time) bool {
	w.fakeWaiter.Until(moment)
	time.Sleep(w.delayed(time.Now()))
	return true
}

// A generator with a twentieth of a CPU sends late and reads answers late: a target that takes four milliseconds seems to take
// a hundred. Its own heartbeat and the quota of its cgroup tell whether that time is its own.
func TestAStarvedGeneratorIsNotTheTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := stoppedWaiter{start: time.Now(), period: 100 * time.Millisecond, runs: 5 * time.Millisecond}
		s := stage{wait: func(_, sent time.Time) time.Duration {
			const takes = 4 * time.Millisecond
			return takes + w.delayed(sent.Add(takes))
		}}
		r := s.open(t, Plan{Rate: 100, Duration: 20 * time.Second, SLO: levels(t, "p99<50ms")})
		defer r.close()
		system := recorded("sys/fs/cgroup/a/b/cpu.stat", "throttled_usec 100000", map[string]string{"7": "1 2000000000 1"})
		r.waits = &waitReader{system: system}
		r.waitBy(w)
		time.AfterFunc(10*time.Second, func() {
			r.waits.mu.Lock()
			defer r.waits.mu.Unlock()
			system["sys/fs/cgroup/a/b/cpu.stat"] = &fstest.MapFile{Data: []byte("nr_throttled 485\nthrottled_usec 18500000\n")}
		})
		report := r.concluded()
		d := report.Generator.Delay
		if report.Outcome != benchmark.Saturated || report.Requirements[2].ID != "load.slo" || report.Requirements[2].Verdict != "untested" {
			t.Errorf("%s %q: service %+v, %+v", report.Outcome, report.Reasons, report.Service, d)
		}
		if d.ThrottledSeconds != 18.4 || d.ThrottledPeriods != 195 || d.QueueSeconds != 0 || d.Heartbeat.Samples < 1900 || d.Heartbeat.P99 < 0.08 {
			t.Errorf("%+v", d)
		}
	})
}

// The same target and a punctual generator: what takes a hundred milliseconds is the target's.
func TestASlowTargetIsTheTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := play(t, Plan{Rate: 100, Duration: 20 * time.Second, SLO: levels(t, "p99<50ms")}, func(_, _ time.Time) time.Duration { return 100 * time.Millisecond })
		if d := report.Generator.Delay; report.Outcome != benchmark.Violated || d.Heartbeat.Samples < 1900 || d.Heartbeat.Max > 1e-6 || d.CatchUp != 0 {
			t.Errorf("%s %q: %+v", report.Outcome, report.Reasons, d)
		}
	})
}

// A crampedConnection answers 503 at once when too many exchanges are in flight, as it counts itself.
type crampedConnection struct {
	fakeConnection
	busy *atomic.Int64
	room int64
}

func (c *crampedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	defer c.busy.Add(-1)
	if c.busy.Add(1) > c.room {
		now := time.Now()
		return engine.Answer{From: c, Sent: now, Done: now, Status: http.StatusServiceUnavailable}
	}
	return c.fakeConnection.Exchange(r, timeout)
}

// A hiccuping waiter stands still for some time in every second.
type hiccupingWaiter struct {
	fakeWaiter
	start time.Time
	stops time.Duration
}

// Until implements [workers.Waiter].
func (w hiccupingWaiter) Until(moment time.Time) bool {
	if into := moment.Sub(w.start) % time.Second; into >= 500*time.Millisecond && into < 500*time.Millisecond+w.stops {
		moment = moment.Add(500*time.Millisecond + w.stops - into)
	}
	return w.fakeWaiter.Until(moment)
}

// cramped opens a run whose target has room for 8 exchanges of 20 ms, which is 400/s, and whose generator stands still for some
// time in every second.
func cramped(t *testing.T, plan Plan, stops time.Duration) *run {
	t.Helper()
	r := stage{}.open(t, plan)
	busy := &atomic.Int64{}
	r.connectBy(func() engine.Connection {
		return &crampedConnection{fakeConnection{wait: func(time.Time) time.Duration { return 20 * time.Millisecond }}, busy, 8}
	})
	w := hiccupingWaiter{start: time.Now(), stops: stops}
	r.waitBy(w)
	return r
}

// A generator that stands still sends what was due at once. Errors of that burst are not the target's; those of a rate that is
// too high for it are.
func TestErrorsOfABurstAreNotTheTargets(t *testing.T) {
	for _, test := range []struct {
		name    string
		rate    float64
		stops   time.Duration
		outcome benchmark.Outcome
		errors  bool
	}{
		{"a punctual generator", 300, 0, benchmark.Passed, false},
		{"a generator that stops for 60 ms in every second", 300, 60 * time.Millisecond, benchmark.Passed, true},
		{"a rate that is too high", 500, 0, benchmark.Violated, true},
		{"too high, and it stops", 500, 60 * time.Millisecond, benchmark.Violated, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := cramped(t, Plan{Rate: test.rate, Duration: 10 * time.Second, SLO: levels(t, "errors<1%")}, test.stops)
			defer r.close()
			report := r.concluded()
			d := report.Generator.Delay
			if report.Outcome != test.outcome || (report.Exchanges.Overloaded > 100) != test.errors || (d.CatchUp > 0) != (test.stops > 0) {
				t.Errorf("%s: %s %q: %+v, %+v", test.name, report.Outcome, report.Reasons, report.Exchanges, d)
			}
			if test.stops > 0 && test.outcome == benchmark.Passed && d.CatchUpErrors != report.Exchanges.Overloaded {
				t.Errorf("%s: %d errors in catch-ups of %d", test.name, d.CatchUpErrors, report.Exchanges.Overloaded)
			}
			var sum benchmark.CatchUp
			for _, one := range report.ByEndpoint {
				sum.Exchanges, sum.Errors = sum.Exchanges+one.CatchUp.Exchanges, sum.Errors+one.CatchUp.Errors
				if one.CatchUp.Exchanges > one.Exchanges.Sent || one.CatchUp.Errors > one.Exchanges.Failed() {
					t.Errorf("%s: %+v", test.name, one)
				}
			}
			if sum.Exchanges != d.CatchUp || sum.Errors != d.CatchUpErrors {
				t.Errorf("%s: by endpoint %+v, in all %+v", test.name, sum, d)
			}
			if found := report.Contradiction(); !found.IsZero() {
				t.Errorf("%s: %s", test.name, found)
			}
		})
	}
}

// A hastyConnection gives an exchange up when its time is over, or later if the process stands still until then.
type hastyConnection struct {
	fakeConnection
	awake func(moment time.Time) time.Time
}

func (c *hastyConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	sent := time.Now()
	if c.wait(sent) < timeout && c.awake(sent.Add(timeout)).Equal(sent.Add(timeout)) {
		return c.fakeConnection.Exchange(r, timeout)
	}
	time.Sleep(time.Until(c.awake(sent.Add(min(c.wait(sent), timeout)))))
	return engine.Answer{From: c, Sent: sent, Done: time.Now(), Failure: assay.Failure{Kind: assay.TimedOut}}
}

// A stillWaiter stands still from one moment to another.
type stillWaiter struct {
	fakeWaiter
	from, to time.Time
}

// awake is when the process does what it had to do at a moment.
func (w stillWaiter) awake(moment time.Time) time.Time {
	if !moment.Before(w.from) && moment.Before(w.to) {
		return w.to
	}
	return moment
}

// Until implements [workers.Waiter].
func (w stillWaiter) Until(moment time.Time) bool { return w.fakeWaiter.Until(w.awake(moment)) }

// What runs out of time while the generator stands still is not the target's error; what the target holds that long is.
func TestAStandstillOfTheGeneratorIsNotTheTargets(t *testing.T) {
	for _, test := range []struct {
		name          string
		still, silent time.Duration
		outcome       benchmark.Outcome
	}{
		{"a generator that stands still", 2 * time.Second, 0, benchmark.Passed},
		{"a target that answers nothing for a while, again and again", 0, 2 * time.Second, benchmark.Violated},
		{"a short stop, and such a target", 100 * time.Millisecond, 2 * time.Second, benchmark.Violated},
	} {
		synctest.Test(t, func(t *testing.T) {
			const at, timeout, takes, every = 100 * time.Second, time.Second, 800 * time.Millisecond, 10 * time.Second
			r := stage{}.open(t, Plan{Rate: 20, Duration: 5 * time.Minute, Timeout: timeout, SLO: levels(t, "errors<2%")})
			defer r.close()
			begin := time.Now().Add(at)
			w := stillWaiter{from: begin, to: begin.Add(test.still)}
			r.connectBy(func() engine.Connection {
				return &hastyConnection{fakeConnection{wait: func(sent time.Time) time.Duration {
					since := sent.Sub(begin)
					if since < 0 {
						return takes
					}
					return max(0, test.silent-since%every) + takes
				}}, w.awake}
			})
			r.waitBy(w)
			report := r.concluded()
			if d := report.Generator.Delay; report.Outcome != test.outcome || report.Exchanges.InDoubt < 10 {
				t.Errorf("%s: %s %q: %+v, %+v", test.name, report.Outcome, report.Reasons, report.Exchanges, d)
			}
			if found := report.Contradiction(); !found.IsZero() {
				t.Errorf("%s: %s", test.name, found)
			}
		})
	}
}
