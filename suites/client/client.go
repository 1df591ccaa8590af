// Package client is the business service's side of an exchange: it sends exactly the bytes it is told to, follows no
// redirect, adds no header of its own, reads no more than it must, and hands back every exchange as data.
//
// Start with [Client.Do]; [Exchange] builds the request of a valid exchange, and the Bend functions change one thing.
package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
)

// DefaultTimeout is how long one exchange may take where nothing else is said.
const DefaultTimeout = 10 * time.Second

// MaxBody is how many bytes of an answer's body the client reads, after gzip was undone: a legal answer is a few KiB, and
// what a target sends beyond that must not cost the run its memory. Of a longer body the beginning is kept.
const MaxBody = 128 << 10

// maxHeader is what a target may send as a header; an answer with more is none.
const maxHeader = 64 << 10

// Options configure a client.
type Options struct {
	// Servers are the base URLs of the replicas, at least one.
	Servers []string
	// Timeout bounds one exchange from first to last byte; 0 means DefaultTimeout.
	Timeout time.Duration
	// RootCAs replaces the system's roots; nil keeps them.
	RootCAs *x509.CertPool
	// Record is given every exchange when it is over; nil for nobody. It is called from many goroutines.
	Record func(assay.Exchange)
}

// A Client sends requests to one implementation. It is safe for concurrent use.
type Client struct {
	options   Options
	transport *http.Transport
	count     *atomic.Int64
}

// New returns a client. Close it to drop its connections.
func New(options Options) *Client {
	if options.Timeout == 0 {
		options.Timeout = DefaultTimeout
	}
	dialer := net.Dialer{Timeout: options.Timeout}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return watch(conn), nil
	}
	return &Client{
		options: options,
		count:   new(atomic.Int64),
		transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			OnProxyConnectResponse: tunnelled,
			DialContext:            dial,
			TLSHandshakeTimeout:    options.Timeout,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // it would add a header that nobody asked for
			MaxIdleConnsPerHost:    128,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxHeader,
			// An old version is for the judge to report, not for the client to stumble over.
			TLSClientConfig: &tls.Config{RootCAs: options.RootCAs, MinVersion: tls.VersionTLS10},
		},
	}
}

// Within returns a client with another timeout and connections of its own that goes on with the numbering of c.
func (c *Client) Within(timeout time.Duration) *Client {
	options := c.options
	options.Timeout = timeout
	other := New(options)
	other.count = c.count
	return other
}

// Timeout bounds one exchange; one with a large body has a little more.
func (c *Client) Timeout() time.Duration { return c.options.Timeout }

// Close drops idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Replicas is the number of API servers.
func (c *Client) Replicas() int { return len(c.options.Servers) }

// Do sends one request and returns the exchange. It never fails: a request that could not be sent or an answer that
// did not arrive whole is an exchange with a Failure.
func (c *Client) Do(ctx context.Context, request Request) assay.Exchange {
	x := assay.Exchange{
		ID:          fmt.Sprintf("x-%06d", c.count.Add(1)),
		Endpoint:    request.Endpoint,
		Requirement: request.Requirement,
		Situation:   request.Situation,
		Code:        request.Code,
		Request:     request.wire(c.options.Servers[request.Replica%len(c.options.Servers)]),
	}
	timeout := c.options.Timeout + allowance(len(x.Request.Body))
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var way journey
	response, sent, err := c.send(ctx, request, x.Request, &way)
	x.Response, x.Sent, x.Took = response, sent, time.Since(sent)
	if err != nil {
		x.Failure = assay.ClassifyFailure(err, way.connected.Load(), timeout)
	}
	if c.options.Record != nil {
		c.options.Record(x)
	}
	return x
}

// allowance is what a large body may take longer: a second for every mebibyte, or a slow line would look like a hang.
func allowance(size int) time.Duration { return time.Duration(size>>20) * time.Second }

// Warm opens n connections to every replica, so that a race is between exchanges and not between handshakes. The
// requests it makes carry no PAT and no code.
func (c *Client) Warm(ctx context.Context, n int) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	var all sync.WaitGroup
	n *= c.Replicas()
	barrier := NewBarrier(n)
	for i := range n {
		all.Go(func() {
			request := Request{Endpoint: assay.Login, Method: http.MethodPost, Barrier: barrier,
				Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")}
			_, _, _ = c.send(ctx, request, request.wire(c.options.Servers[i%c.Replicas()]), new(journey))
		})
	}
	all.Wait()
}

// Reused reports, through the context it returns, whether the exchange travelled on a kept-alive connection.
func Reused(ctx context.Context) (context.Context, *bool) {
	var reused bool
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
	return httptrace.WithClientTrace(ctx, trace), &reused
}

// Get fetches another resource of the implementation, such as its key set, within the client's bounds and without
// credentials. It is no exchange and is not recorded.
func (c *Client) Get(ctx context.Context, address string) (*assay.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	return read(response)
}
