package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/unified-login/assay/internal/redact"
	"github.com/unified-login/assay/reports/transcript"
)

// What is kept of a driver's standard error: how it began, and its last words. A driver that logs without end must cost
// the run neither its disk nor its memory.
const (
	logBeginning = 1 << 20
	logEnd       = 64 << 10
	// logSeam is what is dropped at most on either side of a gap in the log: a secret that the gap cut through would not
	// be recognised.
	logSeam = 4 << 10
)

// A driverLog is the driver's standard error on its way to a file, where finish puts it when the driver has ended. Until
// then nobody can tell what of it is secret: a driver may well write a code before it hands it out.
type driverLog struct {
	file *os.File

	mu        sync.Mutex
	beginning []byte
	end       []byte // between one and two times logEnd, once there is so much
	dropped   int64  // bytes between the two
	silent    bool   // nothing is kept any more
}

// Write implements [io.Writer]. It never fails.
func (l *driverLog) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := len(text)
	if l.silent {
		l.dropped += int64(size)
		return size, nil
	}
	if n := min(size, logBeginning-len(l.beginning)); n > 0 {
		l.beginning = append(l.beginning, text[:n]...)
		text = text[n:]
	}
	for len(text) > 0 {
		n := min(len(text), logEnd)
		l.end = append(l.end, text[:n]...)
		text = text[n:]
		if more := len(l.end) - logEnd; more >= logEnd {
			l.end = append(l.end[:0], l.end[more:]...)
			l.dropped += int64(more)
		}
	}
	return size, nil
}

// silence has nothing more kept of what is said, from the last whole line on.
func (l *driverLog) silence() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent = true
}

// empty reports whether the driver has written nothing so far.
func (l *driverLog) empty() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.beginning) == 0
}

// finish writes the file, without secrets, and closes it. A driver that said nothing leaves the file as it is.
func (l *driverLog) finish(redactor *transcript.Redactor) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.beginning) == 0 {
		return l.file.Close()
	}
	err := l.file.Truncate(0) // what an earlier driver said, where the run never began
	if err == nil {
		_, err = l.file.Write(l.text(redactor))
	}
	return errors.Join(err, l.file.Close())
}

// text is the log as it is to be read.
func (l *driverLog) text(redactor *transcript.Redactor) []byte {
	if more := len(l.end) - logEnd; more > 0 && l.dropped > 0 {
		l.end, l.dropped = l.end[more:], l.dropped+int64(more)
	}
	switch {
	case l.dropped == 0:
		return readable(withoutSecretsOf(redactor, append(l.beginning, l.end...)))
	case len(l.end) == 0: // it was silenced before there was a gap
		whole := l.beginning[:bytes.LastIndexByte(l.beginning, '\n')+1]
		left := l.dropped + int64(len(l.beginning)-len(whole))
		return fmt.Appendf(readable(withoutSecretsOf(redactor, whole)), "… %d bytes left out …\n", left)
	case l.silent:
		whole := l.end[:bytes.LastIndexByte(l.end, '\n')+1]
		l.end, l.dropped = whole, l.dropped+int64(len(l.end)-len(whole))
	}
	beginning, end := withoutSecretsOf(redactor, l.beginning), withoutSecretsOf(redactor, l.end)
	cut := max(0, len(beginning)-logSeam)
	cut += bytes.LastIndexByte(beginning[cut:], '\n') + 1
	seam := min(len(end), logSeam)
	from := bytes.IndexByte(end[:seam], '\n') + 1
	if from == 0 {
		from = seam
	}
	left := l.dropped + int64(len(beginning)-cut+from)
	return fmt.Appendf(readable(beginning[:cut]), "\n… %d bytes left out …\n%s", left, readable(end[from:]))
}

// withoutSecretsOf takes out what is known for a secret, and then what looks like one: a driver that fails may have
// written a code that it never handed out.
func withoutSecretsOf(redactor *transcript.Redactor, text []byte) []byte {
	return []byte(redact.Text(string(redactor.Bytes(text))))
}

// readable writes what would do something to a terminal as an escape. Lines stay lines.
func readable(text []byte) []byte {
	var out strings.Builder
	for len(text) > 0 {
		c, size := utf8.DecodeRune(text)
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case c == '\n' || c == '\t' || unicode.IsPrint(c):
			out.WriteRune(c)
		case c == '\r' && len(text) > 1 && text[1] == '\n': // a line's end
		case c == '\r':
			out.WriteString(`\r`)
		case c < utf8.RuneSelf:
			fmt.Fprintf(&out, `\x%02x`, c)
		case c <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, c)
		default:
			fmt.Fprintf(&out, `\U%08x`, c)
		}
		text = text[size:]
	}
	return []byte(out.String())
}
