package main

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// A lasting writer is standard output of a run whose results are files. Where its reader goes away, as head(1) does, it
// discards what follows: the run goes on, and costs the console only.
type lasting struct {
	file *os.File
	gone atomic.Bool
}

// Fd returns the file's descriptor, which may be a terminal's.
func (l *lasting) Fd() uintptr { return l.file.Fd() }

func (l *lasting) Write(text []byte) (int, error) {
	if l.gone.Load() {
		return len(text), nil
	}
	n, err := l.file.Write(text)
	if errors.Is(err, syscall.EPIPE) {
		l.gone.Store(true)
		return len(text), nil
	}
	return n, err
}

// lasting returns the surroundings with a lasting standard output and standard error, if they are files. Without it,
// writing to a pipe without a reader ends the process.
func (s surroundings) lasting() surroundings {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a signal that is ignored would be ignored by the driver as well
	s.stdout, s.stderr = lastingWriter(s.stdout), lastingWriter(s.stderr)
	return s
}

func lastingWriter(w io.Writer) io.Writer {
	if file, ok := w.(*os.File); ok {
		return &lasting{file: file}
	}
	return w
}
