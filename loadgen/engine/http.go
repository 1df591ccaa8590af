package engine

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/keepalive"
	"github.com/unified-login/assay/internal/peers"
)

// An httpConnection sends through net/http: over HTTP/2, or through a proxy. All of them share one transport.
type httpConnection struct {
	proxy    func(*http.Request) (*url.URL, error) // of client; nil for none
	client   http.RoundTripper
	ahead    func(context.Context) error // opens a connection for an exchange that follows soon; nil behind a proxy
	peer     *peers.Peer
	spoken   *atomic.Int32    // of the server
	kept     *keepalive.Watch // of the server
	most     int              // requests on a connection; 0 is no bound
	count    int              // requests on the connection, so far
	own      *http.Transport  // client, where most is a bound: requests that overlap would share a connection otherwise; nil for none
	unasked  *atomic.Int64    // answers of the server that no exchange has reported yet
	deaf     *atomic.Bool     // of the server
	response *http.Response   // the last one; nil where none was received
	body     []byte
}

// Dial implements [Connection]. The transport opens connections when they are needed.
func (c *httpConnection) Dial(time.Duration) error { return nil }

// warm opens a connection before the clock starts.
func (c *httpConnection) warm(timeout time.Duration) error {
	if c.ahead == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return c.ahead(ctx)
}

// Exchange implements [Connection].
func (c *httpConnection) Exchange(r *Request, timeout time.Duration) Answer {
	a := Answer{From: c, Sent: time.Now()}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var connected, opened, lookingUp, stale atomic.Bool
	var used atomic.Pointer[net.Conn]
	var heard atomic.Uint64 // the exchange's number on an overheard connection
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		connected.Store(true)
		opened.Store(!info.Reused)
		if !info.Reused {
			c.peer.Saw(unwrapped(info.Conn))
		}
		if before := used.Swap(&info.Conn); before != nil { // net/http has taken another one, since that took no stream
			socketOf(*before).settle()
		}
		switch conn := info.Conn.(type) {
		case *overheard:
			exchange, is := conn.begin(c.unasked)
			heard.Store(exchange)
			if stale.Store(is); is {
				_ = conn.Close() // it takes no request
			}
		case *watched:
			conn.begin(c.unasked)
		}
		socketOf(info.Conn).await(ctx, info.Reused && speaksHTTP2(info.Conn))
	}, DNSStart: func(httptrace.DNSStartInfo) { lookingUp.Store(true) }, DNSDone: func(httptrace.DNSDoneInfo) { lookingUp.Store(false) }})
	c.response = nil
	last := c.isLast()
	response, err := c.roundTrip(ctx, r, last, &used, &stale)
	for attempt := 0; err != nil && attempt < maxAttempts && (failures.NotBegun(err) || stale.Load()) && rest(ctx, attempt); attempt++ {
		connected.Store(false)
		stale.Store(false)
		response, err = c.roundTrip(ctx, r, last, &used, &stale)
	}
	a.Opened = opened.Load()
	if err != nil {
		failure := failures.Classify(err, connected.Load(), timeout)
		if failure.Kind == assay.ConnectTimedOut && lookingUp.Load() {
			failure = failures.NotLookedUp(timeout)
		}
		a = a.failed(failure)
		if connected.Load() && !a.Opened && failure.Kind == assay.BrokenOff && c.spoken.Load() == 1 {
			c.kept.Lost(a.Sent, a.Done)
		}
		return a
	}
	if !a.Opened {
		c.kept.Answered()
	}
	c.response = response
	c.spoken.Store(int32(response.ProtoMajor))
	conn := used.Load()
	if conn != nil {
		a.Address = peers.Address(*conn)
	}
	defer func() { _ = response.Body.Close() }() // the body is read already
	a.Status = response.StatusCode
	c.body, err = appendAll(c.body[:0], io.LimitReader(response.Body, maxBody+1))
	a.Truncated = len(c.body) > maxBody
	a.Body = c.body[:min(len(c.body), maxBody)]
	if err == nil && conn != nil && untilEnd(response) && !json.Valid(c.body) && wasCut(*conn) {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		err = a.decode(response.Header.Get("Content-Encoding"))
	}
	if err != nil {
		return a.failed(failures.Classify(err, true, timeout))
	}
	a.Done = time.Now()
	a.Surplus = c.surplus(conn, heard.Load(), a.Truncated)
	return a
}

