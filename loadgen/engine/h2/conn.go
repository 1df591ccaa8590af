package h2

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net"
	"slices"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A conn is one connection. The client's lock guards what is below it.
type conn struct {
	client   *Client
	net.Conn // TLS, or the socket
	socket   net.Conn
	drain    *drain // nil without TLS
	address  string
	since    time.Time     // when it was opened
	settled  chan struct{} // closed when the server's settings are known, or the connection is lost

	ready   bool  // the server's settings are known
	gone    bool  // it takes no more requests
	mute    bool  // a write failed: nothing more is written
	err     error // why it is lost; nil while it is not
	writing bool  // it has a writer

	streams map[uint32]*Call
	open    list // the same
	nextID  uint32
	last    uint32              // by GOAWAY
	given   map[uint32]struct{} // streams that were given up, while the server may not know

	maxStreams uint32
	maxList    uint32 // of a request's header
	initial    int64  // window of a new stream
	window     int64  // of the connection
	shrink     bool   // the next header block says that this side uses no table
	control    []byte
	out        []byte    // what the writer writes; it is the writer's alone
	began      time.Time // when the write began; zero while nothing is being written
	partial    int       // streams whose body is not sent in full

	ends, confirmed uint64 // streams that ended, and those of them when the last PING was sent
	unsure          bool   // the server may still count the last stream that ended
	confirming      bool   // a PING is on its way

	timer     *time.Timer
	armed     time.Time // of the timer; zero for never
	resets    int       // in the second since resetting
	resetting time.Time

	reader
}

// Limits of what is sent and received.
const (
	maxFrame     = 16 << 10
	maxHeaders   = 64 << 10 // of an answer, in all its blocks
	streamWindow = 1 << 20
	connWindow   = 1 << 30
	creditEvery  = 1 << 28
	mostInt31    = math.MaxInt32
)

