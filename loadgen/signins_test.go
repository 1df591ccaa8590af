//go:build !race

package loadgen

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// A platformScript is a target whose own log is the truth. In a synctest bubble its times are exact.
type platformScript struct {
	// takes is how long a sign-in takes, at an endpoint and an API server, since the start; a time that is not below the timeout
	// never comes.
	takes func(endpoint assay.Endpoint, server int, since time.Duration) time.Duration
	// refuses reports whether a fresh code is refused, by endpoint and the number of codes before it; nil for none.
	refuses func(endpoint assay.Endpoint, n int) bool
	// tooOld reports the same by the code; nil for none.
	tooOld func(code string, n int) bool
	// fails is the status of an exchange that has neither of the answers, whether it is to be refused or not; 0 for none.
	fails func(toRefuse bool, n int) int

	// way is how long a request is on its way to the target.
	way time.Duration

	mu       sync.Mutex
	used     map[string]bool
	accepted [2]int // by endpoint
	refused  int
	fresh    int
	asked    int
}

// refusing is how long a refusal takes.
const refusing = time.Millisecond

// A scriptedConnection is one to an API server of the script.
type scriptedConnection struct {
	fakeConnection
	script *platformScript
	server int
	start  time.Time
}

func (c *scriptedConnection) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := engine.Answer{From: c, Sent: time.Now(), Status: http.StatusOK}
	var sent struct{ Code string }
	if err := json.Unmarshal(r.Body, &sent); err != nil {
		panic(err)
	}
	user, _, _ := strings.Cut(sent.Code, "/")
	endpoint, body := assay.Login, fmt.Sprintf(`{"errcode":"OK","data":{"openId":%q,"channel":"finclip"}}`, user)
	if strings.Contains(r.Route.URL.Path, "phone") {
		endpoint, body = assay.Phone, fmt.Sprintf(`{"errcode":"OK","data":{"phone":%q}}`, user)
	}
	s := c.script
	time.Sleep(s.way)
	s.mu.Lock()
	refused := s.used[sent.Code] || r.Route.Header.Get("Authorization") != "Bearer pat"
	if !refused {
		refused = s.refuses != nil && s.refuses(endpoint, s.fresh) || s.tooOld != nil && s.tooOld(sent.Code, s.fresh)
		s.fresh++
	}
	status := 0
	if s.fails != nil {
		status = s.fails(s.used[sent.Code] || r.Route.Header.Get("Authorization") != "Bearer pat", s.asked)
	}
	s.asked++
	took := s.takes(endpoint, c.server, time.Since(c.start))
	switch {
	case status != 0:
		took, a.Status, body = refusing, status, `{}`
	case refused:
		s.refused++
		took, a.Status, body = refusing, http.StatusBadRequest, `{"errcode":"NO"}`
	case took < timeout:
		s.used[sent.Code] = true
		s.accepted[map[assay.Endpoint]int{assay.Phone: 1}[endpoint]]++
	default:
		took, a.Status, body, a.Failure = timeout, 0, "", assay.Failure{Kind: assay.TimedOut}
	}
	s.mu.Unlock()
	time.Sleep(took)
	a.Body, a.Done = []byte(body), time.Now()
	return a
}

// A scriptedEngine connects to the API servers of a script.
type scriptedEngine struct {
	engine.Engine
	connect func(server int) engine.Connection
}

// Connection implements [engine.Engine].
func (e scriptedEngine) Connection(server int) engine.Connection { return e.connect(server) }

// perform makes a run against the script, of as many API servers, with service levels.
func (s *platformScript) perform(t *testing.T, plan Plan, servers int, levels ...string) benchmark.Report {
	t.Helper()
	s.used = map[string]bool{}
	for _, level := range levels {
		slo, err := assay.ParseSLO(level)
		if err != nil {
			t.Fatal(err)
		}
		plan.SLO = append(plan.SLO, slo)
	}
	r := stage{servers: servers}.open(t, plan)
	defer r.close()
	r.traffic.engine = s.engine(r)
	return r.concluded()
}

// engine connects a run to the script.
func (s *platformScript) engine(r *run) engine.Engine {
	start := time.Now()
	return scriptedEngine{r.traffic.engine, func(server int) engine.Connection {
		return &scriptedConnection{script: s, server: server, start: start}
	}}
}

// always takes the same time.
func always(took time.Duration) func(assay.Endpoint, int, time.Duration) time.Duration {
	return func(assay.Endpoint, int, time.Duration) time.Duration { return took }
}

// verdicts are the verdicts on the service levels.
func verdicts(report benchmark.Report) (all []benchmark.LevelVerdict) {
	for _, level := range report.SLO {
		if !level.Default {
			all = append(all, level.Verdict)
		}
	}
	return all
}

