package main

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"github.com/unified-login/assay/reports/transcript"
)

// maxLiveLine is the longest line that is shown, in bytes.
const maxLiveLine = 64 << 10

// A liveLog shows a driver's standard error line by line as it arrives, without secrets and what looks like one.
type liveLog struct {
	w        io.Writer
	redactor *transcript.Redactor

	mu   sync.Mutex
	line []byte
	lost bool // the current line was too long
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
			l.line, l.lost = append(l.line[:0], "… a line that is too long\n"...), true
		}
		if line[len(line)-1] == '\n' {
			l.show()
		}
	}
	return len(text), nil
}

// flush shows an unfinished last line.
func (l *liveLog) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.line) > 0 {
		l.show()
	}
}

func (l *liveLog) show() {
	text := readable(withoutSecretsOf(l.redactor, bytes.TrimRight(l.line, "\r\n")))
	_, _ = io.WriteString(l.w, strings.TrimRight(string(text), " ")+"\n") // standard error: a failure cannot be reported
	l.line, l.lost = l.line[:0], false
}