// open opens a connection and waits for the server's settings: requests that are sent before may break them.
func (c *Client) open(ctx context.Context) error {
	socket, err := c.options.Dial(ctx)
	if err != nil {
		return err
	}
	conn := c.newConn(socket)
	if err := conn.greet(ctx); err != nil {
		_ = socket.Close() // the first error is the one to report
		return err
	}
	if c.options.Saw != nil {
		c.options.Saw(conn.Conn)
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		_ = socket.Close() // nothing was sent on it
		return ErrClosed
	}
	c.conns, c.spoken = append(c.conns, conn), true
	c.mu.Unlock()
	go conn.read()
	select {
	case <-conn.settled:
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.unlock()
	switch {
	case conn.ready: // it may have ended since
		return nil
	case conn.err != nil:
		return conn.err
	default:
		conn.fail(ctx.Err())
		return ctx.Err()
	}
}

func (c *Client) newConn(socket net.Conn) *conn {
	conn := &conn{client: c, Conn: socket, socket: socket, since: time.Now(), settled: make(chan struct{}), streams: map[uint32]*Call{},
		nextID: 1, last: mostInt31, given: map[uint32]struct{}{}, maxStreams: math.MaxUint32, maxList: math.MaxUint32, initial: 65535, window: 65535}
	if host, _, err := net.SplitHostPort(socket.RemoteAddr().String()); err == nil {
		conn.address = host
	}
	conn.timer = time.AfterFunc(time.Hour, conn.expire)
	conn.timer.Stop()
	conn.decoder = hpack.NewDecoder(4096, conn.field)
	conn.decoder.SetMaxStringLength(maxHeaders)
	return conn
}

// greet makes the handshake and sends the settings of this side.
func (c *conn) greet(ctx context.Context) error {
	deadline, _ := ctx.Deadline()
	if err := c.socket.SetDeadline(deadline); err != nil {
		return err
	}
	if config := c.client.options.TLS; config != nil {
		c.drain = newDrain(c.socket)
		secure := tls.Client(c.drain, config)
		c.Conn = secure
		if err := secure.HandshakeContext(ctx); err != nil {
			return err
		}
		if secure.ConnectionState().NegotiatedProtocol != http2.NextProtoTLS {
			return ErrNotSpoken
		}
		c.drain.turns = true
	}
	hello := append([]byte(http2.ClientPreface), 0, 0, 18, byte(http2.FrameSettings), 0, 0, 0, 0, 0)
	hello = appendSetting(hello, http2.SettingEnablePush, 0)
	hello = appendSetting(hello, http2.SettingInitialWindowSize, streamWindow)
	hello = appendSetting(hello, http2.SettingMaxHeaderListSize, maxHeaders)
	hello = appendNumber(appendFrame(hello, 4, http2.FrameWindowUpdate, 0, 0), connWindow)
	if _, err := c.Write(hello); err != nil {
		return err
	}
	return c.socket.SetDeadline(time.Time{})
}

// takes reports whether the connection takes requests, if it has room. The lock is held.
func (c *conn) takes() bool { return c.ready && !c.gone }

// unused reports whether the connection has waited too long for its first request: servers close such a one, maybe just as a request is
// sent. The lock is held.
func (c *conn) unused(now time.Time) bool {
	return c.takes() && c.nextID == 1 && now.Sub(c.since) > mostUnused
}

// room says why a request cannot be sent now; nil if it can. The lock is held.
func (c *conn) room(call *Call) error {
	if c.window < int64(min(len(call.Body), maxFrame)) {
		return ErrNoWindow
	}
	switch used := uint32(c.open.count); {
	case used >= c.maxStreams:
		return ErrNoStream
	case used+1 == c.maxStreams && c.unsure:
		// The server may have sent the end of a stream without counting it as ended. Its answer to a PING comes behind that.
		c.confirm()
		return ErrNoStream
	}
	return nil
}

// confirm asks the server for a sign that it knows of the streams that have ended. The lock is held.
func (c *conn) confirm() {
	if c.confirming || c.mute {
		return
	}
	c.confirming, c.confirmed = true, c.ends
	c.control = append(appendFrame(c.control, 8, http2.FramePing, 0, 0), confirmation...)
	c.kick()
}

const confirmation = "assay/h2"

// kick starts a writer, unless the connection has one. The lock is held.
func (c *conn) kick() {
	if !c.writing && !c.mute && c.err == nil {
		c.writing = true
		go c.write(nil)
	}
}

// retire lets the connection take no more requests, and ends it when it has no streams. The lock is held.
func (c *conn) retire(why error) {
	c.gone = true
	if c.open.count == 0 {
		c.fail(why)
	}
}

// fail ends the connection. What is on its streams is in doubt. The lock is held.
func (c *conn) fail(err error) {
	if c.err != nil {
		return
	}
	c.err, c.gone = err, true
	now := time.Now()
	for call := c.open.first; call != nil; call = c.open.first {
		c.end(call, InDoubt, err, now)
	}
	c.timer.Stop()
	_ = c.socket.Close() // every exchange on it is over
	client := c.client
	client.conns = slices.DeleteFunc(client.conns, func(other *conn) bool { return other == c })
	if !c.ready {
		close(c.settled) // the error is that of open
		return
	}
	if c.nextID == 1 && !client.closed && !errors.Is(err, ErrClosed) {
		if goodbye, is := errors.AsType[GoAwayError](err); is && goodbye.Code == http2.ErrCodeNo {
			client.turnedAway(err)
		} else {
			client.lose(err)
		}
	}
	client.grow()
}

// end ends a call that has a stream. The lock is held.
func (c *conn) end(call *Call, fate Fate, err error, now time.Time) {
	delete(c.streams, call.id)
	if len(call.rest) > 0 {
		call.rest = nil
		c.partial--
		if fate == Answered { // before the server has read the request
			c.control = appendNumber(appendFrame(c.control, 4, http2.FrameRSTStream, 0, call.id), uint32(http2.ErrCodeNo))
		}
	}
	c.ends++
	c.unsure = true
	c.client.finish(call, fate, err, now)
	if c.gone && c.err == nil && c.open.count == 0 {
		c.fail(errRetired)
	}
}

// errRetired ends a connection that takes no more requests, when it has no streams.
var errRetired = errors.New("the connection was retired")
