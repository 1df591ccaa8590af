package main

import (
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/unified-login/assay/reports/phrase"
)

// A sink writes a file that the user named. Where it is a pipe whose reader is there and does not read, it is an error after a while: a
// run must not wait for a reader for ever.
type sink struct {
	file     *os.File
	patience time.Duration // how long the reader may read nothing
}

// errNotRead is why a sink writes no more.
var errNotRead = phrase.Failed(phrase.PipeNotRead)

// mostAtOnce is how much a sink writes within its patience: what a pipe holds.
const mostAtOnce = 64 << 10

// Write implements [io.Writer].
func (s sink) Write(text []byte) (written int, err error) {
	for err == nil && written < len(text) {
		_ = s.file.SetWriteDeadline(time.Now().Add(s.patience)) // a regular file has none, and needs none
		var n int
		n, err = s.file.Write(text[written:min(len(text), written+mostAtOnce)])
		written += n
		if n > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			err = nil // it reads slowly
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errNotRead
	}
	return written, err
}

// isReaders reports whether a sink's error is its reader's doing: that it has gone away, as head(1) does, or does not read.
func isReaders(err error) bool { return errors.Is(err, syscall.EPIPE) || errors.Is(err, errNotRead) }

// openSink opens a file that the user named, to be written. It may be a named pipe; one without a reader is refused, because
// waiting for a reader could take for ever.
func openSink(path string, flags int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|syscall.O_NONBLOCK|flags, 0o644)
	if info, failed := os.Stat(path); err != nil && failed == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return nil, phrase.Failed(phrase.PipeNobody)
	}
	return file, err
}
