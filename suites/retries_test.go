package suites

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// TestManyFailuresAreNotAllTried: beyond a bound, further cases are neither tried nor retried.
func TestManyFailuresAreNotAllTried(t *testing.T) {
	const cases = 200
	p := &script{answer: always(accepted)}
	trial := p.try(t, "code.missing", func(t *Trial) {
		for range cases {
			t.Case("one", refuseOne)
		}
	})
	expectVerdict(t, trial, assay.Fail)
	retried := 0
	for _, finding := range trial.findings {
		retried += strings.Count(finding.Actual, "confirmed by an isolated retry")
	}
	if retried != maxRetries {
		t.Errorf("%d isolated retries, want %d", retried, maxRetries)
	}
	tried := len(p.sent()) - retried
	if tried < maxBroken || tried > maxBroken+DefaultInFlight {
		t.Errorf("%d cases were tried", tried)
	}
	if note := phrase.Say(phrase.CasesLeftOut, cases-tried); !slices.Contains(trial.reasons, note) {
		t.Errorf("reasons %q, want %q", trial.reasons, note)
	}
}

// TestRetriesHaveABudget: the retries of a run do not wait for hanging exchanges again and again.
func TestRetriesHaveABudget(t *testing.T) {
	var r retries
	if !r.allow(10*time.Second, 10*time.Second) || r.allow(26*time.Second, 10*time.Second) {
		t.Error("the time of the failed attempt is ignored")
	}
	r.took(8 * time.Second)
	if !r.allow(2*time.Second, 10*time.Second) || r.allow(3*time.Second, 10*time.Second) {
		t.Error("the time spent is ignored")
	}
}

// TestARetryIsNotRetried: a case that fails in an isolated retry has no isolated retry of its own, which would wait for the first
// one to end.
func TestARetryIsNotRetried(t *testing.T) {
	p := &script{answer: always(accepted)}
	tries := 0
	trial := p.try(t, "code.missing", func(t *Trial) {
		if tries++; tries > 1 {
			t.Case("one", refuseOne)
			return
		}
		refuseOne(t)
	})
	expectVerdict(t, trial, assay.Fail)
	if tries != 2 || !strings.Contains(trial.findings[0].Actual, "confirmed by an isolated retry") {
		t.Errorf("%d tries, findings %+v", tries, trial.findings)
	}
}

// TestEndedConnectionsAreTriedAgain: a case whose connections end is attempted more often than one that a target is too busy for,
// each time with a fresh code; if none holds, it is untested.
func TestEndedConnectionsAreTriedAgain(t *testing.T) {
	for ended, want := range map[int]assay.Verdict{maxAttempts + 2: assay.Pass, maxAttempts + maxCuts + 1: assay.Untested} {
		p := &script{answer: func(n int, _ string) string {
			if n < ended {
				panic(http.ErrAbortHandler)
			}
			return accepted
		}}
		trial := p.try(t, "code.opaque", func(t *Trial) { t.Expect(t.Exchange(t.Code())).To(expect.BeExchanged()) })
		expectVerdict(t, trial, want)
		sent := p.sent()
		if again := len(sent) - len(slices.Compact(slices.Sorted(slices.Values(sent)))); again > 0 {
			t.Errorf("%d codes were sent twice", again)
		}
	}
}

// TestLostRequestsAreSentAgain: of many exchanges that belong together, one that is lost on its way is repeated alone.
func TestLostRequestsAreSentAgain(t *testing.T) {
	for id, body := range map[string]func(*Trial){"code.replay-identity": replayIdentity, "concurrency.no-crosstalk": noCrosstalk} {
		used := map[string]bool{}
		var mu sync.Mutex
		p := &script{resets: 7, answer: func(_ int, code string) string {
			mu.Lock()
			defer mu.Unlock()
			if used[code] {
				return denied
			}
			used[code] = true
			return `200 {"error":"","errcode":"OK","data":{"openId":"o","channel":"finclip","phone":"13300001111"}}`
		}}
		expectVerdict(t, p.try(t, id, body), assay.Pass)
	}
}

// TestAGatewayThatRecovers: a gateway's page which says that its server gave no answer is no violation where a retry alone is answered as
// it should be. The platform's own answer is one, and so is a page that comes again.
func TestAGatewayThatRecovers(t *testing.T) {
	const page = "<html><body>Bad Gateway</body></html>"
	for name, test := range map[string]struct {
		first, then string
		want        assay.Verdict
	}{
		"502 once":            {"502 " + page, accepted, assay.Pass},
		"504 once":            {"504 " + page, accepted, assay.Pass},
		"502 again":           {"502 " + page, "502 " + page, assay.Fail},
		"500 once":            {"500 " + page, accepted, assay.Fail},
		"502 of the platform": {`502 {"error":"no","errcode":"X"}`, accepted, assay.Fail},
		"refused once":        {denied, accepted, assay.Fail},
	} {
		p := &script{answer: inTurn(test.first, test.then)}
		trial := p.try(t, "login.ok", func(t *Trial) {
			t.Case("one", func(t *Trial) { t.Expect(t.Exchange(t.Code())).To(expect.BeExchanged()) })
		})
		tries := slices.DeleteFunc(p.sent(), func(code string) bool { return code == sampleCode }) // by which a refusal asks what time it is
		if trial.verdict() != test.want || len(tries) != 2 {
			t.Errorf("%s: %s, want %s; %d exchanges, %+v", name, trial.verdict(), test.want, len(tries), trial.findings)
		}
	}
}
