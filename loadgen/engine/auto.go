package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/unified-login/assay/internal/keepalive"
	"github.com/unified-login/assay/internal/peers"
)

// auto reaches servers that speak HTTP/1.1 with lean connections, and all others through net/http: those that prefer
// HTTP/2, and those that the environment reaches through a proxy.
type auto struct {
	servers   []apiServer
	transport *transport
}

// An apiServer is one API server and how it is reached.
type apiServer struct {
	address string      // host and port
	tls     *tls.Config // nil without TLS
	kept    *keepalive.Watch
	peer    *peers.Peer
	netHTTP bool
}

// New returns an engine for the API servers, URLs with the scheme http or https. A nil roots keeps the system's. inFlight
// is how many exchanges there are at most at the same time. The error names a URL that cannot be parsed.
func New(servers []string, roots *x509.CertPool, inFlight int) (Engine, error) {
	e, err := newAuto(servers, roots, inFlight)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func newAuto(servers []string, roots *x509.CertPool, inFlight int) (*auto, error) {
	config := &tls.Config{
		RootCAs: roots, MinVersion: tls.VersionTLS10, // the suite judges old versions
		ClientSessionCache: tls.NewLRUClientSessionCache(0),
	}
	e := &auto{transport: newTransport(config, inFlight)}
	for _, server := range servers {
		one, err := newAPIServer(server, config)
		if err != nil {
			return nil, err
		}
		e.servers = append(e.servers, one)
	}
	return e, nil
}

func newAPIServer(server string, config *tls.Config) (apiServer, error) {
	address, err := url.Parse(server)
	if err != nil {
		return apiServer{}, fmt.Errorf("API server: %w", err)
	}
	one := apiServer{address: address.Host, kept: new(keepalive.Watch), peer: new(peers.Peer)}
	if address.Port() == "" {
		port := ""
		switch address.Scheme {
		case "http":
			port = "80"
		case "https":
			port = "443"
		}
		one.address = net.JoinHostPort(address.Hostname(), port)
	}
	if address.Scheme == "https" {
		one.tls = config.Clone()
		one.tls.ServerName = address.Hostname()
		one.tls.NextProtos = []string{"http/1.1"}
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: address})
	one.netHTTP = proxy != nil || err != nil
	return one, nil
}

// Negotiate implements [Engine]. A server that prefers HTTP/2 keeps the connection for the first exchange.
func (e *auto) Negotiate(ctx context.Context, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for i := range e.servers {
		one := &e.servers[i]
		if one.tls != nil && !one.netHTTP {
			one.netHTTP = e.transport.prefersHTTP2(ctx, one.address)
		}
	}
}

// Protocol implements [Engine].
func (e *auto) Protocol() string {
	if e.servers[0].netHTTP && e.servers[0].tls != nil {
		return "HTTP/2.0"
	}
	return "HTTP/1.1"
}

// Servers implements [Engine].
func (e *auto) Servers() int { return len(e.servers) }

// Closing implements [Engine].
func (e *auto) Closing(server int) int64 {
	if watch := e.servers[server].kept; watch.Closes() {
		return watch.LostInAll()
	}
	return 0
}

// Know implements [Engine].
func (e *auto) Know(server int, lost int64) { e.servers[server].kept.Know(lost) }

// Peer implements [Engine].
func (e *auto) Peer(server int) *peers.Peer { return e.servers[server].peer }

// Connections implements [Engine].
func (e *auto) Connections() (now, most int) { return e.transport.sockets.count() }

// Connection implements [Engine].
func (e *auto) Connection(server int) Connection {
	one := e.servers[server]
	if one.netHTTP {
		return &httpConnection{client: e.transport.http, proxy: e.transport.http.Proxy, peer: one.peer}
	}
	c := newLeanConnection(one.address, one.tls)
	c.kept, c.peer, c.sockets = one.kept, one.peer, e.transport.sockets
	return c
}

// Close implements [Engine].
func (e *auto) Close() { e.transport.close() }
