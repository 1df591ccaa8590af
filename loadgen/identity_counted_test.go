//go:build !race

package loadgen_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
)

// A tenth of the logins give the token or the unionId of another user beside the right openId.
func TestOtherMembersOfAnotherUserAreCounted(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"load-other-token", "load-other-unionid", "load-names-two"} {
		config := broken(t, fault)
		config.Plan = brief(loadgen.Mix{Login: 1})
		config.Plan.Users = 20
		report := run(t, config)
		if got := report.Exchanges; got.WrongIdentity == 0 || got.WrongIdentity > 2*tenth || report.Outcome != benchmark.Incorrect {
			t.Errorf("%s: %s %+v", fault, report.Outcome, got)
		}
	}
}

// A unionId that is new at every login is wrong in all but a user's first one.
func TestUnionIDHasToBeTheUsers(t *testing.T) {
	t.Parallel()
	config := broken(t, "load-new-unionid")
	config.Plan = brief(loadgen.Mix{Login: 1})
	config.Plan.Users = 20
	report := run(t, config)
	if got := report.Exchanges; got.WrongIdentity != arrivals-20 || report.Outcome != benchmark.Incorrect {
		t.Errorf("%s %+v", report.Outcome, got)
	}
}

// Another user's identity is wrong in an answer with any status.
func TestIdentityInAFaultIsCompared(t *testing.T) {
	t.Parallel()
	r, config := served(t, nil)
	var mu sync.Mutex
	n, last := 0, []byte("{}")
	mixed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		answer := httptest.NewRecorder()
		r.Handler().ServeHTTP(answer, request)
		mu.Lock()
		defer mu.Unlock()
		if n++; n > arrivals/2 && n%10 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write(last)
			return
		}
		last = answer.Body.Bytes()
		w.WriteHeader(answer.Code)
		_, _ = w.Write(last)
	}))
	defer mixed.Close()
	config.Target.APIServers = []string{mixed.URL}
	for _, mix := range []loadgen.Mix{{Login: 1}, {Phone: 1}} {
		mu.Lock()
		n = 0
		mu.Unlock()
		config.Plan = brief(mix)
		report := run(t, config)
		if got := report.Exchanges; got.WrongIdentity == 0 || got.WrongIdentity+got.Faults != tenth/2 || report.Outcome != benchmark.Incorrect {
			t.Errorf("%s: %s %+v", mix, report.Outcome, got)
		}
	}
}
