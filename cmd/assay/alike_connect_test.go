package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/selfsigned"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/suites/client"
)

// greets accepts connections until the test ends, and gives each to do.
func greets(t *testing.T, do func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			go func() {
				defer func() { _ = conn.Close() }()
				do(conn)
			}()
		}
	}()
	return l.Addr().String()
}

// secured makes the handshake of a server, and reads what follows until the client is gone.
func secured(config *tls.Config) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = io.Copy(io.Discard, tls.Server(conn, config)) // the client says what was wrong
	}
}

// The client of the preflight and that of the load describe a failed connection alike, detail included.
func TestPreflightAndLoadTellConnectionsAlike(t *testing.T) {
	good, roots := selfsigned.Certificate(t, "127.0.0.1", time.Now().Add(time.Hour))
	expired, expiredRoots := selfsigned.Certificate(t, "127.0.0.1", time.Now().Add(-time.Hour))
	foreign, foreignRoots := selfsigned.Certificate(t, "platform.invalid", time.Now().Add(time.Hour))
	with := func(certificate tls.Certificate, change func(*tls.Config)) func(net.Conn) {
		config := &tls.Config{Certificates: []tls.Certificate{certificate}}
		if change != nil {
			change(config)
		}
		return secured(config)
	}
	for name, test := range map[string]struct {
		server func(net.Conn) // nil for none
		roots  *x509.CertPool
		want   string // the beginning
	}{
		"refused":         {nil, roots, "no connection: connection refused"},
		"closed":          {func(net.Conn) {}, roots, "no connection: "}, // read or reset: whichever comes first
		"no TLS":          {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") }, roots, "no connection: the server does not speak TLS"},
		"an alert":        {with(good, func(c *tls.Config) { c.GetConfigForClient = nobody }), roots, "no connection: tls: internal error"},
		"no common suite": {func(c net.Conn) { alert(c, 40) }, roots, "no connection: tls: handshake failure"},
		"an unknown name": {func(c net.Conn) { alert(c, 112) }, roots, "no connection: tls: unrecognized name"},
		"expired":         {with(expired, nil), expiredRoots, "no connection: the server's certificate has expired, or is not valid yet: it is valid from "},
		"another name":    {with(foreign, nil), foreignRoots, "no connection: the server's certificate is for another name: "},
		"unknown CA":      {with(good, nil), foreignRoots, "no connection: the server's certificate is of an unknown authority: "},
		"a client certificate in TLS 1.2": {with(good, func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }),
			roots, "no connection: tls: handshake failure"},
		"a client certificate in TLS 1.3": {with(good, func(c *tls.Config) { c.ClientAuth, c.MinVersion = tls.RequireAnyClientCert, tls.VersionTLS13 }),
			roots, "no connection: tls: certificate required"},
	} {
		t.Run(name, func(t *testing.T) {
			address := "127.0.0.1:1"
			if test.server != nil {
				address = greets(t, test.server)
			}
			server := "https://" + address
			c := client.New(client.Options{Servers: []string{server}, Timeout: patienceOfBoth, RootCAs: test.roots})
			defer c.Close()
			preflight := c.Do(t.Context(), client.Exchange(assay.Code{Kind: assay.Login, Code: "code", AppID: "fc1"}, "pat")).Failure
			for _, negotiated := range []bool{false, true} {
				load := connectUnderLoad(t, server, test.roots, negotiated)
				switch {
				case !strings.HasPrefix(preflight.String(), test.want):
					t.Errorf("%q, want %q", preflight, test.want)
				case name != "closed" && load != preflight:
					t.Errorf("\npreflight %+v\nload      %+v", preflight, load)
				case load.Kind != preflight.Kind:
					t.Errorf("preflight %s, load %s", preflight.Kind, load.Kind)
				}
			}
		})
	}
}

// nobody refuses every client.
func nobody(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, io.ErrUnexpectedEOF }

// alert reads a client's greeting and refuses it with a fatal alert.
func alert(conn net.Conn, number byte) {
	_, _ = conn.Read(make([]byte, 16<<10))
	_, _ = conn.Write([]byte{21, 3, 3, 0, 2, 2, number})
	_, _ = io.Copy(io.Discard, conn) // until the client is gone, so that nothing resets the connection
}

func connectUnderLoad(t *testing.T, server string, roots *x509.CertPool, negotiated bool) assay.Failure {
	t.Helper()
	e, err := engine.New(engine.Auto, []string{server}, reach.Plain(roots), 1, engine.Reuse{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if negotiated {
		e.Negotiate(t.Context(), patienceOfBoth)
	}
	route, err := engine.NewRoute(server, assay.Login, "fc1", "pat", nil)
	if err != nil {
		t.Fatal(err)
	}
	var request engine.Request
	request.Set(route, "code")
	c := e.Connection(0)
	defer c.Close()
	return c.Exchange(&request, patienceOfBoth).Failure
}
