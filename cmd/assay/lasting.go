package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/term"
)

// A lasting writer is standard output of a run whose results are files. Where its reader goes away, as head(1) or a closed
// terminal does, it discards what follows; where the reader is there and does not read, it keeps what follows until it does. The
// run goes on, and loses the console only.
type lasting struct {
	file     *os.File
	terminal bool
	patience time.Duration // how long a write waits for the reader
	gone     atomic.Bool

	mu      sync.Mutex
	kept    []byte        // for the reader
	written chan struct{} // closed when nothing is kept any more; nil while nothing is
	err     error         // that no Write has returned
}

// readerPatience is how long a write waits for a reader, and a run that was interrupted at its end. mostKept is how much is kept for
// a reader that does not read.
const (
	readerPatience = 2 * time.Second
	mostKept       = 16 << 20
)

// Fd returns the file's descriptor, which may be a terminal's.
func (l *lasting) Fd() uintptr { return l.file.Fd() }

func (l *lasting) Write(text []byte) (int, error) {
	if l.gone.Load() {
		return len(text), nil
	}
	l.mu.Lock()
	waits := l.written != nil
	if !waits {
		l.written = make(chan struct{})
		go l.drain()
	}
	if len(l.kept)+len(text) <= mostKept {
		l.kept = append(l.kept, text...)
	}
	written := l.written
	l.mu.Unlock()
	if waits {
		return len(text), nil
	}
	select {
	case <-written:
		return len(text), l.failure()
	case <-time.After(l.patience):
		return len(text), nil
	}
}

// drain writes what is kept.
func (l *lasting) drain() {
	for {
		l.mu.Lock()
		text := l.kept
		l.kept = nil
		if len(text) == 0 || l.gone.Load() {
			close(l.written)
			l.written = nil
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		_, err := l.file.Write(text)
		if errors.Is(err, syscall.EPIPE) || l.terminal && errors.Is(err, syscall.EIO) {
			l.gone.Store(true)
		} else if err != nil {
			l.mu.Lock()
			l.err = err
			l.mu.Unlock()
		}
	}
}

// failure returns the error of the last write, once.
func (l *lasting) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.err
	l.err = nil
	return err
}

// settle waits until the reader has read everything, or for a moment once the run was interrupted.
func (l *lasting) settle(ctx context.Context) error {
	l.mu.Lock()
	written := l.written
	l.mu.Unlock()
	if written == nil {
		return l.failure()
	}
	select {
	case <-written:
	case <-ctx.Done():
		select {
		case <-written:
		case <-time.After(l.patience):
		}
	}
	return l.failure()
}

// consoles are the lasting writers of a run.
type consoles []*lasting

// settle waits for all of them.
func (c *consoles) settle(ctx context.Context) (err error) {
	for _, l := range *c {
		err = errors.Join(err, l.settle(ctx))
	}
	return err
}

// add makes a lasting writer of a file, and returns any other writer as it is.
func (c *consoles) add(w io.Writer) io.Writer {
	file, ok := w.(*os.File)
	if !ok || c == nil {
		return w
	}
	l := &lasting{file: file, terminal: term.IsTerminal(int(file.Fd())), patience: readerPatience}
	*c = append(*c, l)
	return l
}

// lasting returns the surroundings with a lasting standard output and standard error, if they are files. Without it,
// writing to a pipe without a reader ends the process.
func (s surroundings) lasting() surroundings {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a signal that is ignored would be ignored by the driver as well
	s.stdout, s.stderr = s.consoles.add(s.stdout), s.consoles.add(s.stderr)
	return s
}
