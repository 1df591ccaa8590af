package client

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
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
	ended   error // of the last Read
	records records
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
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = err
	w.records.read(p[:n])
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
	return w.ended
}

// cut reports whether a TLS connection ended without the server's word that it ends. What is in between may have ended it, so
// that what was read may be a part of an answer.
func (w *watchedConn) cut() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return errors.Is(w.ended, io.EOF) && w.records.speaksTLS && !w.records.saidEnd
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

// records follows the records of TLS in what a server sends, without their contents.
type records struct {
	header    []byte // the part of a header that has been read
	left      int    // bytes of the record that have not been read
	begun     bool   // something has been read
	speaksTLS bool
	saidEnd   bool // the last record may be the one that announces the end
}

// read takes the next bytes that the server sent.
func (r *records) read(sent []byte) {
	const handshake, headerSize = 22, 5
	if len(sent) > 0 && !r.begun {
		r.begun, r.speaksTLS = true, sent[0] == handshake
	}
	for r.speaksTLS && len(sent) > 0 {
		if r.left > 0 {
			n := min(r.left, len(sent))
			r.left, sent = r.left-n, sent[n:]
			continue
		}
		n := min(headerSize-len(r.header), len(sent))
		r.header, sent = append(r.header, sent[:n]...), sent[n:]
		if len(r.header) == headerSize {
			r.left = int(binary.BigEndian.Uint16(r.header[3:]))
			r.saidEnd = mayEnd(r.header[0], r.left)
			r.header = r.header[:0]
		}
	}
}

// mayEnd reports whether a record of a kind and a length may announce the end: an alert, which TLS 1.3 sends as two bytes among the
// data, with their kind and 16 bytes of authentication.
func mayEnd(kind byte, length int) bool {
	const alert, data, sealed = 21, 23, 2 + 1 + 16
	return kind == alert || kind == data && length == sealed
}
