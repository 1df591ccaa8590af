// Package client is the HTTP client of the business service. It sends exactly the bytes of the request, follows no redirect,
// adds no header of its own, bounds what it reads, and returns every exchange as data.
//
// Start with [Client.Do]. [Exchange] builds the request of a valid exchange; a [Bend] changes one thing about it.
package client

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/keepalive"
	"github.com/unified-login/assay/internal/peers"
	"github.com/unified-login/assay/internal/streams"
	"github.com/unified-login/assay/reach"
)

// DefaultTimeout bounds one exchange where Options set no Timeout.
const DefaultTimeout = 10 * time.Second

// MaxBody is how many bytes of an answer's body the client reads, counted after gzip decoding. A valid answer has a few KiB;
// the bound protects the run's memory. The client keeps the beginning of a longer body.
const MaxBody = 128 << 10

// maxHeader bounds an answer's header in bytes; a longer one is a failure.
const maxHeader = 64 << 10

// maxFields bounds the fields of an answer's header, which cost their reader more than a long value; more are a failure. Many
// clients refuse more than a hundred.
const maxFields = 500

// Options configure a client.
type Options struct {
	// Servers are the base URLs of the replicas, at least one.
	Servers []string
	// Timeout bounds one exchange, connecting included; 0 means DefaultTimeout.
	Timeout time.Duration
	// Route says how the servers are reached; nil stands for a plain one with RootCAs.
	Route *reach.Route
	// RootCAs replaces the system's root certificates where there is no Route; nil keeps them.
	RootCAs *x509.CertPool
	// Record is called with every complete exchange, from many goroutines; it may be nil.
	Record func(assay.Exchange)
}

// A Client sends requests to one implementation. It is safe for concurrent use.
type Client struct {
	options   Options
	transport *http.Transport
	count     *atomic.Int64
	servers   []*server // by replica
	keepNone  atomic.Bool
}

// A server is what the client has learned of an API server.
type server struct {
	kept keepalive.Watch
	peer peers.Peer
}

// New returns a client. Call Close to drop its connections.
func New(options Options) *Client {
	if options.Timeout == 0 {
		options.Timeout = DefaultTimeout
	}
	if options.Route == nil {
		options.Route = reach.Plain(options.RootCAs)
	}
	servers := make([]*server, len(options.Servers))
	for i := range servers {
		servers[i] = new(server)
		servers[i].peer.Together(options.Route.Together(options.Servers[i]))
	}
	return &Client{options: options, count: new(atomic.Int64), servers: servers, transport: newTransport(options.Timeout, options.Route)}
}

func newTransport(timeout time.Duration, route *reach.Route) *http.Transport {
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		conn, err := route.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if route.PriorKnowledge() {
			return conn, nil // HTTP/2 frames name the request that they answer
		}
		return watch(conn), nil
	}
	return &http.Transport{
		Proxy:                  route.Proxy,
		OnProxyConnectResponse: failures.CheckTunnel,
		DialContext:            dial,
		TLSHandshakeTimeout:    timeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // otherwise net/http adds an Accept-Encoding header
		MaxIdleConnsPerHost:    128,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: maxHeader,
		HTTP2:                  streams.Bounded(),
		Protocols:              route.Protocols(),
		TLSClientConfig:        route.TLS(""), // net/http adds the server's name
	}
}

// Within returns a client with another timeout and its own connections. It continues the exchange numbers of c.
func (c *Client) Within(timeout time.Duration) *Client {
	options := c.options
	options.Timeout = timeout
	other := New(options)
	other.count, other.servers = c.count, c.servers
	return other
}

// Timeout returns the bound of one exchange. An exchange with a large body may take a little longer.
func (c *Client) Timeout() time.Duration { return c.options.Timeout }

// Close drops the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Replicas returns the number of API servers.
func (c *Client) Replicas() int { return len(c.options.Servers) }

// Do sends one request and returns the exchange. It returns no error: where the request could not be sent or the answer is
// incomplete, the exchange has a Failure.
func (c *Client) Do(ctx context.Context, request Request) assay.Exchange {
	x := c.begin(request, cmp.Or(request.Server, c.options.Servers[request.Replica%len(c.options.Servers)]))
	timeout := c.options.Timeout + allowance(len(x.Request.Body))
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	trace, standing := trace{peer: &c.server(request.Replica).peer}, watchStandstill()
	response, sent, err := c.send(ctx, request, x.Request, &trace)
	x.Response, x.Sent, x.Took = response, sent, time.Since(sent)
	stood := standing.end()
	if shared := trace.shared.Load(); shared != nil {
		shared.settle(err == nil)
	}
	if err != nil {
		x.Failure = excuse(trace.failure(ctx, err, timeout), stood, timeout)
	}
	if trace.reused.Load() != nil {
		c.learn(&c.server(request.Replica).kept, x)
	}
	if address := trace.address.Load(); address != nil && request.Server == "" {
		return c.endAt(x, trace.peer, *address)
	}
	return c.end(x)
}

