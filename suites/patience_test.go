package suites

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// TestPatienceCountsOnce: the time until the turn of requests is counted once, however many requests wait.
func TestPatienceCountsOnce(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	var p patience
	p.spend(now, now, 1)
	p.spend(now, now.Add(10*time.Second), 1)
	p.spend(now, now.Add(10*time.Second), 64)
	p.spend(now.Add(5*time.Second), now.Add(12*time.Second), 1)
	p.spend(now.Add(20*time.Second), now.Add(21*time.Second), 1)
	if p.waited != 13*time.Second || p.sent != 68 {
		t.Errorf("waited %s for %d requests, want 13s for 68", p.waited, p.sent)
	}
}

// TestWaitingHasABound: a run whose target limits requests waits in all for as long as it may, and then ends with what a run takes.
func TestWaitingHasABound(t *testing.T) {
	const shut = `429 {"error":"slow down","errcode":"LIMITED"}`
	p := &script{answer: always(shut)}
	config := p.config(t)
	config.PatienceLimit = time.Nanosecond
	s := begin(t, config)
	within, cancel := s.within(t.Context())
	defer cancel()
	requirement, _ := s.set.Find("login.ok")
	requirement.Needs = nil
	trial := s.try(within, entry{requirement: requirement, body: refuseOne}, assay.Login)
	silent := silenceOf(s.ctx)
	if silent == nil {
		t.Fatalf("the run goes on; %s %q", trial.verdict(), trial.reasons)
	}
	expectVerdict(t, trial, assay.Untested)
	const want = "with status 429: this run may wait 1ns for it in all, and sent 1 of about 5000 requests in that time; they take 4m10s at 20/s; " +
		"raise the target's limit, or --patience-limit"
	if got := silent.Error(); !strings.Contains(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestALimitInThePreflight: a target that works, and limits requests before the run has begun, leaves it incomplete; one that never
// did anything else cannot be tested. 503 for ever ends a run as 429 does.
func TestALimitInThePreflight(t *testing.T) {
	const limit = `429 {"error":"slow down","errcode":"LIMITED"}`
	answers := func(n int, then string) func(int, string) string {
		return func(i int, _ string) string {
			if i < n {
				return accepted
			}
			return then
		}
	}
	for name, test := range map[string]struct {
		answer  func(int, string) string
		errored bool
		says    string
	}{
		"429 from the 3rd request":   {answers(2, limit), false, "with status 429: this run may wait 1ms for it in all"},
		"429 from the first request": {answers(0, limit), true, "status 429"},
		"503 from the 9th request":   {answers(8, busy), false, "with status 503: this run may wait 1ms for it in all"},
		"429 from the 9th request":   {answers(8, limit), false, "with status 429: this run may wait 1ms for it in all"},
	} {
		p := &script{answer: test.answer}
		config := p.config(t)
		config.PatienceLimit, config.Only = time.Millisecond, []string{"login.ok", "login.openid", "login.channel"}
		report := Run(t.Context(), begin(t, config))
		if (report.Outcome == conformance.Errored) != test.errored || !strings.Contains(fmt.Sprint(report.Error, report.CutShort), test.says) {
			t.Errorf("%s: %s, error %q, cut short %q, want an error %v, %q", name, report.Outcome, report.Error, report.CutShort, test.errored, test.says)
		}
	}
}

func TestPatienceLimit(t *testing.T) {
	for name, test := range map[string]struct {
		configured time.Duration
		declared   float64
		want       time.Duration
	}{
		"nothing is said":  {want: 20 * time.Minute},
		"configured":       {configured: time.Hour, declared: 20, want: time.Hour},
		"no waiting":       {configured: -1, want: 0},
		"a declared limit": {declared: 20, want: 2*313*time.Second + time.Minute},
	} {
		p := &script{answer: always(accepted)}
		config := p.config(t)
		config.PatienceLimit, config.Target.Declares.RateLimit = test.configured, test.declared
		if got := begin(t, config).patienceLimit(); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// TestADeclaredLimitIsKept: the run keeps below a declared limit before it has met it, and never comes back above it.
func TestADeclaredLimitIsKept(t *testing.T) {
	const gap = 50 * time.Millisecond // four fifths of 25 a second
	now := time.Unix(1_000_000, 0)
	var p pace
	p.keepTo(25)
	if first, second := p.reserve(now, 1), p.reserve(now, 1); first != 0 || second != gap {
		t.Errorf("waits %s and %s, want 0s and %s", first, second, gap)
	}
	for range 1000 {
		now = now.Add(time.Second)
		p.saw(now, assay.Exchange{Response: &assay.Response{Status: http.StatusOK}}, false)
	}
	if p.gap != gap {
		t.Errorf("a gap of %s in the end, want %s", p.gap, gap)
	}
}

// A limited is a progress that records the waiting for a limit.
type limited struct {
	progress
	asked       time.Duration
	status      int
	sent, about int
}

func (l *limited) Limited(_, asked time.Duration, status, sent, about int) {
	l.asked, l.status, l.sent, l.about = asked, status, sent, about
}

// TestWaitingIsTold: the progress says what the target asked for, before the run has waited.
func TestWaitingIsTold(t *testing.T) {
	p := &script{answer: always(accepted)}
	config := p.config(t)
	told := &limited{}
	config.Progress = told
	s := begin(t, config)
	answer := &assay.Response{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"86400"}}}
	s.pace.saw(time.Now(), assay.Exchange{ID: "x-1", Response: answer}, false)
	s.stop(nil) // so that nothing waits
	s.turn(s.ctx, 1)
	if told.asked != 24*time.Hour || told.status != http.StatusTooManyRequests || told.sent != 0 || told.about != requestsOfRun {
		t.Errorf("told %+v", told)
	}
}

// TestThePreflightOfALoadHasABound: a target that limits requests before a load has begun is waited for as long as the run may, and
// the end says what the load sends. What follows the pre-flight is not begun.
func TestThePreflightOfALoadHasABound(t *testing.T) {
	const shut = `429 {"error":"slow down","errcode":"LIMITED"}`
	for name, answer := range map[string]func(int, string) string{
		"from the first request":  always(shut),
		"from the second request": inTurn(accepted, shut),
	} {
		p := &script{answer: answer}
		config := p.config(t)
		config.PatienceLimit, config.Needs = time.Nanosecond, phrase.Say(phrase.LoadSends, 4000, 500.0, 8*time.Second)
		failed := begin(t, config).Preflight(t.Context())
		const want = "with status 429, before the load has begun: this run may wait 1ns for it in all, and sent "
		const needs = "the load is about 4000 requests, at 500/s for 8s; raise the target's limit, lower --rate below it, or raise --patience-limit"
		if failed == nil || !strings.Contains(failed.Error(), want) || !strings.HasSuffix(failed.Error(), needs) {
			t.Errorf("%s: %v, want %q, then %q", name, failed, want, needs)
		}
		if told := phrase.Of(failed); told.Key() != phrase.LimitedPreload {
			t.Errorf("%s: told by %q", name, told.Key())
		}
	}
}

// TestForecast: how long the rest of a run takes is measured again and again, and reported when it has grown by half or shrunk to a half.
func TestForecast(t *testing.T) {
	began := time.Unix(1_000_000, 0)
	var f forecast
	for i, step := range []struct {
		at     time.Duration
		passed int
		left   time.Duration
	}{
		{0, 40, 0},
		{10 * time.Second, 90, 0}, // too early
		{20 * time.Second, 50, 0}, // too few
		{20 * time.Second, 140, 972 * time.Second},
		{40 * time.Second, 240, 0},                   // 952 s
		{100 * time.Second, 420, 1527 * time.Second}, // by the last minute alone
		{200 * time.Second, 620, 0},                  // 2190 s
		{220 * time.Second, 720, 0},                  // 856 s
		{240 * time.Second, 1080, 218 * time.Second},
		{260 * time.Second, 4900, 0},
	} {
		if left := f.next(began.Add(step.at), time.Second, step.passed, 5000); left != step.left {
			t.Errorf("step %d: %s, want %s at %g/s", i, left, step.left, f.rate)
		}
	}
	short := forecast{}
	short.next(began, time.Second, 0, 5000)
	if left := short.next(began.Add(20*time.Second), time.Second, 3000, 5000); left != 0 || short.rate != 150 {
		t.Errorf("%s at %g/s, want nothing of a run that ends soon", left, short.rate)
	}
	learning := forecast{}
	learning.next(began, 2*time.Second, 0, 5000)
	if left := learning.next(began.Add(20*time.Second), time.Second, 20, 5000); left != 0 {
		t.Errorf("%s while the run still looks for the limit", left)
	}
	if left := learning.next(began.Add(40*time.Second), 900*time.Millisecond, 40, 5000); left != 4960*time.Second {
		t.Errorf("%s once it has found it, want 1h22m40s", left)
	}
}

// TestWhatIsRefusedIsNoProgress: the reported pace is that of the requests that the target lets through.
func TestWhatIsRefusedIsNoProgress(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	for status, passed := range map[int]int{http.StatusOK: 1, http.StatusBadRequest: 1, http.StatusTooManyRequests: 0, http.StatusServiceUnavailable: 0} {
		var p pace
		p.reserve(now, 1)
		p.saw(now, assay.Exchange{Response: &assay.Response{Status: status}}, true)
		if p.sent != 1 || p.passed != passed {
			t.Errorf("%d: %d sent, %d passed, want 1 and %d", status, p.sent, p.passed, passed)
		}
	}
}

// A paced is a progress that records how long a run takes at its pace.
type paced struct {
	progress
	rate        float64
	left, bound time.Duration
}

func (p *paced) Paced(perSecond float64, left, bound time.Duration) {
	p.rate, p.left, p.bound = perSecond, left, bound
}

// TestThePaceIsTold: a run that a limit slows down says how long it takes, and the end says at which rate it was.
func TestThePaceIsTold(t *testing.T) {
	for name, gap := range map[string]time.Duration{"a limit": time.Second, "no limit": 0} {
		p := &script{answer: always(accepted)}
		config := p.config(t)
		told := &paced{}
		config.Progress, config.PatienceLimit = told, time.Minute
		s := begin(t, config)
		now := time.Unix(1_000_000, 0)
		s.pace.gap = gap
		s.tellPace(now)
		s.pace.sent, s.pace.passed = s.pace.sent+60, s.pace.passed+30
		s.tellPace(now.Add(20 * time.Second))
		if gap == 0 {
			if told.left != 0 {
				t.Errorf("%s: told %+v", name, told)
			}
			continue
		}
		if told.rate != 1.5 || told.left != 3313*time.Second || told.bound != time.Minute {
			t.Errorf("%s: told %+v", name, told)
		}
		s.pace.status = http.StatusServiceUnavailable
		if says := s.limitedBy(time.Minute).Error(); !strings.Contains(says, " at 1.5/s;") {
			t.Errorf("%s: %s", name, says)
		}
	}
}

// TestRestingIsTold: a trial that waits before another attempt counts and tells it as the wait for a turn.
func TestRestingIsTold(t *testing.T) {
	p := &script{answer: always(accepted)}
	config := p.config(t)
	told := &limited{}
	config.Progress = told
	s := begin(t, config)
	answer := &assay.Response{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"86400"}}}
	busy := assay.Exchange{ID: "x-1", Response: answer}
	s.pace.saw(time.Now(), busy, false)
	ended, cancel := context.WithCancel(t.Context())
	cancel() // so that nothing waits
	trial := &Trial{session: s, ctx: ended}
	trial.keep(busy)
	if trial.pause(time.Minute, 0) {
		t.Error("it waited")
	}
	if told.asked != 24*time.Hour || s.pace.waited != 15*time.Second {
		t.Errorf("told %+v, counted %s", told, s.pace.waited)
	}
}
