package main

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"github.com/unified-login/assay/reports/transcript"
)

// maxLiveLine is how much of a line is held back until it is whole, in bytes.
const maxLiveLine = 64 << 10

// A liveLog shows a driver's standard error as it comes, a line at a time, without what is a secret or looks like one.
type liveLog struct {
	w        io.Writer
	redactor *transcript.Redactor

	mu   sync.Mutex
	line []byte
	lost bool // the rest of a line that was too long
}

// Write implements [io.Writer]. It never fails.
func (l *liveLog) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range bytes.Lines(text) {
		if !l.lost {
			l.line = append(l.line, line...)
		}
		if len(l.line) > maxLiveLine {
			l.line, l.lost = append(l.line[:0], "… a line too long to be shown\n"...), true
		}
		if line[len(line)-1] == '\n' {
			l.show()
		}
	}
	return len(text), nil
}

// flush shows a last line that has no end.
func (l *liveLog) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.line) > 0 {
		l.show()
	}
}

func (l *liveLog) show() {
	text := readable(withoutSecretsOf(l.redactor, bytes.TrimRight(l.line, "\r\n")))
	_, _ = io.WriteString(l.w, strings.TrimRight(string(text), " ")+"\n") // standard error: there is nowhere to tell
	l.line, l.lost = l.line[:0], false
}
