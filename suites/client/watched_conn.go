package client

import (
	"context"
	"net"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/farewell"
)

// errUnsolicited fails a read on a connection where the server sent data before the request.
var errUnsolicited error = assay.FailureError{Failure: assay.Failure{Kind: assay.Unsolicited}}

// A watchedConn keeps the answers of two exchanges apart. A server that answers one request twice leaves the second answer
// in the connection, and the next request would read it as its own. net/http checks for such data only while the
// connection is idle, which may be too late.
type watchedConn struct {
	net.Conn

	mu      sync.Mutex
	changed *sync.Cond // of reading or closed
	reading bool       // a Read is waiting, so all data that arrived before has been read
	closed  bool
	claimed bool // by a request that has not written yet: whatever arrives now is unsolicited
	written atomic.Bool
	ending  farewell.Watch

	unanswered atomic.Int64 // the bytes that were read since the last whole answer, if requests share the connection
	flooded    atomic.Bool  // too many of them: see settle
}

func watch(conn net.Conn) *watchedConn {
	w := &watchedConn{Conn: conn}
	w.changed = sync.NewCond(&w.mu)
	return w
}

// Read implements net.Conn.
func (w *watchedConn) Read(p []byte) (int, error) {
	w.set(func() { w.reading = true })
	n, err := w.Conn.Read(p)
	w.unanswered.Add(int64(n))
	if w.flooded.Load() {
		return 0, errFlooded
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ending.Read(p[:n], err)
	if w.reading = false; w.claimed && n > 0 {
		return 0, errUnsolicited
	}
	return n, err
}

// Write implements net.Conn.
func (w *watchedConn) Write(p []byte) (int, error) {
	w.written.Store(true)
	w.set(func() { w.claimed = false })
	return w.Conn.Write(p)
}

// end is the error with which reading ended; nil if it did not.
func (w *watchedConn) end() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ending.Ended()
}

// cut reports whether a TLS connection ended without the server's word that it ends.
func (w *watchedConn) cut() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ending.Cut()
}

// Close implements net.Conn.
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

// claim reserves the connection for a request that is about to write. It waits until net/http either waits for data again
// or has closed the connection because of unread data; both happen at once. A request that finds the connection closed
// uses another one.
func (w *watchedConn) claim(ctx context.Context) {
	defer context.AfterFunc(ctx, w.changed.Broadcast)()
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.reading && !w.closed && ctx.Err() == nil {
		w.changed.Wait()
	}
	w.claimed = true
	w.written.Store(false)
}
