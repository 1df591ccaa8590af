package engine

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A pool is the connections that general lines share. It counts them, and begins with those that were opened to ask the
// servers what they speak.
type transport struct {
	http   *http.Transport
	dialer net.Dialer
	tls    *tls.Config

	open  atomic.Int64
	mu    sync.Mutex
	ready map[string]readyConn // by host and port
}

// A readyConn is a connection that nobody has used yet.
type readyConn struct {
	net.Conn
	since time.Time
}

// readyFor is how long a connection that nobody uses is sure to be open still: a server may close it at some time, which
// would be seen only once a code was sent.
const readyFor = time.Second

func newTransport(config *tls.Config, inFlight int) *transport {
	p := &transport{tls: config.Clone(), ready: map[string]readyConn{}}
	p.tls.NextProtos = []string{"h2", "http/1.1"}
	p.http = &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: p.dial,
		DialTLSContext: p.dialTLS, TLSClientConfig: config.Clone(), // the config is for what lies behind a proxy
		ForceAttemptHTTP2: true, DisableCompression: true,
		MaxIdleConnsPerHost: inFlight, MaxResponseHeaderBytes: maxHeader, IdleConnTimeout: time.Minute,
	}
	return p
}

// dial opens a connection, and counts it for as long as it is open.
func (p *transport) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := p.dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	p.open.Add(1)
	return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { p.open.Add(-1) })}, nil
}

// dialTLS gives the connection that is ready, or opens one.
func (p *transport) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	p.mu.Lock()
	ready, ok := p.ready[address]
	delete(p.ready, address)
	p.mu.Unlock()
	switch {
	case ok && time.Since(ready.since) < readyFor:
		return ready.Conn, nil
	case ok:
		_ = ready.Close() // nothing was sent on it
	}
	return p.secure(ctx, network, address)
}

// secure opens a connection with TLS, on which HTTP/2 is asked for.
func (p *transport) secure(ctx context.Context, network, address string) (*tls.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := p.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := p.tls.Clone()
	config.ServerName = host
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // it was of no use
		return nil, err
	}
	return secure, nil
}

// prefersHTTP2 asks the server at an address. Where it does, the connection is kept for the first exchange.
func (p *transport) prefersHTTP2(ctx context.Context, address string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.ready[address]; ok {
		return true
	}
	conn, err := p.secure(ctx, "tcp", address)
	if err != nil {
		return false
	}
	if conn.ConnectionState().NegotiatedProtocol != "h2" {
		_ = conn.Close() // it was for asking only
		return false
	}
	p.ready[address] = readyConn{conn, time.Now()}
	return true
}

// connections is how many are open.
func (p *transport) connections() int { return int(p.open.Load()) }

// close closes what is not in use.
func (p *transport) close() {
	p.http.CloseIdleConnections()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.ready {
		_ = conn.Close() // nothing was sent on it
	}
	clear(p.ready)
}

// A pooledConn says when it is closed.
type countedConn struct {
	net.Conn
	closed func()
}

// Close implements [net.Conn].
func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}
