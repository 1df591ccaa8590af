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

	"assay/reports/transcript"
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

// A driverLog is the driver's standard error on its way to a file. The beginning goes there at once, for whoever watches
// the run; finish puts everything into its final form.
type driverLog struct {
	file *os.File

	mu        sync.Mutex
	beginning []byte
	end       []byte // between one and two times logEnd, once there is so much
	dropped   int64  // bytes between the two
	err       error  // the first of writing to the file
}

// Write implements [io.Writer]. It never fails: a full disk is told by finish, and is no reason to stop a driver.
func (l *driverLog) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := len(text)
	if n := min(size, logBeginning-len(l.beginning)); n > 0 {
		l.beginning = append(l.beginning, text[:n]...)
		if _, err := l.file.Write(text[:n]); l.err == nil {
			l.err = err
		}
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

// finish rewrites the file without secrets, since a driver may have written a code before anybody knew it for one, and
// closes it.
func (l *driverLog) finish(redactor *transcript.Redactor) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.beginning) == 0 {
		return errors.Join(l.err, l.file.Close())
	}
	text := l.text(redactor)
	err := errors.Join(l.err, l.file.Truncate(0))
	_, failed := l.file.WriteAt(text, 0)
	return errors.Join(err, failed, l.file.Close())
}

// text is the log as it is to be read.
func (l *driverLog) text(redactor *transcript.Redactor) []byte {
	if more := len(l.end) - logEnd; more > 0 && l.dropped > 0 {
		l.end, l.dropped = l.end[more:], l.dropped+int64(more)
	}
	if l.dropped == 0 {
		return readable(redactor.Bytes(append(l.beginning, l.end...)))
	}
	beginning, end := redactor.Bytes(l.beginning), redactor.Bytes(l.end)
	cut := len(beginning) - logSeam
	cut += bytes.LastIndexByte(beginning[cut:], '\n') + 1
	from := bytes.IndexByte(end[:logSeam], '\n') + 1
	if from == 0 {
		from = logSeam
	}
	left := l.dropped + int64(len(beginning)-cut+from)
	return fmt.Appendf(readable(beginning[:cut]), "\n… %d bytes left out …\n%s", left, readable(end[from:]))
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
