package engine

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/farewell"
	"github.com/unified-login/assay/internal/streams"
	"github.com/unified-login/assay/reach"
)

// A transport is the sockets that httpConnections share, and counts them.
type transport struct {
	http     *http.Transport
	route    *reach.Route
	sessions tls.ClientSessionCache

	sockets *sockets
}

func newTransport(route *reach.Route, sessions tls.ClientSessionCache, inFlight int) *transport {
	t := &transport{route: route, sessions: sessions, sockets: newSockets()}
	behindProxy := route.TLS("") // net/http adds the server's name
	behindProxy.ClientSessionCache = sessions
	t.http = &http.Transport{
		Proxy: route.Proxy, OnProxyConnectResponse: failures.CheckTunnel, DialContext: t.dial,
		DialTLSContext: t.dialTLS, TLSClientConfig: behindProxy,
		ForceAttemptHTTP2: true, DisableCompression: true,
		MaxIdleConnsPerHost: inFlight, MaxResponseHeaderBytes: maxHeader, IdleConnTimeout: time.Minute,
		HTTP2: streams.Bounded(), Protocols: route.Protocols(),
	}
	return t
}

// dial opens a connection, and counts it while it is open.
func (t *transport) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if err := t.sockets.take(); err != nil {
		return nil, err
	}
	conn, err := t.route.DialContext(ctx, network, address)
	if err != nil {
		t.sockets.untaken()
		return nil, err
	}
	t.sockets.opened()
	return &socket{Conn: conn, closed: sync.OnceFunc(t.sockets.closed)}, nil
}

// dialTLS opens a connection with TLS that offers HTTP/2.
func (t *transport) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := t.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := t.route.TLS(host)
	config.ClientSessionCache, config.NextProtos = t.sessions, []string{"h2", "http/1.1"}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the handshake's error is the one to report
		return nil, err
	}
	return secure, nil
}

// close closes the connections that are not in use.
func (t *transport) close() { t.http.CloseIdleConnections() }

// A socket reports that it was closed, and how it ended.
type socket struct {
	net.Conn
	closed func()

	mu     sync.Mutex
	ending farewell.Watch
}

// Read implements [net.Conn].
func (s *socket) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending.Read(p[:n], err)
	return n, err
}

// Close implements [net.Conn].
func (s *socket) Close() error {
	s.closed()
	return s.Conn.Close()
}

// wasCut reports whether a connection of the transport ended without the server's word that it ends.
func wasCut(conn net.Conn) bool {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	s, ok := conn.(*socket)
	if !ok {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ending.Cut()
}
