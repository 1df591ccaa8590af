package suites

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/reference"
)

// overloadedPage is a 503 as nginx answers it beyond limit_req.
func overloadedPage(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, "<html><head><title>503 Service Temporarily Unavailable</title></head></html>") // the client may have disconnected
}

// TestLimitThatShowsAs503: a 503 that comes with the rate of requests is learnt, and one that comes at random, for one input or for
// many at once is not.
func TestLimitThatShowsAs503(t *testing.T) {
	const perSecond = 50
	var limiter limitedRate
	for name, test := range map[string]struct {
		front func(next http.Handler) http.Handler
		limit bool
	}{
		"beyond a rate": {func(next http.Handler) http.Handler {
			limiter.Limiter = rate.NewLimiter(perSecond, 5)
			return refusing(next, func(*http.Request) bool { return !limiter.Allow() })
		}, true},
		"at random": {func(next http.Handler) http.Handler {
			return refusing(next, func(*http.Request) bool { return rand.N(10) < 3 })
		}, false},
		"always": {func(next http.Handler) http.Handler {
			return refusing(next, func(*http.Request) bool { return true })
		}, false},
		"for one method": {func(next http.Handler) http.Handler {
			return refusing(next, func(r *http.Request) bool { return r.Method != http.MethodPost })
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := behindFront(t, test.front)
			session.backoff *= 1000 // 1 ms
			session.throttle.suspected.Store(true)
			session.measureLimit(t.Context())
			if got := session.pace.knowsPlain(); got != test.limit {
				t.Errorf("learnt: %v, want %v", got, test.limit)
			}
			if gap := session.pace.gap; test.limit && (gap < time.Second/perSecond || gap > 2*limiter.gap()) {
				t.Errorf("a gap of %s; %d requests a second are let through, with a gap of %s", gap, perSecond, limiter.gap())
			}
		})
	}
}

// A limitedRate is a limiter that knows how many requests it let through while it refused others: a busy machine sends fewer.
type limitedRate struct {
	*rate.Limiter

	mu          sync.Mutex
	first, last time.Time // refusals
	let, after  int       // let through since the first refusal, and since the last
}

// Allow reports whether a request is let through.
func (l *limitedRate) Allow() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	allowed, now := l.Limiter.Allow(), time.Now()
	switch {
	case allowed && !l.first.IsZero():
		l.after++
	case allowed:
	case l.first.IsZero():
		l.first, l.last = now, now
	default:
		l.let, l.after, l.last = l.let+l.after, 0, now
	}
	return allowed
}

// gap is the mean time between the requests that were let through while others were refused.
func (l *limitedRate) gap() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last.Sub(l.first) / time.Duration(max(1, l.let))
}

