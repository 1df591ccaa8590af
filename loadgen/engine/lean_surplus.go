package engine

import (
	"bytes"
	"fmt"
)

// errSurplus is errUnusable where what the server sent without a request begins like an answer.
var errSurplus = fmt.Errorf("%w: an answer", errUnusable)

// answerWaits reports whether what waits on a connection that is unusable begins like an answer.
func (c *leanConnection) answerWaits() bool {
	if c.conn == nil || c.reader.Buffered() == 0 && c.tls != nil {
		return false
	}
	if c.reader.Buffered() == 0 && !c.readable() {
		return false
	}
	_, _ = c.reader.Peek(1) // does not block; it fails at the end of the connection
	began, _ := c.reader.Peek(c.reader.Buffered())
	return beginsAnswer(began)
}

// beginsAnswer reports whether data is the beginning of an HTTP/1 answer. A 408 does not count: servers end idle connections with
// it. Line breaks before an answer are skipped.
func beginsAnswer(data []byte) bool {
	version, status, _ := bytes.Cut(bytes.TrimLeft(data, "\r\n"), []byte(" "))
	return bytes.HasPrefix(version, []byte("HTTP/1.")) && !bytes.HasPrefix(status, []byte("408"))
}
