package engine

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
)

// direct is a route without a transport.
var direct = reach.Plain(nil)

// scripted starts a server that calls script for every request, with the number of the connection and of the request on
// it, both from 0. It closes the connection when script returns false.
func scripted(t *testing.T, script func(conn net.Conn, connection, request int) bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return scriptedOn(t, l, script)
}

func scriptedOn(t *testing.T, l net.Listener, script func(conn net.Conn, connection, request int) bool) string {
	t.Helper()
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for connection := 0; ; connection++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				requests := bufio.NewReader(conn)
				for n := 0; ; n++ {
					request, err := http.ReadRequest(requests)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, request.Body)
					if !script(conn, connection, n) {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func say(conn net.Conn, text string) bool {
	_, err := io.WriteString(conn, text)
	return err == nil
}

const okay = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

func newRequest(t *testing.T, address string) *Request {
	t.Helper()
	route, err := NewRoute("http://"+address, assay.Login, "fc1", "pat", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{}
	r.Set(route, "a-code")
	return r
}

// shared is how many sockets of the engine are open.
func (e *auto) shared() int {
	now, _ := e.Connections()
	return now
}