// surplus reports whether an answer that no request asked for follows that of an exchange, or was found before and not reported yet.
func (c *httpConnection) surplus(conn *net.Conn, exchange uint64, truncated bool) bool {
	if conn == nil {
		return false
	}
	switch conn := (*conn).(type) {
	case *overheard:
		if !truncated && conn.end(exchange, c.response.ContentLength) {
			return true
		}
	case *watched:
		if !conn.hears() {
			c.deaf.Store(true)
		}
	default:
		c.deaf.Store(true)
	}
	return takeUnasked(c.unasked)
}

// untilEnd reports whether nothing but the end of the connection says where the body ends.
func untilEnd(response *http.Response) bool {
	return response.ProtoMajor == 1 && response.ContentLength < 0 && len(response.TransferEncoding) == 0
}

// maxAttempts is how often a connection is looked for again for a request of which nothing was sent. A server that takes one stream at a
// time has room for none of those that wait for its settings, and there may be as many as workers.
const maxAttempts = 16

// rest waits before a connection is looked for again, longer every time. It returns false if the time is over.
func rest(ctx context.Context, attempt int) bool {
	const shortest, longest = time.Millisecond, 100 * time.Millisecond
	timer := time.NewTimer(min(shortest<<attempt, longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// roundTrip sends a request, once: without GetBody, net/http repeats only requests of which it has read nothing. The connection that was
// used has its settings then.
func (c *httpConnection) roundTrip(ctx context.Context, r *Request, last bool, used *atomic.Pointer[net.Conn], stale *atomic.Bool) (*http.Response, error) {
	target := r.Target()
	request, err := target.Request()
	if err != nil {
		return nil, err
	}
	request.GetBody, request.Close = nil, last || c.kept.Closes()
	response, err := c.client.RoundTrip(request.WithContext(ctx))
	if conn := used.Load(); conn != nil {
		socketOf(*conn).settle()
	}
	if err != nil {
		return nil, err
	}
	if stale.Load() { // nothing was sent, and net/http took what was there before for the answer
		return nil, errors.Join(errStale, response.Body.Close())
	}
	if err := failures.CheckForwarded(c.proxy, request, response); err != nil {
		return nil, errors.Join(err, response.Body.Close())
	}
	if response.StatusCode == http.StatusSwitchingProtocols { // the data that follows may never end, and follows no time limit
		_ = response.Body.Close() // the connection
		response.Body, response.ContentLength = http.NoBody, 0
	}
	return response, nil
}

// isLast counts a request, and reports whether the connection ends with it.
func (c *httpConnection) isLast() bool {
	if c.most == 0 {
		return false
	}
	c.count = (c.count + 1) % c.most
	return c.count == 0
}

// appendAll is [io.ReadAll] into a buffer that is reused.
func appendAll(to []byte, from io.Reader) ([]byte, error) {
	for {
		if len(to) == cap(to) {
			to = append(to, 0)[:len(to)]
		}
		n, err := from.Read(to[len(to):cap(to)])
		to = to[:len(to)+n]
		if errors.Is(err, io.EOF) {
			return to, nil
		}
		if err != nil {
			return to, err
		}
	}
}

// Close implements [Connection]. Shared sockets belong to the transport.
func (c *httpConnection) Close() {
	if c.own != nil {
		c.own.CloseIdleConnections()
	}
}

// Live implements [Connection]. The transport has one, or opens it for all.
func (c *httpConnection) Live() bool { return true }

// Protocol implements [Connection].
func (c *httpConnection) Protocol() string {
	if c.response == nil {
		return ""
	}
	return c.response.Proto
}

// Header implements [Connection].
func (c *httpConnection) Header() http.Header {
	if c.response == nil {
		return nil
	}
	return c.response.Header
}
