package h2_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/engine/h2"
	"github.com/unified-login/assay/reach"
)

// Answers that no request asked for are counted alike with both engines, over TLS and by prior knowledge, and nothing else is.
func TestUnaskedAnswersWithBothEngines(t *testing.T) {
	for _, peer := range h2.UnaskedPeers() {
		for _, secure := range []bool{true, false} {
			for _, kind := range []engine.Kind{engine.Lean, engine.Vegeta} {
				for _, workers := range []int{4, 1} {
					reuse := engine.Reuse{}
					if workers == 1 { // which has connections of its own then
						reuse.MaxRequests = h2.UnaskedRequests
					}
					e, r := reaching(t, kind, peer.Serve(t, secure), secure, reuse)
					surplus, failed := unasked(e, r, workers)
					if surplus != peer.Unasked || failed > 0 != peer.Loses || e.Deaf(0) || e.Protocol() != "HTTP/2.0" {
						t.Errorf("%s, %s, TLS %t, %+v: %d unasked answers, want %d; %d failed; deaf %t; %s",
							peer.Name, kind, secure, reuse, surplus, peer.Unasked, failed, e.Deaf(0), e.Protocol())
					}
				}
			}
		}
	}
}

// A late answer to an exchange that was given up was asked for, with both engines. A second one was not.
func TestLateAnswersWithBothEngines(t *testing.T) {
	for _, secure := range []bool{true, false} {
		for _, kind := range []engine.Kind{engine.Lean, engine.Vegeta} {
			for _, twice := range []bool{false, true} {
				e, route := reaching(t, kind, h2.ServeLate(t, secure, twice), secure, engine.Reuse{})
				c, r := e.Connection(0), &engine.Request{}
				r.Set(route, "a-code")
				surplus, timeouts := 0, 0
				for over := false; !over; { // a busy machine may need more than two exchanges
					a := c.Exchange(r, 50*time.Millisecond)
					if over = !a.Failed(); a.Surplus {
						surplus++
					}
					if a.Failure.Kind == assay.TimedOut {
						timeouts++
					}
				}
				if a := c.Exchange(r, time.Minute); a.Failed() || a.Surplus || timeouts == 0 || surplus > 0 != twice {
					t.Errorf("%s, TLS %t, twice %t: %d unasked answers, %d timeouts; then surplus %t %+v", kind, secure, twice, surplus, timeouts,
						a.Surplus, a.Failure)
				}
			}
		}
	}
}

// reaching returns an engine for a peer, and the route of a request.
func reaching(t *testing.T, kind engine.Kind, address string, secure bool, reuse engine.Reuse) (engine.Engine, *engine.Route) {
	t.Helper()
	by, err := reach.New(nil, assay.Transport{Insecure: true, PriorKnowledge: !secure})
	if err != nil {
		t.Fatal(err)
	}
	server := "http://" + address
	if secure {
		server = "https://" + address
	}
	e, err := engine.New(kind, []string{server}, by, 4, reuse)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.Negotiate(t.Context(), time.Minute)
	route, err := engine.NewRoute(server, assay.Login, "fc1", "pat", nil)
	if err != nil {
		t.Fatal(err)
	}
	return e, route
}

// unasked makes the exchanges of a peer, and returns how many of them reported an answer that no request asked for, and how many
// failed.
func unasked(e engine.Engine, route *engine.Route, workers int) (surplus, failed int) {
	var all sync.WaitGroup
	var found, lost atomic.Int64
	for range workers {
		all.Go(func() {
			c, r := e.Connection(0), &engine.Request{}
			defer c.Close()
			r.Set(route, "a-code")
			for range h2.UnaskedRequests / workers {
				a := c.Exchange(r, time.Minute)
				if a.Surplus {
					found.Add(1)
				}
				if a.Failed() {
					lost.Add(1)
				}
			}
		})
	}
	all.Wait()
	return int(found.Load()), int(lost.Load())
}
