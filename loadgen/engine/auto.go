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
	"github.com/unified-login/assay/loadgen/engine/h2"
	"github.com/unified-login/assay/reach"
)

// auto reaches servers with lean connections, or all of them through net/http. By its own choice that is so if one of them is reached
// through a proxy.
type auto struct {
	kind      Kind
	reuse     Reuse
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
	unasked *atomic.Int64 // answers through net/http that no request asked for and no exchange has reported yet
	deaf    *atomic.Bool  // an exchange with it had a connection on which those are not seen
	netHTTP bool
	http2   bool       // it prefers HTTP/2, or speaks nothing else
	client  *h2.Client // of HTTP/2 on lean connections; nil where net/http is used
}

// New returns an engine for the API servers, URLs with the scheme http or https, which are reached by route. inFlight is how many
// exchanges there are at most at the same time, and reuse for how long connections are used. The error
// names a URL that cannot be parsed, or what the kind does not reach.
func New(kind Kind, servers []string, route *reach.Route, inFlight int, reuse Reuse) (Engine, error) {
	e, err := newAuto(kind, servers, route, inFlight, reuse)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func newAuto(kind Kind, servers []string, route *reach.Route, inFlight int, reuse Reuse) (*auto, error) {
	sessions := tls.NewLRUClientSessionCache(0)
	if reuse.FullHandshakes {
		sessions = nil
	}
	if err := Check(kind, servers, route); err != nil {
		return nil, err
	}
	e := &auto{kind: kind, reuse: reuse, route: route, transport: newTransport(route, sessions, inFlight)}
	for _, server := range servers {
		one, err := newAPIServer(server, route, sessions)
		if err != nil {
			return nil, err
		}
		if !one.netHTTP && kind != Vegeta {
			one.client = newHTTP2Client(e.transport, &one, inFlight, reuse)
		}
		e.servers = append(e.servers, one)
		if kind == Auto && one.netHTTP {
			e.kind = Vegeta
		}
	}
	return e, nil
}

// Kind implements [Engine].
func (e *auto) Kind() Kind {
	if e.kind == Auto {
		return Lean
	}
	return e.kind
}

func newAPIServer(server string, route *reach.Route, sessions tls.ClientSessionCache) (apiServer, error) {
	address, err := url.Parse(server)
	if err != nil {
		return apiServer{}, fmt.Errorf("API server: %w", err)
	}
	one := apiServer{address: reach.Address(server), kept: new(keepalive.Watch), peer: new(peers.Peer), spoken: new(atomic.Int32), unasked: new(atomic.Int64), deaf: new(atomic.Bool)}
	if address.Scheme == "https" {
		one.tls = route.TLS(address.Hostname())
		one.tls.ClientSessionCache = sessions
		one.tls.NextProtos = []string{"http/1.1"}
	}
	one.peer.Together(route.Together(server))
	one.netHTTP, one.http2 = notLean(route, address) != "", route.PriorKnowledge()
	return one, nil
}

// Negotiate implements [Engine]. A server that prefers HTTP/2 keeps the connection for the first exchange.
func (e *auto) Negotiate(ctx context.Context, timeout time.Duration) {
	if e.kind == Vegeta {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for i := range e.servers {
		one := &e.servers[i]
		if one.tls != nil {
			one.http2 = one.client.Prefers(ctx)
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
	if one := e.servers[0]; one.http2 || e.kind == Vegeta && one.netHTTP && one.tls != nil {
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

// Held implements [Engine].
func (e *auto) Held(server int) Held {
	if client := e.servers[server].client; client != nil {
		return client.Held()
	}
	return Held{}
}

// Deaf implements [Engine].
func (e *auto) Deaf(server int) bool { return e.servers[server].deaf.Load() }

// Know implements [Engine].
func (e *auto) Know(server int, lost int64) { e.servers[server].kept.Know(lost) }

// Peer implements [Engine].
func (e *auto) Peer(server int) *peers.Peer { return e.servers[server].peer }

// Connections implements [Engine].
func (e *auto) Connections() (now, most int) { return e.transport.sockets.count() }

// Connection implements [Engine].
func (e *auto) Connection(server int) Connection {
	one := e.servers[server]
	if e.kind == Vegeta {
		c := &httpConnection{client: e.transport.http, proxy: e.transport.http.Proxy, peer: one.peer, spoken: one.spoken, kept: one.kept, unasked: one.unasked, deaf: one.deaf}
		if c.most = e.reuse.MaxRequests; c.most > 0 {
			c.own = e.transport.http.Clone()
			watchHTTP2(c.own)
			c.client = c.own
		}
		if !one.netHTTP {
			c.ahead = func(ctx context.Context) error { return e.transport.ahead(ctx, one.address, one.tls != nil) }
		}
		return c
	}
	lean := func() *leanConnection {
		c := newLeanConnection(e.route, one.address, one.tls)
		c.kept, c.peer, c.sockets, c.most = one.kept, one.peer, e.transport.sockets, e.reuse.MaxRequests
		return c
	}
	if one.http2 {
		return &http2Connection{client: one.client, peer: one.peer, spoken: one.spoken, lean: lean}
	}
	return lean()
}

// Close implements [Engine].
func (e *auto) Close() {
	for _, one := range e.servers {
		if one.client != nil {
			one.client.Close()
		}
	}
	e.transport.close()
}
