package engine

import (
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/loadgen/engine/h2"
)

// A watched is a connection of HTTP/2 through net/http, above TLS. It follows the frames, to find answers that no request asked for:
// net/http drops them and says nothing.
type watched struct {
	net.Conn

	mu      sync.Mutex
	watch   *h2.Watch
	ahead   int           // bytes that the watch has seen, of a write that failed: they are written again
	unasked *atomic.Int64 // of the server: answers that no exchange could report yet; nil before the first exchange
	early   int           // those before the first exchange
}

// Read implements [net.Conn].
func (c *watched) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	for range c.watch.Received(p[:n]) {
		c.owe()
	}
	return n, err
}

// Write implements [net.Conn]. An answer may come before the write returns.
func (c *watched) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.watch.Sent(p[min(c.ahead, len(p)):])
	c.mu.Unlock()
	n, err := c.Conn.Write(p)
	c.ahead = max(c.ahead, len(p)) - n // net/http has one writer
	return n, err
}

// patience is how long a server may take to read the end of TLS. net/http does the same with a [tls.Conn].
const patience = 250 * time.Millisecond

// Close implements [net.Conn].
func (c *watched) Close() error {
	if secure, is := c.Conn.(*tls.Conn); is {
		timer := time.AfterFunc(patience, func() { _ = secure.NetConn().Close() }) // the end of TLS was not read
		defer timer.Stop()
	}
	return c.Conn.Close()
}

// owe counts an answer that the next exchange with the server reports. The lock is held.
func (c *watched) owe() {
	if c.unasked == nil {
		c.early = min(c.early+1, mostUnasked)
		return
	}
	owe(c.unasked)
}

// begin begins an exchange on the connection.
func (c *watched) begin(unasked *atomic.Int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unasked = unasked
	for ; c.early > 0; c.early-- {
		owe(unasked)
	}
}

// hears reports whether the connection still finds answers.
func (c *watched) hears() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.watch.Lost()
}

// The names by which net/http hands a connection to its HTTP/2. A [tls.Conn] carries the one without TLS.
const (
	overTLS = "h2"
	noTLS   = "unencrypted_http2"
)

// A handedOver is how net/http passes a connection without TLS.
type handedOver struct{ net.Conn }

// UnencryptedNetConn is the connection.
func (c handedOver) UnencryptedNetConn() net.Conn { return c.Conn }

// watchHTTP2 makes a transport speak HTTP/2 over watched connections, also in a tunnel of a proxy. Where a version of net/http offers no
// place for that, HTTP/2 is spoken as before, and [Engine.Deaf] says so.
func watchHTTP2(over *http.Transport) {
	over.CloseIdleConnections() // net/http chooses its HTTP/2 before
	begin := over.TLSNextProto[noTLS]
	if begin == nil {
		return
	}
	watch := func(authority string, conn net.Conn) http.RoundTripper {
		return begin(authority, tls.Client(handedOver{&watched{Conn: conn, watch: h2.NewWatch()}}, nil))
	}
	over.TLSNextProto[overTLS] = func(authority string, conn *tls.Conn) http.RoundTripper { return watch(authority, conn) }
	over.TLSNextProto[noTLS] = func(authority string, conn *tls.Conn) http.RoundTripper {
		handed, is := conn.NetConn().(interface{ UnencryptedNetConn() net.Conn })
		if !is {
			return begin(authority, conn)
		}
		return watch(authority, handed.UnencryptedNetConn())
	}
}
