package client

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
)

// errUnasked is why a connection is given up whose server spoke before it was asked.
var errUnasked error = assay.FailureError{Failure: assay.Failure{Kind: assay.Unsolicited}}

// A watchedConn keeps the answers of two exchanges apart. A server that sends two answers to one request leaves the
// second where the next request on the connection would take it for its own: net/http looks for that only while the
// connection is idle, and may come too late.
type watchedConn struct {
	net.Conn

	mu      sync.Mutex
	changed *sync.Cond // reading or closed
	reading bool       // somebody waits for bytes, so none that arrived are left over
	closed  bool
	lent    bool // handed to a request that has not written yet: whatever arrives is left over
	written atomic.Bool
}

func watch(conn net.Conn) *watchedConn {
	w := &watchedConn{Conn: conn}
	w.changed = sync.NewCond(&w.mu)
	return w
}

func (w *watchedConn) Read(p []byte) (int, error) {
	w.set(func() { w.reading = true })
	n, err := w.Conn.Read(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reading = false; w.lent && n > 0 {
		return 0, errUnasked
	}
	return n, err
}

func (w *watchedConn) Write(p []byte) (int, error) {
	w.written.Store(true)
	w.set(func() { w.lent = false })
	return w.Conn.Write(p)
}

func (w *watchedConn) Close() error {
	w.set(func() { w.closed = true })
	return w.Conn.Close()
}

func (w *watchedConn) set(change func()) {
	w.mu.Lock()
	change()
	w.mu.Unlock()
	w.changed.Broadcast()
}

// lend waits until net/http either reads from the connection again or has closed it over what was left, which it does
// at once. A request that then finds it closed travels on another one.
func (w *watchedConn) lend(ctx context.Context) {
	defer context.AfterFunc(ctx, w.changed.Broadcast)()
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.reading && !w.closed && ctx.Err() == nil {
		w.changed.Wait()
	}
	w.lent = true
	w.written.Store(false)
}

// A journey is what becomes known of one request on its way.
type journey struct {
	conn      atomic.Pointer[watchedConn]
	connected atomic.Bool
}

// trace follows a request, beside whoever else does.
func (j *journey) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		j.connected.Store(true)
		conn := info.Conn
		if secure, isTLS := conn.(*tls.Conn); isTLS {
			if secure.ConnectionState().NegotiatedProtocol == "h2" {
				return // its frames say which answer is whose
			}
			conn = secure.NetConn()
		}
		if watched, ok := conn.(*watchedConn); ok && info.Reused {
			watched.lend(ctx)
			j.conn.Store(watched)
		}
	}})
}

// unsent reports whether nothing of the request has left, so that it may be sent again.
func (j *journey) unsent() bool {
	conn := j.conn.Load()
	return conn != nil && !conn.written.Load()
}
