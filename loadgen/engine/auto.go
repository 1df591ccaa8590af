package engine

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/internal/keepalive"
	"github.com/unified-login/assay/internal/peers"
	"github.com/unified-login/assay/reach"
)

// auto reaches servers that speak HTTP/1.1 with lean connections, and all others through net/http: those that prefer
// HTTP/2, and those that are reached through a proxy.
type auto struct {
	servers   []apiServer
	transport *transport
	route     *reach.Route
}

// An apiServer is one API server and how it is reached.
type apiServer struct {
	address string      // host and port
	tls     *tls.Config // nil without TLS
	kept    *keepalive.Watch
	peer    *peers.Peer
	spoken  *atomic.Int32 // the version of the last answer through net/http; 0 before
	netHTTP bool
}

// New returns an engine for the API servers, URLs with the scheme http or https, which are reached by route. inFlight is how many
// exchanges there are at most at the same time. The error names a URL that cannot be parsed.
func New(servers []string, route *reach.Route, inFlight int) (Engine, error) {
	e, err := newAuto(servers, route, inFlight)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func newAuto(servers []string, route *reach.Route, inFlight int) (*auto, error) {
	sessions := tls.NewLRUClientSessionCache(0)
	e := &auto{route: route, transport: newTransport(route, sessions, inFlight)}
	for _, server := range servers {
		one, err := newAPIServer(server, route, sessions)
		if err != nil {
			return nil, err
		}
		e.servers = append(e.servers, one)
	}
	return e, nil
}

func newAPIServer(server string, route *reach.Route, sessions tls.ClientSessionCache) (apiServer, error) {
	address, err := url.Parse(server)
	if err != nil {
		return apiServer{}, fmt.Errorf("API server: %w", err)
	}
	one := apiServer{address: reach.Address(server), kept: new(keepalive.Watch), peer: new(peers.Peer), spoken: new(atomic.Int32)}
	if address.Scheme == "https" {
		one.tls = route.TLS(address.Hostname())
		one.tls.ClientSessionCache = sessions
		one.tls.NextProtos = []string{"http/1.1"}
	}
	one.peer.Together(route.Together(server))
	proxy, err := route.ProxyOf(address)
	one.netHTTP = proxy != "" || err != nil || route.PriorKnowledge()
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
	switch e.servers[0].spoken.Load() {
	case 1:
		return "HTTP/1.1"
	case 2:
		return "HTTP/2.0"
	}
	if e.servers[0].netHTTP && (e.servers[0].tls != nil || e.route.PriorKnowledge()) {
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
		return &httpConnection{client: e.transport.http, proxy: e.transport.http.Proxy, peer: one.peer, spoken: one.spoken}
	}
	c := newLeanConnection(e.route, one.address, one.tls)
	c.kept, c.peer, c.sockets = one.kept, one.peer, e.transport.sockets
	return c
}

// Close implements [Engine].
func (e *auto) Close() { e.transport.close() }
