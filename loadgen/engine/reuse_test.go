package engine

import (
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay/reach"
)

// A counted server counts its connections, and requests on resumed sessions.
type counted struct {
	*httptest.Server
	connections, resumed atomic.Int64
	protocols            sync.Map
}

func count(t *testing.T, secure, http2 bool) *counted {
	t.Helper()
	s := new(counted)
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the answer says nothing of it
		s.protocols.Store(r.Proto, true)
		if r.TLS != nil && r.TLS.DidResume {
			s.resumed.Add(1)
		}
		_, _ = io.WriteString(w, "{}")
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
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
	const exchanges = 12
	for _, kind := range []Kind{Lean, Vegeta} {
		for _, protocol := range []string{"http", "https", "h2"} {
			for _, reuse := range []Reuse{{}, {FullHandshakes: true}, {MaxRequests: 1}, {MaxRequests: 1, FullHandshakes: true}, {MaxRequests: 3}, {MaxRequests: 3, FullHandshakes: true}} {
				s := count(t, protocol != "http", protocol == "h2")
				var roots *x509.CertPool
				if protocol != "http" {
					roots = x509.NewCertPool()
					roots.AddCert(s.Certificate())
				}
				e, err := newAuto(kind, []string{s.URL}, reach.Plain(roots), 1, reuse)
				if err != nil {
					t.Fatal(err)
				}
				e.Negotiate(t.Context(), time.Minute)
				r := newRequest(t, s.Listener.Addr().String())
				r.Route.URL.Scheme = strings.Split(s.URL, ":")[0]
				c := e.Connection(0)
				before := s.connections.Load() // one to ask for HTTP/2
				for range exchanges {
					if a := c.Exchange(r, time.Minute); a.Failed() || a.Status != http.StatusOK {
						t.Fatalf("%s %s %+v: %d %v", kind, protocol, reuse, a.Status, a.Failure)
					}
				}
				c.Close()
				e.Close()
				name := fmt.Sprintf("%s %s %+v", kind, protocol, reuse)
				want := int64(1)
				if reuse.MaxRequests > 0 {
					want = int64(exchanges / reuse.MaxRequests)
				}
				opened := e.Peer(0).Opened()
				most := want + before
				if kind == Vegeta && reuse.MaxRequests > 0 {
					most = exchanges // net/http opens one for nothing where it finds that the last one takes no further request
				}
				if got := s.connections.Load(); got != want && (got < want || got > most) {
					t.Errorf("%s: %d connections at the server, %d before; want %d", name, got, before, want)
				}
				if got := s.connections.Load(); opened.Connections > got || opened.Connections < got-1 || protocol != "http" != (opened.Secure > 0) {
					t.Errorf("%s: %+v opened, the server has %d", name, opened, got)
				}
				resumes := !reuse.FullHandshakes && protocol != "http" && reuse.MaxRequests > 0
				if (opened.Resumed > 0) != resumes || (s.resumed.Load() > 0) != resumes {
					t.Errorf("%s: %d resumed, %d at the server", name, opened.Resumed, s.resumed.Load())
				}
				if _, spoken := s.protocols.Load("HTTP/2.0"); spoken != (protocol == "h2") {
					t.Errorf("%s: HTTP/2 %t", name, spoken)
				}
			}
		}
	}
}

// Exchanges that overlap have connections of their own, opened beside each other, and none ends with that of another one.
func TestOverlappingExchangesOnFreshConnections(t *testing.T) {
	const atOnce, rounds = 16, 20
	for _, kind := range []Kind{Lean, Vegeta} {
		s := count(t, true, true)
		roots := x509.NewCertPool()
		roots.AddCert(s.Certificate())
		e, err := newAuto(kind, []string{s.URL}, reach.Plain(roots), atOnce, Reuse{MaxRequests: 1})
		if err != nil {
			t.Fatal(err)
		}
		e.Negotiate(t.Context(), time.Minute)
		r := newRequest(t, s.Listener.Addr().String())
		r.Route.URL.Scheme = "https"
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
		e.Close()
		if got := s.connections.Load(); got < atOnce*rounds || got > atOnce*rounds+atOnce {
			t.Errorf("%s: %d connections for %d exchanges", kind, got, atOnce*rounds)
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
