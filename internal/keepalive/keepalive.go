// Package keepalive finds out whether a server answers a second request on a connection.
package keepalive

import (
	"sync"
	"sync/atomic"
	"time"
)

// enough is how many requests in a row have to be lost on used connections.
const enough = 3

// A Watch knows whether a server closes every connection soon after its answer, without announcing it: a request that was sent on
// such a connection gets no answer. The zero value assumes that it does not. It is safe for concurrent use.
type Watch struct {
	inRow  atomic.Int32
	closes atomic.Bool
	lost   atomic.Int64

	mu    sync.Mutex
	since time.Time // when the last one of the row had failed
}

// Answered says that a request on a used connection got an answer.
func (w *Watch) Answered() {
	if w.inRow.Load() > 0 {
		w.inRow.Store(0)
	}
}

// Lost says that a request, which was sent on a used connection, failed without a byte of an answer. Requests that were lost at
// the same moment count once: one event may have ended all connections.
func (w *Watch) Lost(sent, failed time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost.Add(1)
	if w.inRow.Load() > 0 && sent.Before(w.since) {
		return
	}
	w.since = failed
	if w.inRow.Add(1) >= enough {
		w.closes.Store(true)
	}
}

// Know says that another client lost some requests to a server that closes every connection; 0 says nothing.
func (w *Watch) Know(lost int64) {
	if lost > 0 {
		w.lost.Add(lost)
		w.closes.Store(true)
	}
}

// Closes reports whether no connection should be used for a second request.
func (w *Watch) Closes() bool { return w.closes.Load() }

// LostInAll is how many requests were lost on used connections.
func (w *Watch) LostInAll() int64 { return w.lost.Load() }
