package engine

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A server that floods with PING in the middle of an answer, and reads nothing, ends an exchange as any other that is too slow.
// Without a bound on writing, net/http never returns from it.
func TestAFloodThatReadsNothing(t *testing.T) {
	const (
		preface  = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
		settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
		headers  = "\x00\x00\x01\x01\x04\x00\x00\x00\x01\x88" // END_HEADERS, stream 1, :status 200
		data     = "\x00\x00\x01\x00\x00\x00\x00\x00\x01{"
		ping     = "\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678"
	)
	over := make(chan struct{})
	server := httptest.NewUnstartedServer(nil)
	server.TLS = &tls.Config{NextProtos: []string{"h2"}}
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
		if socket, ok := conn.NetConn().(*net.TCPConn); ok {
			_ = socket.SetReadBuffer(1 << 12) // it only makes the test shorter
		}
		if _, err := io.ReadFull(conn, make([]byte, len(preface)+len(settings))); err != nil {
			return // the connection of Negotiate, if it was not kept
		}
		_, _ = io.WriteString(conn, settings+headers+data)
		for err := error(nil); err == nil; {
			_, err = io.WriteString(conn, strings.Repeat(ping, 1000))
		}
		<-over
	}}
	e, r := negotiated(t, server, 1)
	t.Cleanup(func() { close(over) })
	e.transport.http.HTTP2.WriteByteTimeout = 300 * time.Millisecond
	for {
		a := e.Connection(0).Exchange(r, 2*time.Second)
		if !a.Failed() {
			t.Fatalf("status %d, without a failure", a.Status)
		}
		if a.Status == http.StatusOK {
			return // else this machine was too busy to set up the connection
		}
	}
}
