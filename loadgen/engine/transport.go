package engine

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/streams"
	"github.com/unified-login/assay/reach"
)

// A transport is the sockets that httpConnections share. It counts them, and starts with those that were opened to ask the
// servers for HTTP/2.
type transport struct {
	http     *http.Transport
	route    *reach.Route
	sessions tls.ClientSessionCache

	sockets *sockets
	mu      sync.Mutex
	unused  map[string][]unusedConn // by host and port
	asking  sync.Mutex              // held while a server is asked for the first time whether it speaks HTTP/2
	http2   map[string]bool         // whether a server does that was asked, by host and port
}

// An unusedConn is a connection on which nothing was sent.
type unusedConn struct {
	net.Conn
	since time.Time
}

// unusedFor is how long an unused connection is kept. A server may close it after some time, and the first exchange would
// fail on it.
const unusedFor = time.Second

func newTransport(route *reach.Route, sessions tls.ClientSessionCache, inFlight int) *transport {
	t := &transport{route: route, sessions: sessions, sockets: newSockets(), unused: map[string][]unusedConn{}, http2: map[string]bool{}}
	behindProxy := route.TLS("") // net/http adds the server's name
	behindProxy.ClientSessionCache = sessions
	t.http = &http.Transport{
		Proxy: t.proxy, OnProxyConnectResponse: failures.CheckTunnel, DialContext: t.dial,
		DialTLSContext: t.dialTLS, TLSClientConfig: behindProxy,
		ForceAttemptHTTP2: true, DisableCompression: true,
		MaxIdleConnsPerHost: inFlight, MaxResponseHeaderBytes: maxHeader, IdleConnTimeout: time.Minute,
		HTTP2: streams.Bounded(), Protocols: route.Protocols(),
	}
	watchHTTP2(t.http)
	return t
}

// dial returns an unused connection, or opens one.
func (t *transport) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn := t.takeUnused(plainly(address))
	if conn == nil {
		var err error
		if conn, err = t.open(ctx, network, address); err != nil {
			return nil, err
		}
	}
	return t.overhear(conn), nil
}

// overhear returns a connection of HTTP/1.1 that finds answers that no request asked for. [watchHTTP2] does that for HTTP/2.
func (t *transport) overhear(conn net.Conn) net.Conn {
	secure, is := conn.(*tls.Conn)
	if t.route.PriorKnowledge() || is && secure.ConnectionState().NegotiatedProtocol == "h2" {
		return conn
	}
	return &overheard{Conn: conn}
}

// dialTLS returns an unused connection, or opens one.
func (t *transport) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	conn := t.takeUnused(address)
	if conn == nil {
		secure, err := t.handshake(ctx, network, address)
		if err != nil {
			return nil, err
		}
		conn = secure
	}
	return t.overhear(conn), nil
}

// plainly is an address for connections without TLS.
func plainly(address string) string { return "plain " + address }

// open opens a connection, and counts it while it is open.
func (t *transport) open(ctx context.Context, network, address string) (net.Conn, error) {
	if err := t.sockets.take(); err != nil {
		return nil, err
	}
	conn, err := t.route.DialContext(ctx, network, address)
	if err != nil {
		t.sockets.untaken()
		return nil, err
	}
	t.sockets.opened()
	return newSocket(conn, t.sockets.closed), nil
}

// takeUnused returns an unused connection to an address, and closes those that are too old; nil if all are in use.
func (t *transport) takeUnused(address string) net.Conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	for list := t.unused[address]; len(list) > 0; {
		last := list[len(list)-1]
		list = list[:len(list)-1]
		t.unused[address] = list
		if time.Since(last.since) < unusedFor {
			return last.Conn
		}
		_ = last.Close() // nothing was sent on it
	}
	return nil
}

// keepUnused keeps a connection for an exchange that follows soon.
func (t *transport) keepUnused(address string, conn net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unused[address] = append(t.unused[address], unusedConn{conn, time.Now()})
}

// ahead opens a connection to a server for an exchange that follows soon, unless it shares one over HTTP/2 that is open.
func (t *transport) ahead(ctx context.Context, address string, secure bool) error {
	t.asking.Lock()
	shares, asked := t.http2[address]
	if !asked {
		defer t.asking.Unlock()
	} else if t.asking.Unlock(); shares {
		return nil
	}
	if !secure {
		conn, err := t.open(ctx, "tcp", address)
		if err == nil {
			t.keepUnused(plainly(address), conn)
			t.note(address, asked, t.route.PriorKnowledge())
		}
		return err
	}
	conn, err := t.handshake(ctx, "tcp", address)
	if err == nil {
		t.keepUnused(address, conn)
		t.note(address, asked, conn.ConnectionState().NegotiatedProtocol == "h2")
	}
	return err
}

// note notes whether a server speaks HTTP/2 that was not asked before. The lock of asking is held then.
func (t *transport) note(address string, asked, speaks bool) {
	if !asked {
		t.http2[address] = speaks
	}
}

// handshake opens a connection with TLS that offers HTTP/2.
func (t *transport) handshake(ctx context.Context, network, address string) (*tls.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := t.through(ctx, network, address)
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
func (t *transport) close() {
	t.http.CloseIdleConnections()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, list := range t.unused {
		for _, conn := range list {
			_ = conn.Close() // nothing was sent on it
		}
	}
	clear(t.unused)
}
