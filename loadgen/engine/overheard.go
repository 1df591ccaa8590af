package engine

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// An overheard is a connection of HTTP/1.1 through net/http, above TLS. It keeps what the server sends to an exchange, to find an answer
// behind that of the exchange: net/http closes such a connection and says nothing. See [watched] for HTTP/2.
type overheard struct {
	net.Conn

	mu       sync.Mutex
	unasked  *atomic.Int64 // of the server: answers that no exchange could report yet; nil before the first exchange
	exchange uint64        // the number of the last one
	open     bool          // it is not over
	heard    []byte        // what was read since it began, or since it was over
	lost     bool          // that is longer than maxOverheard
	behind   bool          // something came behind the answer of the last exchange
	stale    bool          // the next answer would begin with that: nothing more is sent
}

// errStale fails a write to a connection on which an answer would begin with what came before its request.
var errStale = errors.New("the server sent something before the request")

// maxOverheard bounds what is kept of an answer and of what follows it.
const maxOverheard = maxHeader + maxBody

// mostUnasked bounds the answers that are reported later.
const mostUnasked = 64

// Read implements [net.Conn].
func (c *overheard) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.unasked == nil || c.lost:
	case len(c.heard)+n > maxOverheard:
		c.lost, c.heard = true, nil
	default:
		c.heard = append(c.heard, p[:n]...)
	}
	return n, err
}

// Write implements [net.Conn].
func (c *overheard) Write(p []byte) (int, error) {
	c.mu.Lock()
	stale := c.stale
	c.mu.Unlock()
	if stale {
		return 0, errStale
	}
	return c.Conn.Write(p)
}

// Close implements [net.Conn].
func (c *overheard) Close() error {
	c.mu.Lock()
	if !c.open {
		c.listen()
	}
	c.mu.Unlock()
	return c.Conn.Close()
}

// begin begins an exchange on the connection and returns its number. Another one may have ended without having said so yet. A connection
// that is stale takes no request.
func (c *overheard) begin(unasked *atomic.Int64) (exchange uint64, stale bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rest := c.heard
	if c.open {
		rest = behindAnswer(c.heard, -1)
	}
	c.stale = c.stale || c.behind || len(rest) > 0
	if c.listen(); c.open && beginsAnswer(rest) {
		c.owe()
	}
	c.unasked, c.open, c.heard, c.lost, c.behind = unasked, true, c.heard[:0], false, false
	c.exchange++
	return c.exchange, c.stale
}

// end ends an exchange whose answer was read, with its length or -1, and reports whether another answer follows.
func (c *overheard) end(exchange uint64, length int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if exchange != c.exchange || !c.open {
		return false
	}
	rest := []byte(nil)
	if !c.lost {
		rest = behindAnswer(c.heard, length)
	}
	found := beginsAnswer(rest)
	c.behind = len(rest) > 0
	c.open, c.heard, c.lost = false, c.heard[:0], false
	return found
}

// listen looks at what was read since the last exchange was over. The lock is held.
func (c *overheard) listen() {
	if !c.open && beginsAnswer(c.heard) {
		c.owe()
		c.heard = c.heard[:0]
	}
}

// owe counts an answer that the next exchange with the server reports. The lock is held.
func (c *overheard) owe() {
	if c.unasked != nil {
		owe(c.unasked)
	}
}

// owe counts an answer that is to be reported, up to a bound.
func owe(unasked *atomic.Int64) {
	if unasked.Load() < mostUnasked {
		unasked.Add(1)
	}
}

// takeUnasked takes an answer that is to be reported, if there is one.
func takeUnasked(unasked *atomic.Int64) bool {
	for n := unasked.Load(); n > 0; n = unasked.Load() {
		if unasked.CompareAndSwap(n, n-1) {
			return true
		}
	}
	return false
}

// behindAnswer is what follows an answer in data; nil where that is not whole. length is that of its body, or -1 where it is not known.
func behindAnswer(data []byte, length int64) []byte {
	if end := bytes.Index(data, []byte("\r\n\r\n")); end >= 0 && length >= 0 && int64(len(data)-end-len("\r\n\r\n")) == length {
		return nil // as usual
	}
	from := bufio.NewReader(bytes.NewReader(data))
	for {
		response, err := http.ReadResponse(from, nil)
		if err != nil {
			return nil
		}
		_, cut := io.Copy(io.Discard, response.Body)
		_ = response.Body.Close() // it is in memory
		if status := response.StatusCode; status/100 == 1 && status != http.StatusSwitchingProtocols {
			continue
		}
		if cut != nil {
			return nil
		}
		rest, _ := io.ReadAll(from) // it is in memory
		return rest
	}
}
