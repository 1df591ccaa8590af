package engine

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay/reach"
)

// A counted server counts its connections, those of them that had requests, and the requests on resumed sessions.
type counted struct {
	*httptest.Server
	connections, used, most, resumed atomic.Int64
	protocols                        sync.Map
}

// requestsOn is the key of the number of requests on a connection, in its context.
type requestsOn struct{}

func count(t *testing.T, secure, http2 bool) *counted {
	t.Helper()
	s := new(counted)
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the answer says nothing of it
		s.protocols.Store(r.Proto, true)
		n := r.Context().Value(requestsOn{}).(*atomic.Int64).Add(1)
		if n == 1 {
			s.used.Add(1)
		}
		for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
		}
		if r.TLS != nil && r.TLS.DidResume {
			s.resumed.Add(1)
		}
		_, _ = io.WriteString(w, "{}")
	}))
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		s.connections.Add(1)
		return context.WithValue(ctx, requestsOn{}, new(atomic.Int64))
	}
	s.EnableHTTP2 = http2
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// Over every protocol and with each engine, a connection has as many requests as the plan allows it, and sessions are resumed unless the plan
// forbids it.
func TestConnectionsAreUsedAsThePlanSays(t *testing.T) {
	for _, kind := range []Kind{Lean, Vegeta} {
		for _, protocol := range []string{"http", "https", "h2"} {
			for _, most := range []int{0, 1, 3} {
				for _, full := range []bool{false, true} {
					reuse := Reuse{MaxRequests: most, FullHandshakes: full}
					t.Run(fmt.Sprintf("%s %s %+v", kind, protocol, reuse), func(t *testing.T) { useConnections(t, kind, protocol, reuse) })
				}
			}
		}
	}
}

// useConnections makes exchanges one after the other, and compares what the server counts with the plan.
func useConnections(t *testing.T, kind Kind, protocol string, reuse Reuse) {
	const exchanges = 12
	s := count(t, protocol != "http", protocol == "h2")
	e, r := reached(t, kind, s.Server, reach.Plain(rootsOf(s.Server)), 1, reuse)
	c := e.Connection(0)
	for range exchanges {
		if a := c.Exchange(r, time.Minute); a.Failed() || a.Status != http.StatusOK {
			t.Fatalf("%d %v", a.Status, a.Failure)
		}
	}
	c.Close()
	opened, got := e.Peer(0).Opened(), s.connections.Load()
	each := int64(exchanges)
	if reuse.MaxRequests > 0 {
		each = int64(reuse.MaxRequests)
	}
	// net/http may open one for nothing, and divides the requests among those that it has.
	if used := s.used.Load(); s.most.Load() > each || used < exchanges/each || kind == Lean && (used != exchanges/each || s.most.Load() < each) {
		t.Errorf("%d requests on %d connections, at most %d on one, want %d", exchanges, used, s.most.Load(), each)
	}
	if opened.Connections > got || opened.Connections < s.used.Load() || (protocol != "http") != (opened.Secure > 0) {
		t.Errorf("%+v opened, the server has %d", opened, got)
	}
	resumes := !reuse.FullHandshakes && protocol != "http" && reuse.MaxRequests > 0
	if (opened.Resumed > 0) != resumes || (s.resumed.Load() > 0) != resumes {
		t.Errorf("%d resumed, %d requests at the server on such", opened.Resumed, s.resumed.Load())
	}
	if _, spoken := s.protocols.Load("HTTP/2.0"); spoken != (protocol == "h2") {
		t.Errorf("HTTP/2 %t", spoken)
	}
}

// Exchanges that overlap have connections of their own, opened beside each other, and none ends with that of another one.
func TestOverlappingExchangesOnFreshConnections(t *testing.T) {
	const atOnce, rounds = 16, 20
	for _, test := range []struct {
		kind Kind
		most int
	}{{Lean, 1}, {Lean, 4}, {Vegeta, 1}, {Vegeta, 4}} {
		kind := test.kind
		s := count(t, true, true)
		e, r := reached(t, kind, s.Server, reach.Plain(rootsOf(s.Server)), atOnce, Reuse{MaxRequests: test.most})
		var all sync.WaitGroup
		for range atOnce {
			all.Go(func() {
				c := e.Connection(0)
				for range rounds {
					if a := c.Exchange(r, time.Minute); a.Failed() {
						t.Errorf("%s: %+v", kind, a.Failure)
					}
				}
			})
		}
		all.Wait()
		if used := s.used.Load(); used < int64(atOnce*rounds/test.most) || s.most.Load() > int64(test.most) {
			t.Errorf("%s: %d exchanges on %d connections, at most %d on one, want %d", kind, atOnce*rounds, used, s.most.Load(), test.most)
		}
	}
}

// What is written of connections is read as it was.
func TestReuseTexts(t *testing.T) {
	for text, want := range map[string]int{"": 0, "reuse=true": 0, "reuse=false": 1, "maxRequests=50": 50, " maxRequests = 1 ": 1} {
		got, err := ParseReuse(text)
		if err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
		if again, err := ParseReuse(ReuseText(got)); err != nil || again != got {
			t.Errorf("%d is written %q", got, ReuseText(got))
		}
	}
	for _, text := range []string{"50", "reuse", "reuse=no way", "maxRequests=0", "maxRequests=-1", "maxRequests=1000001", "maxRequests=x", "keep=1"} {
		if n, err := ParseReuse(text); err == nil {
			t.Errorf("%q is %d", text, n)
		}
	}
}
