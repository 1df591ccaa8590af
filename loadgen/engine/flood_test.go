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

	"golang.org/x/net/http2"
)

// A server that floods with PING in the middle of an answer, and reads nothing, ends the exchange.
func TestAFloodThatReadsNothing(t *testing.T) {
	const (
		headers = "\x00\x00\x01\x01\x04\x00\x00\x00\x01\x88" // END_HEADERS, stream 1, :status 200
		data    = "\x00\x00\x01\x00\x00\x00\x00\x00\x01{"
		ping    = "\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678"
	)
	over := make(chan struct{})
	server := httptest.NewUnstartedServer(nil)
	server.TLS = &tls.Config{NextProtos: []string{"h2"}}
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
		if socket, ok := conn.NetConn().(*net.TCPConn); ok {
			_ = socket.SetReadBuffer(1 << 12) // it only makes the test shorter
		}
		_, _ = io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
		framer := http2.NewFramer(conn, conn)
		for err := framer.WriteSettings(); ; {
			if err != nil {
				return
			}
			var frame http2.Frame
			if frame, err = framer.ReadFrame(); err == nil && frame.Header().Type == http2.FrameData {
				break
			}
		}
		_, _ = io.WriteString(conn, headers+data)
		for err := error(nil); err == nil; {
			_, err = io.WriteString(conn, strings.Repeat(ping, 1000))
		}
		<-over
	}}
	e, r := negotiated(t, server, 1)
	t.Cleanup(func() { close(over) })
	a := e.Connection(0).Exchange(r, 10*time.Second)
	if !a.Failed() || a.Status != http.StatusOK || a.Failure.Kind.Unconnected() {
		t.Errorf("status %d, %+v", a.Status, a.Failure)
	}
}
