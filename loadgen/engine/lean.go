package engine

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/farewell"
	"github.com/unified-login/assay/internal/keepalive"
	"github.com/unified-login/assay/internal/peers"
	"github.com/unified-login/assay/reach"
)

// headerBuffer is how many bytes of an answer's header fit into the buffer at first, and maxHeader how many after it has
// grown, once.
const headerBuffer, maxHeader = 4 << 10, 64 << 10

// A leanConnection speaks HTTP/1.1 on a socket of its own at the lowest cost: one write, one read, and no allocation for
// an exchange.
type leanConnection struct {
	route   *reach.Route
	address string
	tls     *tls.Config      // nil without TLS
	kept    *keepalive.Watch // of the server
	peer    *peers.Peer      // the server
	at      string           // the address of conn
	sockets *sockets         // counts conn

	conn        net.Conn         // nil while it is closed
	deferrer    requestDeferrer  // conn, where it can defer requests
	most        int              // requests on conn; 0 is no bound
	count       int              // requests on conn, so far
	closing     []byte           // a request that says that conn ends with its answer
	used        bool             // conn has had an exchange
	last        time.Time        // when conn was opened, or its last exchange ended
	surplus     bool             // an answer was found that no exchange has reported yet
	raw         syscall.RawConn  // of the socket
	nonblocking *nonblockingConn // between TLS and the socket; nil without TLS
	peek        func(fd uintptr) // sets isReadable; kept, so that a call allocates nothing
	isReadable  bool
	reader      *bufio.Reader
	response    fasthttp.Response
}

func newLeanConnection(route *reach.Route, address string, config *tls.Config) *leanConnection {
	c := &leanConnection{route: route, address: address, tls: config, kept: new(keepalive.Watch), peer: new(peers.Peer), sockets: &sockets{limit: math.MaxInt64},
		reader: bufio.NewReaderSize(nil, headerBuffer)}
	c.peek = func(fd uintptr) { c.isReadable = readable(fd) }
	return c
}

// A requestDeferrer is a connection that sends a request at the next Read. Sending and waiting then share one call into
// the runtime's poller, instead of a first read that finds nothing.
type requestDeferrer interface {
	// deferRequest keeps a request, which the next Read sends first. With checkIdle, that Read fails with errUnusable and
	// sends nothing if data or the end of the connection is waiting to be read.
	deferRequest(request []byte, checkIdle bool)
}

// errUnusable reports that the request was not sent, because the server has closed the connection or sent something
// without being asked.
var errUnusable = errors.New("the server closed the connection or sent data without a request")

// Dial implements [Connection].
func (c *leanConnection) Dial(timeout time.Duration) error {
	c.freshen()
	if c.conn != nil && c.unusable() {
		c.surplus = c.surplus || c.answerWaits()
		c.Close()
	}
	return c.open(time.Now().Add(timeout))
}

// open sets the deadline of the connection, and opens it if it is closed.
func (c *leanConnection) open(deadline time.Time) error {
	if c.conn != nil {
		if c.conn.SetDeadline(deadline) == nil {
			return nil
		}
		c.Close()
	}
	if err := c.sockets.take(); err != nil {
		return err
	}
	if err := c.dial(deadline); err != nil {
		c.sockets.untaken()
		return err
	}
	c.used, c.count, c.last = false, 0, time.Now()
	c.sockets.opened()
	return nil
}

// dial opens the connection.
func (c *leanConnection) dial(deadline time.Time) error {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	conn, err := c.route.DialContext(ctx, "tcp", c.address)
	if err != nil {
		return err
	}
	if c.raw, err = conn.(syscall.Conn).SyscallConn(); err == nil {
		conn = newRawConn(conn, c.raw)
		err = conn.SetDeadline(deadline)
	}
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	c.deferrer, _ = conn.(requestDeferrer)
	if c.tls != nil {
		c.deferrer = nil
		c.nonblocking = &nonblockingConn{Conn: conn, readable: c.readable}
		secure := tls.Client(c.nonblocking, c.tls)
		if err := secure.Handshake(); err != nil {
			return errors.Join(err, conn.Close())
		}
		conn = secure
	}
	c.conn = conn
	c.peer.Saw(conn)
	c.at = peers.Address(conn)
	c.reader.Reset(conn)
	return nil
}

