package engine

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
)

// refusals are what a server does with every request over HTTP/2.
var refusals = map[string]func(*http2.Framer, uint32) error{
	"refuses":  func(f *http2.Framer, id uint32) error { return f.WriteRSTStream(id, http2.ErrCodeRefusedStream) },
	"resets":   func(f *http2.Framer, id uint32) error { return f.WriteRSTStream(id, http2.ErrCodeProtocol) },
	"internal": func(f *http2.Framer, id uint32) error { return f.WriteRSTStream(id, http2.ErrCodeInternal) },
	"goes": func(f *http2.Framer, _ uint32) error {
		return errors.Join(f.WriteGoAway(0, http2.ErrCodeNo, nil), io.EOF)
	},
	"closes": func(*http2.Framer, uint32) error { return io.EOF },
}

// refusing is a server over HTTP/2 that counts its whole requests and answers them with frames.
func refusing(frames func(*http2.Framer, uint32) error) (server *httptest.Server, seen *atomic.Int64) {
	server, seen = httptest.NewUnstartedServer(nil), new(atomic.Int64)
	server.TLS = &tls.Config{NextProtos: []string{"h2"}}
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
		_, _ = io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
		framer := http2.NewFramer(conn, conn)
		for err := framer.WriteSettings(); err == nil; {
			var frame http2.Frame
			if frame, err = framer.ReadFrame(); err != nil {
				return
			}
			if data, ok := frame.(*http2.DataFrame); ok && data.StreamEnded() {
				seen.Add(1)
				err = frames(framer, data.StreamID)
			}
		}
	}}
	return server, seen
}

// tunnels starts a proxy that connects to wherever it is asked to, and counts that.
func tunnels(t *testing.T) (address string, opened *atomic.Int64) {
	t.Helper()
	opened = new(atomic.Int64)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		opened.Add(1)
		from, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(to, from)
			_ = to.Close()
		}()
		_, _ = io.Copy(from, to)
		_ = from.Close()
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL, opened
}

// Whatever a server does with every request, it sees each of five once: over both engines, and through a proxy.
func TestNothingIsSentTwice(t *testing.T) {
	proxy, opened := tunnels(t)
	for name, frames := range refusals {
		for _, way := range []struct {
			kind      Kind
			transport assay.Transport
		}{{Lean, assay.Transport{}}, {Vegeta, assay.Transport{}}, {Auto, assay.Transport{Proxy: assay.Secret(proxy)}}} {
			server, seen := refusing(frames)
			e, r := engineTo(t, server, way.kind, way.transport, 1)
			c := e.Connection(0)
			for range 5 {
				if a := c.Exchange(r, time.Minute); a.Failure.Kind != assay.BrokenOff {
					t.Errorf("%s, %s %t: %+v", name, way.kind, way.kind == Auto, a.Failure)
				}
			}
			if seen.Load() != 5 {
				t.Errorf("%s, %s: the server saw %d requests", name, way.kind, seen.Load())
			}
		}
	}
	if opened.Load() == 0 {
		t.Error("nothing went through the proxy")
	}
}

// A server that allows one stream refuses none of many requests at once: no connection gets a second one before the server's settings
// are known. It sees as many requests as were sent.
func TestSettingsAreAwaited(t *testing.T) {
	proxy, _ := tunnels(t)
	for _, way := range []assay.Transport{{}, {Proxy: assay.Secret(proxy)}} {
		const exchanges = 40
		var seen, failed atomic.Int64
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen.Add(1)
			_, _ = io.Copy(w, r.Body)
		}))
		server.EnableHTTP2 = true
		server.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: 1}
		e, r := engineTo(t, server, Vegeta, way, exchanges)
		var all sync.WaitGroup
		for range exchanges {
			all.Go(func() {
				if a := e.Connection(0).Exchange(r, time.Minute); a.Failed() || !bytes.Equal(a.Body, r.Body) {
					failed.Add(1)
					t.Logf("status %d, %v", a.Status, a.Failure)
				}
			})
		}
		all.Wait()
		if failed.Load() > 0 || seen.Load() != exchanges {
			t.Errorf("%d failed, %d seen", failed.Load(), seen.Load())
		}
	}
}

// engineTo starts a server with TLS, and returns an engine that reaches it by a transport and a request for it.
func engineTo(t *testing.T, server *httptest.Server, kind Kind, transport assay.Transport, connections int) (*auto, *Request) {
	t.Helper()
	server.StartTLS()
	t.Cleanup(server.Close)
	return reached(t, kind, server, insecure(t, transport), connections, Reuse{})
}

// insecure is the route of a transport that accepts every certificate.
func insecure(t *testing.T, transport assay.Transport) *reach.Route {
	t.Helper()
	transport.Insecure = true
	route, err := reach.New(nil, transport)
	if err != nil {
		t.Fatal(err)
	}
	return route
}

// A connection of HTTP/1.1 that was opened for an exchange which took another one is used by a later exchange at once.
func TestAConnectionThatWasOpenedForNothing(t *testing.T) {
	held, answer := make(chan struct{}, 4), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the answer says nothing of it
		held <- struct{}{}
		<-answer
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	e, r := reached(t, Vegeta, server, reach.Plain(nil), 4, Reuse{})
	var dials atomic.Int64
	opening, open := make(chan struct{}), make(chan struct{})
	e.transport.http.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials.Add(1) == 2 {
			close(opening)
			<-open
		}
		return e.transport.dial(ctx, network, address)
	}
	var all sync.WaitGroup
	exchange := func() {
		all.Go(func() {
			if a := e.Connection(0).Exchange(r, time.Minute); a.Failed() {
				t.Error(a.Failure)
				held <- struct{}{} // which the server does not say then
			}
		})
	}
	exchange()
	<-held
	exchange() // which opens a second connection, and gets the first one before that is open
	<-opening
	answer <- struct{}{}
	<-held
	answer <- struct{}{}
	all.Wait()
	close(open)
	for now, _ := e.Connections(); now < 2; now, _ = e.Connections() {
		runtime.Gosched()
	}
	exchange()
	exchange()
	for range 2 {
		<-held
	}
	close(answer)
	all.Wait()
}