// server is what is known of an API server.
func (c *Client) server(replica int) *server { return c.servers[replica%len(c.servers)] }

// learn takes an exchange on a used connection into account.
func (c *Client) learn(watch *keepalive.Watch, x assay.Exchange) {
	switch {
	case x.Response != nil:
		watch.Answered()
	case x.Failure.Kind == assay.BrokenOff:
		watch.Lost(x.Sent, x.Sent.Add(x.Took))
	}
}

// Closing returns how many requests to an API server were lost because it closes every connection soon after its answer, without
// saying so; 0 for a server that does not. Every request to such a server has a connection of its own.
func (c *Client) Closing(replica int) int64 {
	if kept := &c.server(replica).kept; kept.Closes() {
		return kept.LostInAll()
	}
	return 0
}

// Lost returns how many requests to an API server got no answer because they went out on a used connection.
func (c *Client) Lost(replica int) int64 { return c.server(replica).kept.LostInAll() }

// Peer says how an API server was reached.
func (c *Client) Peer(replica int) *peers.Peer { return &c.server(replica).peer }

// begin is the exchange of a request to server that has not been sent.
func (c *Client) begin(request Request, server string) assay.Exchange {
	return c.number(assay.Exchange{
		Endpoint:    request.Endpoint,
		Requirement: request.Requirement,
		Situation:   request.Situation,
		Code:        request.Code,
		Request:     request.build(server),
	})
}

// number gives an exchange the next ID.
func (c *Client) number(x assay.Exchange) assay.Exchange {
	x.ID = fmt.Sprintf("x-%06d", c.count.Add(1))
	return x
}

// end records a complete exchange and returns it.
func (c *Client) end(x assay.Exchange) assay.Exchange {
	if x.Response != nil {
		x.Response.Keep()
	}
	return c.record(x)
}

// endAt is end for an exchange that went to an address, where another server may have answered than the platform.
func (c *Client) endAt(x assay.Exchange, peer *peers.Peer, address string) assay.Exchange {
	if x.Response == nil || x.Failed() {
		return c.end(x)
	}
	x.Response.Keep()
	accepted, identified := assay.Judge(x).Result == assay.Accepted, x.Response.Envelope().SignsIn(x.Endpoint) != ""
	if peer.Elsewhere(address, accepted, identified) {
		x.Failure = assay.Failure{Kind: assay.Elsewhere, Detail: address}
	}
	return c.record(x)
}

func (c *Client) record(x assay.Exchange) assay.Exchange {
	if c.options.Record != nil {
		c.options.Record(x)
	}
	return x
}

// allowance is the additional time for a large body, one second per mebibyte, so that a slow network causes no timeout.
func allowance(size int) time.Duration { return time.Duration(size>>20) * time.Second }

// Warm opens n connections to every replica, so that a race compares exchanges and not handshakes. Its requests carry no PAT
// and no code, and are not recorded.
func (c *Client) Warm(ctx context.Context, n int) {
	if c.keepNone.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	var all sync.WaitGroup
	n *= c.Replicas()
	barrier := NewBarrier(n)
	for i := range n {
		all.Go(func() {
			c.warm(ctx, i, barrier)
		})
	}
	all.Wait()
}

// Reused returns a context for Do and a flag that is set where the exchange used a kept-alive connection. Read the flag
// after Do has returned.
func Reused(ctx context.Context) (context.Context, *bool) {
	var reused bool
	hooks := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
	return httptrace.WithClientTrace(ctx, hooks), &reused
}

// Get fetches another resource of the implementation, such as its key set, within the client's bounds and without
// credentials. It is not an exchange and is not recorded.
func (c *Client) Get(ctx context.Context, address string) (*assay.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	transport := c.transport
	if c.isOurs(address) {
		c.options.Route.Add(request.Header)
	} else {
		transport = newTransport(c.options.Timeout, c.options.Route.Elsewhere())
		defer transport.CloseIdleConnections()
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	return read(response)
}

// isOurs reports whether a URL is on the host of an API server, which may get the header fields of the transport.
func (c *Client) isOurs(address string) bool {
	return slices.ContainsFunc(c.options.Servers, func(server string) bool { return reach.Address(server) == reach.Address(address) })
}
