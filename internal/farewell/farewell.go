// Package farewell tells a TLS connection that the server ended from one that was cut: an answer without a length, which ends
// with its connection, may be a part of one.
package farewell

import (
	"encoding/binary"
	"errors"
	"io"
)

// A Watch follows the records of TLS in what a server sends, without their contents. Its zero value is that of a new connection.
type Watch struct {
	header    []byte // the part of a header that has been read
	left      int    // bytes of the record that have not been read
	begun     bool   // something has been read
	speaksTLS bool
	saidEnd   bool  // the last record may be the one that announces the end
	ended     error // of the last read
}

// Read takes the next bytes that the server sent, and the error of their read.
func (w *Watch) Read(sent []byte, err error) {
	const handshake, headerSize = 22, 5
	w.ended = err
	if len(sent) > 0 && !w.begun {
		w.begun, w.speaksTLS = true, sent[0] == handshake
	}
	for w.speaksTLS && len(sent) > 0 {
		if w.left > 0 {
			n := min(w.left, len(sent))
			w.left, sent = w.left-n, sent[n:]
			continue
		}
		n := min(headerSize-len(w.header), len(sent))
		w.header, sent = append(w.header, sent[:n]...), sent[n:]
		if len(w.header) == headerSize {
			w.left = int(binary.BigEndian.Uint16(w.header[3:]))
			w.saidEnd = mayEnd(w.header[0], w.left)
			w.header = w.header[:0]
		}
	}
}

// Ended is the error with which reading ended; nil if it did not.
func (w *Watch) Ended() error { return w.ended }

// Cut reports whether a TLS connection ended without the server's word that it ends. What is in between may have ended it, so
// that what was read may be a part of an answer.
func (w *Watch) Cut() bool { return errors.Is(w.ended, io.EOF) && w.speaksTLS && !w.saidEnd }

// mayEnd reports whether a record of a kind and a length may announce the end: an alert, which TLS 1.3 sends as two bytes among the
// data, with their kind and 16 bytes of authentication.
func mayEnd(kind byte, length int) bool {
	const alert, data, sealed = 21, 23, 2 + 1 + 16
	return kind == alert || kind == data && length == sealed
}
