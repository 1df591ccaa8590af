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
)

// secretly is a TLS listener, and what a client needs to trust it. The server asks for a certificate that the client does
// not have: only then Go's sends its tickets after the handshake, as others always do.
func secretly(t *testing.T) (net.Listener, *tls.Config) {
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

// The tickets for later sessions that a TLS server sends after the handshake are no answer that nobody asked for.
func TestATicketDoesNotEndTheConnection(t *testing.T) {
	l, config := secretly(t)
	connections := make(chan int, 10)
	address := scriptedOn(t, l, func(conn net.Conn, connection, _ int) bool { connections <- connection; return say(conn, okay) })
	line := newLeanConnection(address, config)
	defer line.Close()
	if err := line.Dial(time.Minute); err != nil {
		t.Fatal(err)
	}
	for !line.readable() {
		runtime.Gosched()
	}
	for range 2 {
		if a := line.Exchange(aRequest(t, address), time.Minute); a.Failure != "" || <-connections != 0 {
			t.Errorf("%+v", a)
		}
	}
}

// TLS may have decrypted more than one answer, when the socket has nothing left.
func TestAnAnswerToNothingWithinARecordEndsTheConnection(t *testing.T) {
	l, config := secretly(t)
	pad := strings.Repeat(" ", 2*headerBuffer)
	address := scriptedOn(t, l, func(conn net.Conn, connection, _ int) bool {
		return say(conn, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%d", len(pad)+1, pad, connection)+okay)
	})
	line := newLeanConnection(address, config)
	defer line.Close()
	for i := range 3 {
		if a := line.Exchange(aRequest(t, address), time.Minute); strings.TrimSpace(string(a.Body)) != fmt.Sprint(i) {
			t.Errorf("exchange %d got %q", i, a.Body)
		}
	}
}

func TestAConnectionClosedUnderTLSIsNotUsed(t *testing.T) {
	l, config := secretly(t)
	address := scriptedOn(t, l, func(conn net.Conn, connection, _ int) bool { return say(conn, okay) && connection > 0 })
	line := newLeanConnection(address, config)
	defer line.Close()
	first := line.Exchange(aRequest(t, address), time.Minute)
	for !line.readable() {
		runtime.Gosched()
	}
	if second := line.Exchange(aRequest(t, address), time.Minute); first.Failure != "" || second.Failure != "" {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

// wiresTo starts a server with TLS, and returns wires that have negotiated with it and a request for it.
func wiresTo(t *testing.T, server *httptest.Server, connections int) (*Auto, *Request) {
	t.Helper()
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	w, err := New([]string{server.URL}, roots, connections)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	w.Negotiate(t.Context(), time.Minute)
	r := aRequest(t, strings.TrimPrefix(server.URL, "https://"))
	r.Route.URL.Scheme = "https"
	return w, r
}

func TestLinesOverTLS(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", http2), func(t *testing.T) {
			protocol := make(chan string, 10)
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				resumed := r.TLS.DidResume
				protocol <- fmt.Sprintf("%s %t", r.Proto, resumed)
				_, _ = io.WriteString(w, "{}")
			}))
			server.EnableHTTP2 = http2
			w, r := wiresTo(t, server, 4)
			first, second := w.Connection(0), w.Connection(0)
			for _, l := range []Connection{first, second} {
				if a := l.Exchange(r, time.Minute); a.Status != http.StatusOK || string(a.Body) != "{}" {
					t.Fatalf("%+v", a)
				}
				defer l.Close()
			}
			want := []string{"HTTP/1.1 false", "HTTP/1.1 true"} // the second connection goes on with the first one's session
			if http2 {
				want = []string{"HTTP/2.0 false", "HTTP/2.0 false"} // both are on one connection
			}
			for _, w := range want {
				if got := <-protocol; got != w {
					t.Errorf("got %s, want %s", got, w)
				}
			}
			if n := w.transport.connections(); http2 && n != 1 || !http2 && n != 0 {
				t.Errorf("%d connections are shared", n)
			}
			if got := w.Protocol(); got != strings.Fields(want[0])[0] {
				t.Errorf("the wires say %s", got)
			}
		})
	}
}

// A server may close the connection that is ready, if the first exchange is long in coming. That is not held against it.
func TestAConnectionThatWasReadyTooLongIsNotUsed(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	server.EnableHTTP2 = true
	w, r := wiresTo(t, server, 1)
	address := w.servers[0].address
	if !w.transport.prefersHTTP2(t.Context(), address) || w.transport.connections() != 1 { // asked for another base path
		t.Errorf("%d connections are ready", w.transport.connections())
	}
	w.transport.ready[address] = readyConn{w.transport.ready[address].Conn, time.Now().Add(-readyFor)}
	server.CloseClientConnections()
	if a := w.Connection(0).Exchange(r, time.Minute); a.Status != http.StatusOK {
		t.Errorf("%+v", a)
	}
	if n := w.transport.connections(); n != 1 {
		t.Errorf("%d connections are open", n)
	}
}

func TestAStreamThatIsResetIsCalledThat(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	server.EnableHTTP2 = true
	w, r := wiresTo(t, server, 1)
	a := w.Connection(0).Exchange(r, time.Minute)
	if a.Unsent || a.Failure != "the stream was reset before the answer was whole" {
		t.Errorf("%+v", a)
	}
}

func TestAnUntrustedCertificateIsNoConnection(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the handshake that fails
	server.StartTLS()
	defer server.Close()
	l := newLeanConnection(strings.TrimPrefix(server.URL, "https://"), &tls.Config{ServerName: "example.com"})
	a := l.Exchange(aRequest(t, strings.TrimPrefix(server.URL, "https://")), time.Minute)
	if !a.Unsent || a.Failure != "no connection: its certificate is not valid" {
		t.Errorf("%+v", a)
	}
}
