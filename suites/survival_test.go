package suites

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/unified-login/assay"
)

// TestShutOut: a firewall that shuts this tool out permanently is not a crash. limits.recovery does not mistake one that
// says so for a crash either; one that says nothing looks like a service that has ended.
func TestShutOut(t *testing.T) {
	forbid := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, test := range map[string]struct {
		shut     http.HandlerFunc
		recovery assay.Verdict
	}{
		"a page":        {forbid("<html>blocked</html>"), assay.Untested},
		"an envelope":   {forbid(`{"errcode":"BLOCKED","error":"no"}`), assay.Fail},
		"no connection": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, assay.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			session := behindFirewall(t, test.shut)
			report := Run(t.Context(), session)
			survives, _ := report.Result("limits.survives")
			if survives.Verdict != assay.Untested || !strings.Contains(survives.Reason.String(), "the platform may block this tool; allow its address") {
				t.Errorf("limits.survives: %s %q", survives.Verdict, survives.Reason)
			}
			recovery, _ := report.Result("limits.recovery")
			if recovery.Verdict != test.recovery {
				t.Errorf("limits.recovery: %s %q %v", recovery.Verdict, recovery.Reason, recovery.Findings)
			}
		})
	}
}

// behindFirewall is a session with a reference platform that nothing reaches any more after a body null.
func behindFirewall(t *testing.T, shut http.HandlerFunc) *Session {
	t.Helper()
	var out atomic.Bool
	session := behindFront(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			switch {
			case out.Load():
				shut(w, r)
			case string(body) == "null":
				out.Store(true)
				panic(http.ErrAbortHandler)
			default:
				r.Body = io.NopCloser(bytes.NewReader(body))
				next.ServeHTTP(w, r)
			}
		})
	}, "limits.recovery")
	session.backoff *= 1000 // 1 ms
	return session
}

// TestSurvivalBehindAGateway: where the last of the bad input has ended the service, and a gateway says so to the next valid exchanges, the
// search begins when they are answered again. A gateway that never has a server leaves nothing to be tried.
func TestSurvivalBehindAGateway(t *testing.T) {
	for name, test := range map[string]struct {
		away    int64 // how many requests the gateway answers from the beginning
		ends    bool  // the body null ends the service
		verdict assay.Verdict
	}{
		"it was ended":                  {2, true, assay.Warn},
		"it had been away":              {2, false, assay.Pass},
		"it is away as long as one try": {1000, true, assay.Untested},
	} {
		var left atomic.Int64
		session := behindFront(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				if test.ends && string(body) == "null" {
					left.Store(3) // this one and the next two
				}
				if left.Add(-1) >= 0 {
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				next.ServeHTTP(w, r)
			})
		})
		left.Store(test.away)
		session.backoff *= 10_000 // 10 ms
		if trial := attempt(t, session, entry{stage: survival, body: survives}, "limits.survives"); trial.verdict() != test.verdict {
			t.Errorf("%s: %s %v %v", name, trial.verdict(), trial.reasons, trial.findings)
		}
	}
}
