package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/unified-login/assay/internal/redact"
	"github.com/unified-login/assay/reports/transcript"
)

// The parts of a driver's standard error that are kept: its beginning and its end. A driver that logs without end must not
// fill the disk or the memory.
const (
	logBeginning = 1 << 20
	logEnd       = 64 << 10
	// logSeam is the most that is dropped on either side of the gap between the parts: a secret that the gap cuts would not
	// be recognised.
	logSeam = 4 << 10
)

// A driverLog keeps the driver's standard error in memory. finish writes it to the file after the driver has ended: before
// that, not every secret is known, because a driver may log a code before it returns it. save writes what can be written
// during the run.
type driverLog struct {
	file      *keptFile
	saved     int   // bytes of the beginning that save has written
	savedSize int64 // bytes of the file that they take

	mu        sync.Mutex
	beginning []byte
	end       []byte          // between one and two times logEnd, once it is full
	dropped   int64           // bytes between the two
	silent    bool            // later text is dropped
	written   int64           // bytes in all
	asks      map[uint64]bool // requests to the driver in progress
	asked     uint64          // requests so far
	part      *logPart        // is saved next; nil for none
	parted    int64           // bytes written when it was taken
}

// Write implements [io.Writer]. It never fails.
func (l *driverLog) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := len(text)
	l.written += int64(size)
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

// silence drops all text after the last whole line.
func (l *driverLog) silence() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent = true
}

// empty reports whether the driver has not written anything yet.
func (l *driverLog) empty() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.beginning) == 0
}

// finish writes the file, without secrets, and closes it. If the driver wrote nothing, the file stays unchanged.
func (l *driverLog) finish(redactor *transcript.Redactor) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.beginning) == 0 {
		return l.file.close()
	}
	again := func() error { return l.file.cut(0) }
	if l.savedSize == 0 {
		again = l.file.renew // the log of an earlier driver, if the run never began
	}
	err := again()
	if err == nil {
		_, err = l.file.Write(l.text(redactor))
	}
	return errors.Join(err, l.file.close())
}

// text returns the log without secrets, with a mark for dropped text.
func (l *driverLog) text(redactor *transcript.Redactor) []byte {
	if more := len(l.end) - logEnd; more > 0 && l.dropped > 0 {
		l.end, l.dropped = l.end[more:], l.dropped+int64(more)
	}
	switch {
	case l.dropped == 0:
		return readable(withoutSecretsOf(redactor, append(l.beginning, l.end...)))
	case len(l.end) == 0: // it was silenced before the beginning was full
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

// withoutSecretsOf removes known secrets, and then what looks like one: a driver that fails may have logged a code that it
// never returned.
func withoutSecretsOf(redactor *transcript.Redactor, text []byte) []byte {
	return []byte(redact.Text(string(redactor.Bytes(text))))
}

// readable escapes control characters, which a terminal would obey. Line breaks stay.
func readable(text []byte) []byte {
	var out strings.Builder
	for len(text) > 0 {
		c, size := utf8.DecodeRune(text)
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case c == '\n' || c == '\t' || unicode.IsPrint(c):
			out.WriteRune(c)
		case c == '\r' && len(text) > 1 && text[1] == '\n': // part of a line break
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