func refusing(next http.Handler, refuse func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse(r) {
			overloadedPage(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// behindFront is a session with a reference platform behind something else, for limits.survives and further requirements.
func behindFront(t *testing.T, front func(http.Handler) http.Handler, further ...string) *Session {
	t.Helper()
	implementation, err := reference.New(reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(front(implementation.Handler()))
	t.Cleanup(server.Close)
	implementation.SetAPIServer(server.URL)
	host, hello, err := driver.Greet(t.Context(), implementation.Host())
	if err != nil {
		t.Fatal(err)
	}
	target := implementation.Target(server.URL)
	target.Profiles = []string{"login"}
	return begin(t, Config{Target: target, Host: host, Hello: hello, Only: append(further, "limits.survives")})
}

// TestPlain503sAreSuspected: several within a second that do not say when to try again, and no others.
func TestPlain503sAreSuspected(t *testing.T) {
	answer := func(status int, header http.Header) assay.Exchange {
		return assay.Exchange{Response: &assay.Response{Status: status, Header: header}}
	}
	for name, test := range map[string]struct {
		x       assay.Exchange
		suspect bool
	}{
		"503":              {answer(http.StatusServiceUnavailable, nil), true},
		"with Retry-After": {answer(http.StatusServiceUnavailable, http.Header{"Retry-After": {"0"}}), false},
		"429":              {answer(http.StatusTooManyRequests, nil), false},
		"502":              {answer(http.StatusBadGateway, nil), false},
		"no answer":        {assay.Exchange{}, false},
	} {
		s := &Session{}
		for range enoughPlain {
			if s.throttle.suspected.Load() {
				t.Errorf("%s: suspected too early", name)
			}
			s.suspectLimit(test.x)
		}
		if got := s.throttle.suspected.Load(); got != test.suspect {
			t.Errorf("%s: suspected %v", name, got)
		}
	}
}

// TestA503ThatWasTakenForALimit: where it comes however slow the run is, it shows no limit, and the run is as fast as before.
func TestA503ThatWasTakenForALimit(t *testing.T) {
	now := time.Now()
	refused := assay.Exchange{Response: &assay.Response{Status: http.StatusServiceUnavailable}}
	var p pace
	p.learnPlain(50)
	for range 30 {
		if now = now.Add(2 * time.Second); !p.plain {
			break
		}
		p.saw(now, refused, false)
	}
	if p.plain || p.gap != 0 || !p.remark().IsZero() {
		t.Errorf("it is still treated as a limit: a gap of %s, %s", p.gap, p.remark())
	}
}

// TestA503BehindASuspect: a request that ends the service behind a gateway that says so with 503 is named; a limit that shows as 503
// ends nothing.
func TestA503BehindASuspect(t *testing.T) {
	isNull := func(r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		return string(body) == "null"
	}
	for name, test := range map[string]struct {
		front   func(next http.Handler) http.Handler
		verdict assay.Verdict
	}{
		"a gateway of a service that ends": {func(next http.Handler) http.Handler {
			var mu sync.Mutex
			left := 0
			return refusing(next, func(r *http.Request) bool {
				mu.Lock()
				defer mu.Unlock()
				if isNull(r) {
					left = 3
				}
				left--
				return left >= 0
			})
		}, assay.Warn},
		"one of two requests is refused": {func(next http.Handler) http.Handler {
			var mu sync.Mutex
			odd := false
			return refusing(next, func(r *http.Request) bool {
				mu.Lock()
				defer mu.Unlock()
				if isNull(r) {
					panic(http.ErrAbortHandler)
				}
				odd = !odd
				return odd
			})
		}, assay.Pass},
	} {
		session := behindFront(t, test.front)
		session.pace.learnPlain(1e6) // nothing to measure
		session.pace.plain = false
		session.throttle.tried = mostMeasured
		session.backoff *= 1000 // 1 ms
		if trial := attempt(t, session, entry{stage: survival, body: survives}, "limits.survives"); trial.verdict() != test.verdict {
			t.Errorf("%s: %s %v %v", name, trial.verdict(), trial.reasons, trial.findings)
		}
	}
}

// TestAMeasuredLimitIsNoFailure: a 503 that comes with the rate of requests is no failure of a race. Any other 5xx is one.
func TestAMeasuredLimitIsNoFailure(t *testing.T) {
	for name, test := range map[string]struct {
		status   int
		measured bool
		want     assay.Verdict
	}{
		"503 of a limit": {http.StatusServiceUnavailable, true, assay.Pass},
		"503":            {http.StatusServiceUnavailable, false, assay.Warn},
		"500":            {http.StatusInternalServerError, true, assay.Warn},
	} {
		p := &script{answer: always(accepted)}
		session := p.session(t)
		session.pace.plain = test.measured
		for _, status := range []int{http.StatusOK, test.status} {
			session.exchanges = append(session.exchanges, assay.Exchange{ID: "x", Endpoint: assay.Login, Requirement: "code.single-use-race",
				Response: &assay.Response{Status: status, Body: []byte("<html></html>")}})
		}
		if trial := attempt(t, session, entryOf(t, session, "concurrency.no-5xx"), "concurrency.no-5xx"); trial.verdict() != test.want {
			t.Errorf("%s: %s, want %s; %v %v", name, trial.verdict(), test.want, trial.reasons, trial.findings)
		}
	}
}

// TestALimitLeavesATrialUntested: where a rate limit ends each attempt, nothing is wrong with the target. A 503 that shows no limit leaves an
// error.
func TestALimitLeavesATrialUntested(t *testing.T) {
	const limited = `429 {"error":"slow down","errcode":"LIMITED"}`
	for answer, want := range map[string]assay.Verdict{limited: assay.Untested, busy: assay.Error} {
		p := &script{answer: always(answer)}
		session := p.session(t)
		trial := attempt(t, session, entry{body: exchangeOne}, "login.ok")
		if trial.verdict() != want {
			t.Errorf("%s: %s, want %s; %v", answer, trial.verdict(), want, trial.reasons)
		}
	}
}
