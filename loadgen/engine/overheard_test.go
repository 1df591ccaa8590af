package engine

import (
	"crypto/tls"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/internal/selfsigned"
)

// behind are what a server sends behind its answer at once, and whether that is an answer.
var behind = map[string]bool{okay: true, "": false, "\r\n": false, "junk": false, "HTTP/1.1 408 Request Timeout\r\n\r\n": false}

// answers are right ones, framed in every way.
var answers = map[string]string{
	"length": okay, "chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
	"interim": "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + okay, "trailer": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n",
	"closing": "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", "empty": "HTTP/1.1 204 No Content\r\n\r\n",
}

// An answer behind an answer is seen through net/http, plain and over TLS, and through proxies, and reported by the exchange that it
// follows. What a server may send is not. The exchanges that follow get their own answers: none
// is sent where an answer would begin with what came before.
func TestSurplusThroughNetHTTP(t *testing.T) {
	for form, answer := range answers {
		for extra, want := range behind {
			for _, over := range ways {
				e, r := scriptedVegeta(t, over, func(conn net.Conn, _, _ int) bool { return say(conn, answer+extra) })
				for i := range 3 {
					if a := e.Connection(0).Exchange(r, time.Minute); a.Failed() || a.Surplus != want {
						t.Errorf("%s, %q, %+v: exchange %d: surplus %t, failure %q", form, extra, over, i, a.Surplus, a.Failure)
					}
				}
				if e.Deaf(0) {
					t.Errorf("%+v: it says that it does not hear", over)
				}
			}
		}
	}
}

// What is sent while no request is open is reported by the next answer of the server, once.
func TestLateSurplusThroughNetHTTP(t *testing.T) {
	for _, over := range ways {
		conns := make(chan net.Conn, 2)
		e, r := scriptedVegeta(t, over, func(conn net.Conn, connection, _ int) bool {
			if connection == 0 {
				conns <- conn
			}
			return say(conn, okay)
		})
		c := e.Connection(0)
		first := c.Exchange(r, time.Minute)
		say(<-conns, okay)
		for e.shared() > 0 { // net/http closes the connection
			runtime.Gosched()
		}
		second, third := c.Exchange(r, time.Minute), c.Exchange(r, time.Minute)
		if first.Failed() || first.Surplus || second.Failed() || !second.Surplus || third.Failed() || third.Surplus {
			t.Errorf("%+v: %+v\n%+v\n%+v", over, first, second, third)
		}
	}
}

// An answer that is longer than what is kept of it hides what follows, and accuses nobody.
func TestALongAnswerIsNoSurplus(t *testing.T) {
	body := strings.Repeat("HTTP/1.1 200 OK\r\n", maxOverheard/17+1)
	e, r := scriptedVegeta(t, way{}, func(conn net.Conn, _, _ int) bool {
		return say(conn, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	})
	for range 2 {
		if a := e.Connection(0).Exchange(r, time.Minute); a.Surplus {
			t.Errorf("%+v", a.Failure)
		}
	}
}

// scriptedVegeta starts a server as [scripted] does, and returns an engine over net/http that reaches it, and a request for it.
func scriptedVegeta(t *testing.T, over way, script func(conn net.Conn, connection, request int) bool) (*auto, *Request) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	scheme := "http://"
	if over.secure {
		certificate, _ := selfsigned.Certificate(t, "127.0.0.1", time.Now().Add(time.Hour))
		scheme, l = "https://", tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}})
	}
	address := scriptedOn(t, l, script)
	e, err := newAuto(Vegeta, []string{scheme + address}, insecure(t, over.transport(t, address)), 1, Reuse{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	r := newRequest(t, address)
	r.Route.URL.Scheme = strings.TrimSuffix(scheme, "://")
	return e, r
}