// unusable reports whether the server has closed the connection, or sent data without a request, which the next exchange
// would take for its answer. Session tickets, which TLS servers send at any time, do not make a connection unusable.
func (c *leanConnection) unusable() bool {
	if c.reader.Buffered() > 0 {
		return true
	}
	if c.tls == nil {
		return c.readable()
	}
	c.nonblocking.on = true
	_, err := c.reader.Peek(1)
	c.nonblocking.on = false
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// readable reports whether data or the end of the connection is waiting in the socket.
func (c *leanConnection) readable() bool {
	c.isReadable = true
	_ = c.raw.Control(c.peek) // an error leaves isReadable set
	return c.isReadable
}

// A nonblockingConn fails instead of waiting while it is on: Read returns [os.ErrDeadlineExceeded] if nothing is waiting.
type nonblockingConn struct {
	net.Conn
	readable func() bool
	on       bool
	ending   farewell.Watch
}

// Read implements [io.Reader].
func (c *nonblockingConn) Read(p []byte) (int, error) {
	if c.on && !c.readable() {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := c.Conn.Read(p)
	c.ending.Read(p[:n], err)
	return n, err
}

// Exchange implements [Connection].
func (c *leanConnection) Exchange(r *Request, timeout time.Duration) Answer {
	a := Answer{From: c, Sent: time.Now()}
	deadline := a.Sent.Add(timeout)
	c.freshen()
	a.Opened = c.conn == nil
	if err := c.open(deadline); err != nil {
		return c.fail(a, failures.Classify(err, false, timeout))
	}
	used := c.used
	answered, err := c.roundTrip(c.request(r), !a.Opened)
	if errors.Is(err, errUnusable) {
		c.surplus = c.surplus || errors.Is(err, errSurplus) || c.answerWaits()
		c.Close()
		if err := c.open(deadline); err != nil {
			return c.fail(a, failures.Classify(err, false, timeout))
		}
		used, a.Opened = false, true
		answered, err = c.roundTrip(c.request(r), false)
	}
	if answered {
		a.Address = c.at
		a.Status, a.Body = c.response.StatusCode(), c.response.Body()
	}
	if errors.Is(err, errTruncated) {
		a.Truncated, err = true, nil
		c.Close()
	}
	if err == nil && answered {
		err = failures.CheckNetwork(c.tls != nil, a.Status, string(c.response.Header.ContentType()))
	}
	if err == nil {
		err = a.decode(string(c.response.Header.Peek("Content-Encoding")))
	}
	if err != nil {
		a = c.fail(a, failures.Classify(err, true, timeout))
		if used && !answered && a.Failure.Kind == assay.BrokenOff {
			c.kept.Lost(a.Sent, a.Done)
		}
		return a
	}
	a.Done = time.Now()
	c.last = a.Done
	if used {
		c.kept.Answered()
	}
	if c.reader.Buffered() > 0 { // nothing may follow the answer
		c.surplus = c.surplus || c.answerWaits()
		c.Close()
	} else if c.saidClose() || c.kept.Closes() || c.over() {
		c.Close()
	}
	a.Surplus, c.surplus = c.surplus, false
	return a
}

// request is the next request on the connection. The last one says that it is: the server then closes the connection first, and no port of
// this machine stays occupied.
func (c *leanConnection) request(r *Request) []byte {
	c.count++
	if !c.over() {
		return r.http1
	}
	c.closing = r.closing(c.closing[:0])
	return c.closing
}

// over reports whether no further request may be sent on the connection.
func (c *leanConnection) over() bool { return c.most > 0 && c.count >= c.most }

// roundTrip sends a request, once, and reads the answer; answered says that a header was received. It fails with
// errUnusable if the request was not sent, which never happens without checkIdle: it is for a connection that was opened before.
func (c *leanConnection) roundTrip(request []byte, checkIdle bool) (answered bool, err error) {
	c.used = true
	switch {
	case checkIdle && c.reader.Buffered() > 0:
		return false, errUnusable
	case c.deferrer != nil:
		c.deferrer.deferRequest(request, checkIdle)
		if _, err := c.reader.Peek(1); err != nil { // fasthttp would turn it into io.EOF
			return false, err
		}
		return c.readResponse()
	case checkIdle && c.unusable():
		return false, errUnusable
	}
	if _, err := c.conn.Write(request); err != nil {
		return false, err
	}
	return c.readResponse()
}

// saidClose reports whether the answer has the connection option close, in any case and next to other options.
func (c *leanConnection) saidClose() bool {
	if c.response.ConnectionClose() {
		return true
	}
	for option := range bytes.SplitSeq(c.response.Header.Peek("Connection"), []byte(",")) {
		if bytes.EqualFold(bytes.TrimSpace(option), []byte("close")) {
			return true
		}
	}
	return false
}

// fail ends an exchange and closes the connection.
func (c *leanConnection) fail(a Answer, failure assay.Failure) Answer {
	c.Close()
	return a.failed(failure)
}

// Close implements [Connection].
func (c *leanConnection) Close() {
	if c.conn != nil {
		_ = c.conn.Close() // every exchange on it is over
		c.conn = nil
		c.sockets.closed()
	}
}

// mostUnused is how long a connection that was opened ahead may wait for its first exchange. Common servers close those that send no
// request for five seconds or more, maybe just as a request is sent.
const mostUnused = 2500 * time.Millisecond

// stale reports whether the connection has waited too long for its first exchange.
func (c *leanConnection) stale() bool {
	return c.conn != nil && !c.used && time.Since(c.last) > mostUnused
}

// freshen closes a stale connection.
func (c *leanConnection) freshen() {
	if c.stale() {
		c.Close()
	}
}

// trusted is how long a connection counts as open after an exchange. Then it is looked at: servers close idle connections.
const trusted = time.Second

// Live implements [Connection].
func (c *leanConnection) Live() bool {
	return c.conn != nil && !c.stale() && (time.Since(c.last) < trusted || !c.unusable())
}

// Protocol implements [Connection].
func (c *leanConnection) Protocol() string { return "HTTP/1.1" }

// Header implements [Connection].
func (c *leanConnection) Header() http.Header {
	header := http.Header{}
	for name, value := range c.response.Header.All() {
		header.Add(string(name), string(value))
	}
	return header
}
