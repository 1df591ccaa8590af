package engine

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
)

// listenTLS returns a TLS listener and a client configuration that trusts it. The server asks for a client certificate:
// only then does Go send its session tickets after the handshake, as other servers always do.
func listenTLS(t *testing.T) (net.Listener, *tls.Config) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: server.TLS.Certificates, ClientAuth: tls.RequestClientCert, DynamicRecordSizingDisabled: true}
	return tls.NewListener(l, config), &tls.Config{RootCAs: roots, ServerName: "example.com", ClientSessionCache: tls.NewLRUClientSessionCache(1)}
}

// Session tickets, which a TLS server sends after the handshake, do not make a connection unusable.
func TestSessionTicketKeepsTheConnection(t *testing.T) {
	l, config := listenTLS(t)
	connections := make(chan int, 10)
	address := scriptedOn(t, l, func(conn net.Conn, connection, _ int) bool { connections <- connection; return say(conn, okay) })
	c := newLeanConnection(direct, address, config)
	defer c.Close()
	if err := c.Dial(time.Minute); err != nil {
		t.Fatal(err)
	}
	for !c.readable() {
		runtime.Gosched()
	}
	for range 2 {
		if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() || <-connections != 0 {
			t.Errorf("%+v", a)
		}
	}
}

// One TLS record may contain two answers: the second waits in TLS's buffer, not in the socket.
func TestSecondAnswerInOneRecordEndsTheConnection(t *testing.T) {
	l, config := listenTLS(t)
	pad := strings.Repeat(" ", 2*headerBuffer)
	address := scriptedOn(t, l, func(conn net.Conn, connection, _ int) bool {
		return say(conn, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%d", len(pad)+1, pad, connection)+okay)
	})
	c := newLeanConnection(direct, address, config)
	defer c.Close()
	for i := range 3 {
		if a := c.Exchange(newRequest(t, address), time.Minute); strings.TrimSpace(string(a.Body)) != fmt.Sprint(i) {
			t.Errorf("exchange %d got %q", i, a.Body)
		}
	}
}

func TestConnectionClosedUnderTLSIsNotUsed(t *testing.T) {
	l, config := listenTLS(t)
	address := scriptedOn(t, l, func(conn net.Conn, connection, _ int) bool { return say(conn, okay) && connection > 0 })
	c := newLeanConnection(direct, address, config)
	defer c.Close()
	first := c.Exchange(newRequest(t, address), time.Minute)
	for !c.readable() {
		runtime.Gosched()
	}
	if second := c.Exchange(newRequest(t, address), time.Minute); first.Failed() || second.Failed() {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

// negotiated starts a server with TLS, and returns an engine that has negotiated with it and a request for it.
func negotiated(t *testing.T, server *httptest.Server, connections int) (*auto, *Request) {
	t.Helper()
	server.StartTLS()
	t.Cleanup(server.Close)
	return reached(t, Auto, server, reach.Plain(rootsOf(server)), connections, Reuse{})
}

// rootsOf has the certificate of a server; nil for one without TLS.
func rootsOf(server *httptest.Server) *x509.CertPool {
	if server.TLS == nil {
		return nil
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return roots
}

// reached returns an engine that reaches a server, and has asked it for HTTP/2, and a request for it.
func reached(t *testing.T, kind Kind, server *httptest.Server, route *reach.Route, connections int, reuse Reuse) (*auto, *Request) {
	t.Helper()
	e, err := newAuto(kind, []string{server.URL}, route, connections, reuse)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.Negotiate(t.Context(), time.Minute)
	scheme, address, _ := strings.Cut(server.URL, "://")
	r := newRequest(t, address)
	r.Route.URL.Scheme = scheme
	return e, r
}

func TestConnectionsOverTLS(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", http2), func(t *testing.T) {
			protocol := make(chan string, 10)
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				resumed := r.TLS.DidResume
				protocol <- fmt.Sprintf("%s %t", r.Proto, resumed)
				_, _ = io.WriteString(w, "{}")
			}))
			server.EnableHTTP2 = http2
			e, r := negotiated(t, server, 4)
			first, second := e.Connection(0), e.Connection(0)
			for _, c := range []Connection{first, second} {
				if a := c.Exchange(r, time.Minute); a.Status != http.StatusOK || string(a.Body) != "{}" {
					t.Fatalf("%+v", a)
				}
				defer c.Close()
			}
			want := []string{"HTTP/1.1 false", "HTTP/1.1 true"} // the second connection resumes the TLS session of the first
			if http2 {
				want = []string{"HTTP/2.0 false", "HTTP/2.0 false"} // both share one socket
			}
			for _, w := range want {
				if got := <-protocol; got != w {
					t.Errorf("got %s, want %s", got, w)
				}
			}
			if n := e.shared(); http2 && n != 1 || !http2 && n != 2 {
				t.Errorf("%d open connections", n)
			}
			if got := e.Protocol(); got != strings.Fields(want[0])[0] {
				t.Errorf("the engine reports %s", got)
			}
		})
	}
}

// A server may close the unused connection before the first exchange. That exchange opens another one.
func TestUnusedConnectionIsReplacedInTime(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	server.EnableHTTP2 = true
	e, r := negotiated(t, server, 1)
	e.Negotiate(t.Context(), time.Minute) // a second time
	if e.shared() != 1 {
		t.Errorf("%d unused connections", e.shared())
	}
	server.CloseClientConnections()
	for e.shared() > 0 { // until its end has arrived
		runtime.Gosched()
	}
	if a := e.Connection(0).Exchange(r, time.Minute); a.Status != http.StatusOK {
		t.Errorf("%+v", a)
	}
	if n := e.shared(); n != 1 {
		t.Errorf("%d open connections", n)
	}
}

func TestResetStreamIsNamed(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	server.EnableHTTP2 = true
	e, r := negotiated(t, server, 1)
	a := e.Connection(0).Exchange(r, time.Minute)
	if a.Failure.Kind != assay.BrokenOff || a.Failure.Text != "the stream was reset before the answer was whole" {
		t.Errorf("%+v", a)
	}
}

func TestUntrustedCertificateIsUnsent(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would log the failed handshake
	server.StartTLS()
	defer server.Close()
	c := newLeanConnection(direct, strings.TrimPrefix(server.URL, "https://"), &tls.Config{ServerName: "example.com"})
	a := c.Exchange(newRequest(t, strings.TrimPrefix(server.URL, "https://")), time.Minute)
	if a.Failure.Kind != assay.CertificateInvalid || a.Failure.Text != "no connection: the server's certificate is of an unknown authority" {
		t.Errorf("%+v", a)
	}
}
