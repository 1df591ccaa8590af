package client

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/peers"
)

// A trace records which connection a request uses.
type trace struct {
	peer      *peers.Peer
	address   atomic.Pointer[string] // that the request went to
	connected atomic.Bool
	lookingUp atomic.Bool                 // the host name is being looked up
	conn      atomic.Pointer[watchedConn] // nil on HTTP/2
	reused    atomic.Pointer[watchedConn] // nil on a new connection and on HTTP/2
	shared    atomic.Pointer[watchedConn] // by the requests of HTTP/2 with TLS; nil on any other
}

// follow returns a context that records the request in t. Other traces in ctx stay in place.
func (t *trace) follow(ctx context.Context) context.Context {
	lookups := &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { t.lookingUp.Store(true) },
		DNSDone:  func(httptrace.DNSDoneInfo) { t.lookingUp.Store(false) },
	}
	return httptrace.WithClientTrace(httptrace.WithClientTrace(ctx, lookups), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		t.connected.Store(true)
		t.conn.Store(nil) // of an attempt before
		t.reused.Store(nil)
		t.shared.Store(nil)
		conn := info.Conn
		if !info.Reused {
			t.peer.Saw(conn)
		}
		address := peers.Address(conn)
		t.address.Store(&address)
		if secure, isTLS := conn.(*tls.Conn); isTLS {
			if secure.ConnectionState().NegotiatedProtocol == "h2" {
				if watched, ok := secure.NetConn().(*watchedConn); ok {
					t.shared.Store(watched)
				}
				return // HTTP/2 frames name the request that they answer
			}
			conn = secure.NetConn()
		}
		watched, ok := conn.(*watchedConn)
		if !ok {
			return
		}
		t.conn.Store(watched)
		if info.Reused {
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

// failure is why a request got no whole answer, or only a part of it.
func (t *trace) failure(ctx context.Context, err error, timeout time.Duration) assay.Failure {
	conn := t.conn.Load()
	failure := failures.Classify(err, t.connected.Load(), timeout)
	switch {
	case failure.Kind == assay.ConnectTimedOut && t.lookingUp.Load():
		return failures.NotLookedUp(timeout)
	case failure.Kind != assay.NotHTTP, errors.Is(err, errFields), errors.Is(err, errStatus):
		return failure
	case ctx.Err() != nil:
		return failures.Classify(ctx.Err(), true, timeout)
	case conn != nil:
		return cutOff(failure, conn.end(), timeout)
	default:
		return failure
	}
}

// cutOff is the failure of an answer that is not valid HTTP, with the error that reading ended with: net/http takes the half of a line
// before the end of the connection for a whole one. A connection that the client closed itself says nothing.
func cutOff(failure assay.Failure, ended error, timeout time.Duration) assay.Failure {
	if ended == nil || failure.Kind != assay.NotHTTP || errors.Is(ended, net.ErrClosed) {
		return failure
	}
	return failures.Classify(ended, true, timeout)
}
