package client

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
)

// A trace records which connection a request uses.
type trace struct {
	connected atomic.Bool
	reused    atomic.Pointer[watchedConn] // nil on a new connection and on HTTP/2
}

// follow returns a context that records the request in t. Other traces in ctx stay in place.
func (t *trace) follow(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		t.connected.Store(true)
		conn := info.Conn
		if secure, isTLS := conn.(*tls.Conn); isTLS {
			if secure.ConnectionState().NegotiatedProtocol == "h2" {
				return // HTTP/2 frames name the request that they answer
			}
			conn = secure.NetConn()
		}
		if watched, ok := conn.(*watchedConn); ok && info.Reused {
			watched.claim(ctx)
			t.reused.Store(watched)
		}
	}})
}

// unsent reports whether the request got a reused connection and nothing of it was written, so that it may be sent again.
func (t *trace) unsent() bool {
	conn := t.reused.Load()
	return conn != nil && !conn.written.Load()
}
