package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/peers"
	"github.com/unified-login/assay/loadgen/engine/h2"
)

// An http2Connection speaks HTTP/2 on the connections of a client, which all of them share.
type http2Connection struct {
	client *h2.Client
	peer   *peers.Peer
	spoken *atomic.Int32 // of the server
	call   h2.Call
	// lean returns a connection for HTTP/1.1, and plain is one: the server speaks HTTP/2 no more. nil before.
	lean  func() *leanConnection
	plain *leanConnection
}

// newHTTP2Client returns a client of a server that speaks HTTP/2, or is asked whether it does.
func newHTTP2Client(t *transport, one *apiServer, inFlight int, reuse Reuse) *h2.Client {
	options := h2.Options{MostBody: maxBody, MostConnections: max(1, inFlight), MostStreams: reuse.MaxRequests, Saw: one.peer.Saw}
	options.Dial = func(ctx context.Context) (net.Conn, error) {
		conn, err := t.open(ctx, "tcp", one.address)
		if s, ok := conn.(*socket); ok {
			s.Conn = shared(s.Conn)
		}
		return conn, err
	}
	if one.tls != nil {
		options.TLS = one.tls.Clone()
		options.TLS.NextProtos = []string{"h2", "http/1.1"}
	}
	return h2.NewClient(options)
}

// Dial implements [Connection].
func (c *http2Connection) Dial(timeout time.Duration) error {
	if c.plain == nil {
		err := c.client.Connect(timeout)
		if !errors.Is(err, h2.ErrNotSpoken) {
			return err
		}
		c.plain = c.lean()
	}
	return c.plain.Dial(timeout)
}

// Exchange implements [Connection].
func (c *http2Connection) Exchange(r *Request, timeout time.Duration) Answer {
	if c.plain != nil {
		return c.plain.Exchange(r, timeout)
	}
	call := &c.call
	call.Header, call.Body, call.Limit = r.Route.http2, r.Body, timeout
	c.client.Do(call)
	if call.Fate == h2.Unsent && errors.Is(call.Err, h2.ErrNotSpoken) {
		c.plain = c.lean()
		c.spoken.Store(1)
		return c.plain.Exchange(r, timeout)
	}
	a := Answer{From: c, Status: call.Status, Body: call.Answer, Truncated: call.Truncated, Surplus: call.Surplus, Opened: call.Opened,
		Sent: call.Sent, Done: call.Done}
	if call.Status > 0 {
		a.Address = call.Address
		c.spoken.Store(2)
	}
	err := call.Err
	if call.Fate == h2.Answered {
		if err = a.decode(c.field("content-encoding")); err == nil {
			return a
		}
	}
	a.Failure = failureOf(call.Fate, err, timeout)
	return a
}

// failureOf says why a request has no complete answer. Only one that was not sent has a kind without a connection: see [h2.Fate].
func failureOf(fate h2.Fate, err error, limit time.Duration) assay.Failure {
	reset, isReset := errors.AsType[h2.ResetError](err)
	switch {
	case fate == h2.Refused:
		return failures.Refused(err.Error())
	case fate == h2.Unsent && (errors.Is(err, h2.ErrNoStream) || errors.Is(err, h2.ErrNoWindow) || errors.Is(err, h2.ErrUnread)):
		return assay.Failure{Kind: assay.ConnectTimedOut, Text: fmt.Sprintf("no connection within %s", limit), Detail: err.Error()}
	case fate == h2.Unsent:
		return failures.Classify(err, false, limit)
	case isReset:
		return assay.Failure{Kind: assay.BrokenOff, Text: failures.StreamReset, Detail: "stream error: " + reset.Code.String()}
	case errors.Is(err, h2.ErrUnread), errors.Is(err, h2.ErrClosed):
		err = net.ErrClosed
	}
	return failures.Classify(err, true, limit)
}

// field is the value of a header field of the last answer; empty for none.
func (c *http2Connection) field(name string) string {
	for _, f := range c.call.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Header implements [Connection].
func (c *http2Connection) Header() http.Header {
	if c.plain != nil {
		return c.plain.Header()
	}
	header := http.Header{}
	for _, f := range c.call.Fields {
		header.Add(f.Name, f.Value)
	}
	return header
}

// further is for [Answer.Further].
func (c *http2Connection) further() (values [][]byte) {
	for _, f := range c.call.Fields {
		if !impersonal([]byte(textproto.CanonicalMIMEHeaderKey(f.Name))) {
			values = append(values, []byte(f.Value))
		}
	}
	return values
}

// Protocol implements [Connection].
func (c *http2Connection) Protocol() string { return "HTTP/2.0" }

// Live implements [Connection].
func (c *http2Connection) Live() bool {
	if c.plain != nil {
		return c.plain.Live()
	}
	return c.client.Live()
}

// Close implements [Connection]. The sockets belong to the client.
func (c *http2Connection) Close() {
	if c.plain != nil {
		c.plain.Close()
	}
}
