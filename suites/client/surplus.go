package client

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
)

// A Surplus is what a server sent behind the answer to a request.
type Surplus int

// The kinds of a surplus.
const (
	Silence   Surplus = iota // nothing
	Closing                  // the end of the connection, which is legal
	IdleLimit                // a 408, with which servers end an idle connection
	Blank                    // line breaks alone
	Junk                     // bytes that are not an HTTP answer
	Answer                   // a whole answer
)

// Listen waits for what follows the last answer, at most for wait. A surplus answer is recorded as an exchange with the
// request that it follows; x is the zero Exchange for every other surplus.
func (c *Connection) Listen(ctx context.Context, wait time.Duration) (found Surplus, x assay.Exchange) {
	if c.conn == nil || c.ended && c.in.Buffered() == 0 {
		return c.closing()
	}
	began := time.Now()
	defer context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })()
	blank, err := c.skipBlank(began.Add(wait))
	switch {
	case isTimeout(err) && blank:
		return Blank, x
	case isTimeout(err):
		return Silence, x
	case err != nil && blank:
		c.ended = true
		return Blank, x
	case err != nil:
		return c.closing()
	}
	_ = c.conn.SetReadDeadline(time.Now().Add(c.client.options.Timeout)) // an error shows at the next read
	response, err := c.answer(http.MethodPost)
	c.ended = true // whatever comes now belongs to no request
	switch {
	case response == nil:
		return Junk, x
	case response.Status == http.StatusRequestTimeout:
		return IdleLimit, x
	}
	x = c.client.number(c.last)
	x.Response, x.Sent, x.Took, x.Failure = response, began, time.Since(began), assay.Failure{}
	if err != nil {
		x.Failure = failures.Classify(err, true, c.client.options.Timeout)
	}
	return Answer, c.client.end(x)
}

func (c *Connection) closing() (Surplus, assay.Exchange) {
	c.ended = true
	return Closing, assay.Exchange{}
}

// skipBlank reads line breaks until something else arrives, which it leaves in the buffer, or until the deadline.
func (c *Connection) skipBlank(deadline time.Time) (blank bool, err error) {
	const most = 1 << 10
	c.from.left = maxHeader
	if err := c.conn.SetReadDeadline(deadline); err != nil {
		return false, err
	}
	for range most {
		next, err := c.in.Peek(1)
		if err != nil || next[0] != '\r' && next[0] != '\n' {
			return blank, err
		}
		blank = true
		_, _ = c.in.Discard(1) // it has been peeked at
	}
	return true, errTooLong
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// SpeaksHTTP1 reports whether the API server with the index replica can be reached directly over HTTP/1.1: through no
// forward proxy, and not over HTTP/2 alone. A server that cannot be reached at all counts as one that does.
func (c *Client) SpeaksHTTP1(ctx context.Context, replica int) bool {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	base := c.options.Servers[replica%len(c.options.Servers)]
	server, err := url.Parse(base)
	if err != nil {
		return true
	}
	if proxy, err := c.options.Route.ProxyOf(server); err != nil || proxy != "" || c.options.Route.PriorKnowledge() {
		return false
	}
	if server.Scheme != "https" {
		return true
	}
	conn, err := c.dialDirect(ctx, server, "h2", "http/1.1")
	if err != nil {
		return true
	}
	_ = conn.Close() // nothing was sent
	if secure, isTLS := conn.(*tls.Conn); !isTLS || secure.ConnectionState().NegotiatedProtocol != "h2" {
		return true
	}
	probe := Request{Endpoint: assay.Login, Method: http.MethodPost, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")}
	connection := c.Connect(replica)
	defer connection.Close()
	if connection.dial(ctx) != nil {
		return false
	}
	response, err := connection.roundTrip(ctx, probe.build(base), Request{})
	return err == nil && response.Status != http.StatusHTTPVersionNotSupported && response.Status != http.StatusUpgradeRequired
}