func near(seconds float64, want time.Duration) bool {
	return math.Abs(seconds-want.Seconds()) <= 0.01*want.Seconds()
}

// Refusals that are answered at once do not lower the times of sign-ins, and the two endpoints have times of their own.
func TestTimesOfSignInsAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &platformScript{takes: func(endpoint assay.Endpoint, _ int, _ time.Duration) time.Duration {
			if endpoint == assay.Phone {
				return 100 * time.Millisecond
			}
			return 300 * time.Millisecond
		}}
		plan := Plan{Rate: 100, Duration: 20 * time.Second, Mix: Mix{Login: 0.4, Phone: 0.1, Replay: 0.3, Race: 0.1, BadPAT: 0.1}}
		report := s.perform(t, plan, 1, "p50<250ms", "login.p50<250ms", "phone.p90<110ms", "refusals.p99<2ms", "all.p50<250ms", "phone.errors<=0")
		logins, phones := int64(s.accepted[0]), int64(s.accepted[1])
		if got := report.Response.Samples; got != logins+phones || report.Service.Samples != got || report.Refusals.Samples != int64(s.refused) ||
			report.Failures.Samples != 0 || report.All.Samples != report.Exchanges.Sent || s.refused < 500 {
			t.Errorf("%d and %d accepted, %d refused: %d, %d, %d samples of %d", logins, phones, s.refused, got, report.Refusals.Samples,
				report.Failures.Samples, report.Exchanges.Sent)
		}
		if !near(report.Response.P50, 300*time.Millisecond) || !near(report.Refusals.P50, refusing) {
			t.Errorf("p50 of sign-ins is %g s, of refusals %g s", report.Response.P50, report.Refusals.P50)
		}
		for i, want := range []struct {
			accepted int64
			took     time.Duration
		}{{logins, 300 * time.Millisecond}, {phones, 100 * time.Millisecond}} {
			if got := report.ByEndpoint[i]; got.Exchanges.Accepted != want.accepted || got.Response.Samples != want.accepted || !near(got.Service.P50, want.took) {
				t.Errorf("%s: %+v", got.Endpoint, got)
			}
		}
		const holds, not = benchmark.Holds, benchmark.DoesNotHold
		if got := verdicts(report); !slices.Equal(got, []benchmark.LevelVerdict{not, not, holds, holds, holds, holds}) {
			t.Errorf("%v of %+v", got, report.SLO)
		}
	})
}

// Every API server has figures, and one that is slower than the others is named.
func TestTheSlowServerIsNamed(t *testing.T) {
	for name, slow := range map[string]time.Duration{"slow": 90 * time.Millisecond, "": 30 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			took := []time.Duration{30 * time.Millisecond, 31 * time.Millisecond, slow}
			s := &platformScript{takes: func(_ assay.Endpoint, server int, _ time.Duration) time.Duration { return took[server] }}
			report := s.perform(t, Plan{Rate: 60, Duration: 5 * time.Second}, len(took))
			for i, figures := range report.ByServer {
				if figures.Service.Samples != 100 || !near(figures.Service.P50, took[i]) {
					t.Errorf("server %d: %+v", i, figures)
				}
			}
			notes := fmt.Sprint(report.Notes)
			if named := strings.Contains(notes, report.Target.APIServers[2]+" is slower"); named != (name == "slow") || len(report.ByServer) != 3 {
				t.Errorf("%s: %d servers, %s", name, len(report.ByServer), notes)
			}
		})
	}
}

// The time of a sign-in that got no answer is not known: a level above the timeout cannot hold, one below is violated.
func TestCensoredPercentiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &platformScript{takes: func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
			if since%time.Second < 100*time.Millisecond {
				return time.Hour
			}
			return 20 * time.Millisecond
		}}
		plan := Plan{Rate: 100, Duration: 5 * time.Second, Timeout: 500 * time.Millisecond}
		report := s.perform(t, plan, 1, "p99<2s", "p99<500ms", "p50<2s", "max<2s", "mean<2s", "mean<50ms", "errors<20%")
		if got := report.Response; got.Samples != 500 || got.Censored != 50 || !near(got.CensoredFrom, plan.Timeout) || !got.AtLeast(assay.MetricP99) || got.AtLeast(assay.MetricP50) {
			t.Errorf("%+v", got)
		}
		const holds, not, unknown = benchmark.Holds, benchmark.DoesNotHold, benchmark.NotKnown
		if got := verdicts(report); !slices.Equal(got, []benchmark.LevelVerdict{unknown, not, holds, unknown, unknown, not, holds}) {
			t.Errorf("%v", got)
		}
		report = s.perform(t, plan, 1, "p99<2s", "errors<20%")
		if slo := report.Requirements[2]; report.Outcome != benchmark.Unknown || slo.Verdict != assay.Untested || !strings.Contains(slo.Reason.String(), "50 exchanges got no answer within") {
			t.Errorf("%s, %s %s: %s", report.Outcome, slo.ID, slo.Verdict, slo.Reason)
		}
	})
}

