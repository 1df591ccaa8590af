package suites_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// A watch records when each request to a platform was in flight.
type watch struct {
	slowness time.Duration // what the platform takes for a request, at least

	mu            sync.Mutex
	running, most int
	spans         []span
}

type span struct{ from, to time.Time }

// over makes the watch part of a platform.
func (w *watch) over(parts *platform.Parts) error {
	next := parts.Handler
	parts.Handler = http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		began := time.Now()
		w.mu.Lock()
		w.running++
		w.most = max(w.most, w.running)
		w.mu.Unlock()
		time.Sleep(w.slowness)
		next.ServeHTTP(out, r)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.running--
		w.spans = append(w.spans, span{began, time.Now()})
	})
	return nil
}

// TestInFlightIsABound: of one as of several, for everything but races; and that many are in flight.
func TestInFlightIsABound(t *testing.T) {
	for _, inFlight := range []int{1, 3} {
		w := &watch{slowness: 10 * time.Millisecond}
		config := serve(t, reference.Options{Platform: platform.Config{Customize: w.over}})
		config.InFlight, config.Only = inFlight, []string{"code.distinct", "login.openid-distinct", "pat.exact", "http.method", "code.replay-identity"}
		config.Hello.Ops = slices.DeleteFunc(assay.Ops(), func(op assay.Op) bool { return op == assay.OpMint })
		report := suites.Run(t.Context(), open(t, config))
		if w.most != inFlight || report.Counts.Fail+report.Counts.Error > 0 {
			t.Errorf("%d at once, want %d; counts %+v", w.most, inFlight, report.Counts)
		}
	}
}
