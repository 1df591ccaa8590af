package driver

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/streams"
)

// maxHeader is the longest header of an answer, in bytes.
const maxHeader = 64 << 10

// maxIdle is how long a connection may be idle and used again. Many servers close idle connections after a few seconds,
// and a request that meets the end of one is lost.
const maxIdle = time.Second

// connections are two ways to a driver: with connections that are kept for a moment, and with a new one for each request.
type connections struct{ kept, fresh *http.Client }

// newConnections derives both from a client. A transport that is not net/http's own is used as it is.
func newConnections(client http.Client) connections {
	base := client.Transport
	if base == nil {
		base = http.DefaultTransport
	}
	transport, ok := base.(*http.Transport)
	if !ok {
		return connections{&client, &client}
	}
	kept, fresh := client, client
	keeping, closing := transport.Clone(), transport.Clone()
	keeping.MaxResponseHeaderBytes, closing.MaxResponseHeaderBytes = maxHeader, maxHeader
	keeping.IdleConnTimeout = maxIdle
	keeping.HTTP2 = streams.Bounded()
	closing.HTTP2 = keeping.HTTP2
	closing.DisableKeepAlives = true
	kept.Transport, fresh.Transport = keeping, closing
	return connections{&kept, &fresh}
}

// onlyOnce reports whether a request must not be done twice: net/http, like this package, repeats one that met a closed
// connection, and cannot know whether it arrived.
func onlyOnce(op assay.Op) bool {
	return op == assay.OpAdvance || op == assay.OpExpire || op == assay.OpRevokePAT
}

// A connection is the state of a request's last connection. The zero value is one that was never made.
type connection struct {
	made     atomic.Bool
	reused   atomic.Bool // it had served another request
	answered atomic.Bool // a byte of the answer arrived
}

// closed reports whether err, the end of the request, says that the connection was closed before the answer began.
func (c *connection) closed(err error) bool {
	if !c.made.Load() || c.answered.Load() {
		return false
	}
	return c.reused.Load() || failures.Classify(err, true, 0).Kind == assay.BrokenOff
}

// watch returns a context for the request.
func (c *connection) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			c.made.Store(true)
			c.reused.Store(info.Reused)
		},
		GotFirstResponseByte: func() { c.answered.Store(true) },
	})
}