// A second in which nothing was answered has no percentiles, and the last part of a second is no second.
func TestSecondsWithoutAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &platformScript{takes: func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
			if since < 4*time.Second && since > time.Second {
				return 4*time.Second - since + time.Millisecond
			}
			return time.Millisecond
		}}
		report := s.perform(t, Plan{Rate: 100, Duration: 5500 * time.Millisecond}, 1)
		var offered []int64
		for i, row := range report.Timeline {
			offered = append(offered, row.Offered)
			if stalled := i == 2 || i == 3; (row.P50 == nil) != stalled || (row.Max == nil) != stalled || (row.Late == nil) != stalled || row.Partial != (i == 5) {
				t.Errorf("second %d: %+v", i, row)
			}
		}
		if !slices.Equal(offered, []int64{100, 100, 100, 100, 100, 50}) {
			t.Errorf("offered %v", offered)
		}
		if text, err := json.Marshal(report.Timeline[2]); err != nil || !strings.Contains(string(text), `"p50":null,"p90":null,"p99":null,"max":null,"sum":null,"late":null`) {
			t.Errorf("%s, %v", text, err)
		}
	})
}

// What was due in the run and was answered is its throughput, and what is offered in every second is what the schedule says.
func TestThroughputIsWhatWasDue(t *testing.T) {
	for name, plan := range map[string]Plan{
		"constant": {Rate: 50, Duration: 5 * time.Second},
		"odd":      {Rate: 33.3, Duration: 4 * time.Second},
		"ramp":     {Shape: arrivals.Ramp, Rate: 10, To: 110, Duration: 6 * time.Second},
		"poisson":  {Shape: arrivals.Poisson, Rate: 300, Duration: 3 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &platformScript{takes: func(assay.Endpoint, int, time.Duration) time.Duration { return 100 * time.Millisecond }}
			report := s.perform(t, plan, 1)
			plan.Seed = 1
			schedule, err := plan.withDefaults().schedule()
			if err != nil {
				t.Fatal(err)
			}
			truth := make([]int64, int(plan.Duration/time.Second))
			for n := range schedule.Len() {
				truth[int(schedule.At(n)/time.Second)]++
			}
			for i, want := range truth {
				if row := report.Timeline[i]; row.Second != i || row.Offered != want || row.Partial {
					t.Errorf("%s: second %d offers %+v, want %d", name, i, row, want)
				}
			}
			rate := rounded(float64(schedule.Len()) / plan.Duration.Seconds())
			if got := report.Throughput; got.Offered != rate || got.Achieved != rate || s.accepted[0] != schedule.Len() {
				t.Errorf("%s: %+v, want %g/s; %d were accepted", name, got, rate, s.accepted[0])
			}
			if name == "constant" && rate != 50 {
				t.Errorf("50/s for 5s is %g/s", rate)
			}
		})
	}
}

// A closed loop sends nothing in a stall. It says so, and does not judge service levels on times.
func TestClosedLoopSaysThatItLeavesOutAStall(t *testing.T) {
	for _, stall := range []time.Duration{0, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := &platformScript{takes: func(_ assay.Endpoint, _ int, since time.Duration) time.Duration {
				if since >= 2*time.Second && since < 2*time.Second+stall {
					return 2*time.Second + stall - since
				}
				return 10 * time.Millisecond
			}}
			plan := Plan{Closed: true, Duration: 5 * time.Second, InFlight: 4}
			report := s.perform(t, plan, 1, "p99<50ms", "errors<=0")
			says := strings.Contains(fmt.Sprint(report.Notes), fmt.Sprintf("nothing was answered for %s: a closed loop", benchmark.Duration(stall.Seconds())))
			if says != (stall > 0) || stall > 0 && !near(report.Gap, stall) {
				t.Errorf("stall of %s, gap of %g s: %s", stall, report.Gap, report.Notes)
			}
			slo := report.Requirements[2]
			if got := verdicts(report); !slices.Equal(got, []benchmark.LevelVerdict{benchmark.NotKnown, benchmark.Holds}) || report.Outcome != benchmark.Unknown || slo.Verdict != assay.Untested {
				t.Errorf("%v: %s, %s %s", got, report.Outcome, slo.ID, slo.Verdict)
			}
			report = s.perform(t, plan, 1, "p99<5ms")
			if slo := report.Requirements[2]; report.Outcome != benchmark.Violated || slo.Verdict != assay.Untested || !strings.Contains(slo.Reason.String(), "on a schedule only") {
				t.Errorf("%s, %s %s: %s", report.Outcome, slo.ID, slo.Verdict, slo.Reason)
			}
		})
	}
}
