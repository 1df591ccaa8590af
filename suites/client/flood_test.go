package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// TestFloodEnds: a connection on which a server sends frames without end ends with the request that is given up. Without that, the test
// does not end.
func TestFloodEnds(t *testing.T) {
	const settings, ping = "\x00\x00\x00\x04\x00\x00\x00\x00\x00", "\x00\x00\x08\x06\x01\x00\x00\x00\x0012345678"
	ended := make(chan struct{})
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{NextProtos: []string{"h2"}}
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
		defer close(ended)
		go func() { _, _ = io.Copy(io.Discard, conn) }() // it ends with the connection
		text := []byte(settings + strings.Repeat(ping, 1000))
		for {
			if _, err := conn.Write(text); err != nil {
				return
			}
			text = text[len(settings):]
			text = append(text[:0:0], strings.Repeat(ping, 1000)...)
		}
	}}
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := New(Options{Servers: []string{server.URL}, Timeout: 5 * time.Second, RootCAs: roots})
	c.transport.IdleConnTimeout = 0 // never
	t.Cleanup(c.Close)
	for {
		x := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/"})
		if x.Failure.Kind != assay.TimedOut && x.Failure.Kind != assay.NotHTTP {
			t.Fatalf("%+v", x.Failure)
		}
		select {
		case <-ended:
			return
		default: // too few bytes came within the time limit
		}
	}
}

// TestUnansweredBytes: bytes before a whole answer do not count, however many they are.
func TestUnansweredBytes(t *testing.T) {
	for answered, want := range map[bool]error{true: io.EOF, false: errFlooded} {
		here, there := net.Pipe()
		conn := watch(here)
		go func() {
			_, _ = there.Write(make([]byte, mostUnanswered)) // read below
			_, _ = there.Write(make([]byte, 2))
			_ = there.Close() // of a pipe: it never fails
		}()
		buffer := make([]byte, mostUnanswered+1)
		if _, err := io.ReadFull(conn, buffer); err != nil {
			t.Fatal(err)
		}
		conn.settle(answered)
		conn.settle(false)
		if _, err := io.Copy(io.Discard, conn); !errors.Is(cmpEOF(err), want) {
			t.Errorf("answered %t: it reads %v", answered, err)
		}
	}
}

// cmpEOF is the error of a copy, which hides the end.
func cmpEOF(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}
