package suites

import (
	"net/http"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/steady/steadytest"
)

// A machine whose clock is set during the run sees no other clock move, and its codes live as long as before.
func TestTheMachinesClockIsSet(t *testing.T) {
	const life = 5 * time.Minute
	now := time.Now()
	for _, by := range []time.Duration{0, time.Hour, -25 * time.Hour} {
		set := steadytest.Set(now, by)
		x := assay.Exchange{Sent: set, Response: &assay.Response{Header: http.Header{"Date": {now.UTC().Format(http.TimeFormat)}}}}
		if ahead, unsure := skew(x); unsure == 0 || ahead.Abs() > time.Second {
			t.Errorf("set by %s, the platform is ahead by %s ± %s", by, ahead, unsure)
		}
		var codes lifetimes
		codes.born(assay.Code{Code: "c-1", ExpiresAt: now.Add(life).Round(0)}, set, 0)
		if got := codes.shortest().Round(time.Second); got != life {
			t.Errorf("set by %s, a code lives for %s, want %s", by, got, life)
		}
	}
}
