package engine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine/h2"
	"github.com/unified-login/assay/reach"
)

// Only a request of which nothing was sent has a failure without a connection.
func TestFates(t *testing.T) {
	const limit = 10 * time.Second
	for _, test := range []struct {
		fate h2.Fate
		err  error
		want assay.Failure
	}{
		{h2.Unsent, h2.ErrNoStream, assay.Failure{Kind: assay.ConnectTimedOut, Text: "no connection within 10s", Detail: "the server allows no further stream"}},
		{h2.Unsent, h2.ErrNoWindow, assay.Failure{Kind: assay.ConnectTimedOut, Text: "no connection within 10s", Detail: "the server allows no further byte"}},
		{h2.Unsent, h2.ErrUnread, assay.Failure{Kind: assay.ConnectTimedOut, Text: "no connection within 10s", Detail: "the server reads nothing"}},
		{h2.Unsent, os.ErrDeadlineExceeded, assay.Failure{Kind: assay.ConnectTimedOut, Text: "no connection within 10s"}},
		{h2.Unsent, io.EOF, assay.Failure{Kind: assay.NoConnection, Text: "no connection: it was closed at once"}},
		{h2.Unsent, h2.GoAwayError{}, assay.Failure{Kind: assay.NoConnection, Text: "no connection", Detail: "GOAWAY: NO_ERROR"}},
		{h2.Refused, h2.ResetError{Code: http2.ErrCodeRefusedStream}, assay.Failure{Kind: assay.BrokenOff, Text: "the server refused the request before it processed it", Detail: "the stream was reset: REFUSED_STREAM"}},
		{h2.Refused, h2.GoAwayError{Last: 7}, assay.Failure{Kind: assay.BrokenOff, Text: "the server refused the request before it processed it", Detail: "GOAWAY: NO_ERROR"}},
		{h2.InDoubt, h2.ResetError{Code: http2.ErrCodeInternal}, assay.Failure{Kind: assay.BrokenOff, Text: "the stream was reset before the answer was whole", Detail: "stream error: INTERNAL_ERROR"}},
		{h2.InDoubt, io.ErrUnexpectedEOF, assay.Failure{Kind: assay.BrokenOff, Text: "the connection was closed before the answer was whole"}},
		{h2.InDoubt, h2.ErrUnread, assay.Failure{Kind: assay.BrokenOff, Text: "the connection was closed before the answer was whole"}},
		{h2.InDoubt, os.ErrDeadlineExceeded, assay.Failure{Kind: assay.TimedOut, Text: "no whole answer within 10s"}},
		{h2.InDoubt, h2.ProtocolError{Text: "PING on a stream"}, assay.Failure{Kind: assay.NotHTTP, Text: "no valid HTTP answer", Detail: "HTTP/2: PING on a stream"}},
	} {
		got := failureOf(test.fate, test.err, limit)
		if got != test.want || got.Kind.Unconnected() != (test.fate == h2.Unsent) {
			t.Errorf("%v, %v: %+v, want %+v", test.fate, test.err, got, test.want)
		}
	}
}

// HTTP/2 without TLS is spoken on lean connections, by prior knowledge.
func TestPriorKnowledge(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Proto+" "+r.Host+r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(body))
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	defer server.Close()
	route, err := reach.New(nil, assay.Transport{PriorKnowledge: true})
	if err != nil {
		t.Fatal(err)
	}
	e, err := newAuto(Auto, []string{server.URL}, route, 4, Reuse{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	e.Negotiate(t.Context(), time.Minute)
	host := strings.TrimPrefix(server.URL, "http://")
	c, r := e.Connection(0), newRequest(t, host)
	want := "HTTP/2.0 " + host + assay.Login.Path() + " Bearer pat " + string(r.Body)
	if a := c.Exchange(r, time.Minute); a.Failed() || string(a.Body) != want || a.Address != "127.0.0.1" || e.Protocol() != "HTTP/2.0" || !c.Live() {
		t.Errorf("%q, want %q: %+v over %s", a.Body, want, a.Failure, e.Protocol())
	}
	if _, isLean := c.(*http2Connection); !isLean || e.shared() != 1 {
		t.Errorf("%T, %d connections", c, e.shared())
	}
}

// A server that speaks HTTP/2 no more, when it was chosen before, is reached by HTTP/1.1.
func TestAServerThatForgetsHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }))
	e, r := negotiated(t, server, 1)
	e.servers[0].http2 = true // as if it had
	c := e.Connection(0)
	for range 2 {
		if a := c.Exchange(r, time.Minute); a.Failed() || string(a.Body) != "HTTP/1.1" || a.From.Protocol() != "HTTP/1.1" {
			t.Errorf("%q: %+v", a.Body, a.Failure)
		}
	}
	if err := c.Dial(time.Minute); err != nil || !c.Live() || e.Protocol() != "HTTP/1.1" {
		t.Errorf("%v, live %t, %s", err, c.Live(), e.Protocol())
	}
	c.Close()
	if e.shared() != 0 {
		t.Errorf("%d connections", e.shared())
	}
}

// A server that shuts down in full flight loses nothing that it does not say, and none is sent twice.
func TestShutdownInFullFlight(t *testing.T) {
	var seen atomic.Int64
	var server *httptest.Server
	half := make(chan struct{})
	var once sync.Once
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if seen.Add(1) == 100 {
			once.Do(func() { close(half) })
		}
		_, _ = io.WriteString(w, "{}")
	}))
	server.EnableHTTP2 = true
	e, r := negotiated(t, server, 8)
	var down sync.WaitGroup
	down.Go(func() {
		<-half
		_ = server.Config.Shutdown(t.Context())
	})
	var sent, answered, unsent atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			c, own := e.Connection(0), &Request{}
			own.Set(r.Route, "a-code")
			for range 200 {
				a := c.Exchange(own, time.Minute)
				switch {
				case a.Failure.Kind.Unconnected():
					unsent.Add(1)
				case !a.Failed():
					answered.Add(1)
					fallthrough
				default:
					sent.Add(1)
				}
			}
		})
	}
	all.Wait()
	down.Wait()
	if lost := sent.Load() - answered.Load(); lost > 2*8 || seen.Load() > sent.Load() || unsent.Load() == 0 || answered.Load() < 100 {
		t.Errorf("%d seen, %d sent, %d answered, %d unsent", seen.Load(), sent.Load(), answered.Load(), unsent.Load())
	}
}
