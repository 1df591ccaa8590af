package engine

import (
	"net"
	"os"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"

	"github.com/unified-login/assay/loadgen/engine/h2"
)

// A slowConn takes a few bytes of every write, and its server answers on stream 1 whenever it is read.
type slowConn struct {
	net.Conn
	written []byte
}

func (c *slowConn) Write(p []byte) (int, error) {
	n := min(len(p), 7)
	c.written = append(c.written, p[:n]...)
	if n < len(p) {
		return n, os.ErrDeadlineExceeded
	}
	return n, nil
}

func (c *slowConn) Read(p []byte) (int, error) {
	return copy(p, "\x00\x00\x01\x01\x05\x00\x00\x00\x01\x88"), nil // HEADERS with the status 200, which end the stream
}

// What net/http writes again because not all of it was written is seen once, and what is found before the first exchange is reported later.
func TestAWriteInParts(t *testing.T) {
	slow := &slowConn{}
	c := &watched{Conn: slow, watch: h2.NewWatch()}
	buffer := make([]byte, 100)
	if n, _ := c.Read(buffer); n != 10 || c.early != 1 { // nobody has opened the stream yet
		t.Errorf("%d bytes, %d early answers", n, c.early)
	}
	text := http2.ClientPreface + "\x00\x00\x01\x01\x05\x00\x00\x00\x01\x83" + "\x00\x00\x01\x01\x05\x00\x00\x00\x03\x83"
	for p := []byte(text); len(p) > 0; {
		n, _ := c.Write(p)
		p = p[n:]
	}
	if string(slow.written) != text {
		t.Errorf("%q was written", slow.written)
	}
	var unasked atomic.Int64
	c.begin(&unasked)
	if unasked.Load() != 1 || c.early != 0 || !c.hears() {
		t.Errorf("%d unasked answers, %d early ones, hears %t", unasked.Load(), c.early, c.hears())
	}
	_, _ = c.Read(buffer)
	if unasked.Load() != 1 {
		t.Errorf("the answer on stream 1 was asked for")
	}
	_, _ = c.Read(buffer)
	if unasked.Load() != 2 {
		t.Errorf("%d unasked answers with a second one on stream 1", unasked.Load())
	}
}
