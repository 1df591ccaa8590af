// Package h2 is a client of HTTP/2 for one server. It sends a request once, whatever happens to it, and says how that ended.
//
// A [Client] shares few connections among all who call [Client.Do]. Requests wait in one queue. A caller that finds a
// connection without a writer becomes its writer, takes all requests that the server allows, and writes them at once. One reader for each connection
// reads what there is and wakes those whose answers are complete. A request that was handed to a write is never written again, on no
// connection: see [Fate].
//
// One lock guards a client and its connections. System calls are made without it.
package h2

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Options are how a client reaches its server.
type Options struct {
	// Dial opens a socket. It counts it, and closing it ends that.
	Dial func(ctx context.Context) (net.Conn, error)
	// TLS is the configuration of TLS, which offers h2; nil for HTTP/2 without TLS, by prior knowledge.
	TLS *tls.Config
	// Saw gets every connection, after its handshake; it may be nil.
	Saw func(net.Conn)
	// MostBody is how many bytes of an answer's body are read.
	MostBody int
	// MostConnections bounds the connections that take requests.
	MostConnections int
	// MostStreams bounds the requests on one connection; 0 is no bound.
	MostStreams int
}

// A Client has the connections to one server. It is safe for concurrent use.
type Client struct {
	options Options

	mu       sync.Mutex
	conns    []*conn
	waiting  list
	woken    *Call // those that are over, and have not been told yet; linked by next
	timer    *time.Timer
	armed    time.Time // of the timer; zero for never
	dialling int       // connections that are being opened
	closed   bool
	failed   time.Time // when a further connection could not be opened
	surplus  int       // answers that nobody asked for, and no call has reported yet
	held     Held
	spoken   bool // a server has chosen HTTP/2

	// goodbye is after how many streams the server ended a connection in mid-flight, and lasts is that number once two connections
	// in a row ended so: no connection gets more. 0 for none.
	goodbye, lasts uint32 // lasts is MostStreams, if that is less
}

const (
	// mostUnused is how long a connection without a request is trusted.
	mostUnused = 2500 * time.Millisecond
	// restAfter is how long no further connection is tried after one could not be opened.
	restAfter = time.Second
	// mostSurplus bounds the answers that are reported later.
	mostSurplus = 64
)

// NewClient returns a client without a connection.
func NewClient(options Options) *Client {
	c := &Client{options: options, lasts: uint32(max(0, options.MostStreams))}
	c.timer = time.AfterFunc(time.Hour, c.expire)
	c.timer.Stop()
	return c
}

// Do makes an exchange, within call.Limit. It sends the request at most once, and call.Fate says how that ended.
func (c *Client) Do(call *Call) {
	call.probe = false
	c.wait(call)
}

// Connect opens a connection within a time, unless one is open that takes requests.
func (c *Client) Connect(limit time.Duration) error {
	if c.Live() {
		return nil
	}
	call := &Call{Limit: limit, probe: true}
	c.wait(call)
	return call.Err
}

// wait puts a call into the queue, and returns when it is over.
func (c *Client) wait(call *Call) {
	call.reset(time.Now())
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		call.Err, call.Done = ErrClosed, call.Began
		return
	}
	c.waiting.push(call)
	writer := c.place(call)
	crowded := writer != nil && writer.open.count > 0 // a yield wakes a thread where nothing else is to be done
	c.arm()
	c.unlock()
	if writer != nil {
		if crowded {
			runtime.Gosched() // others that were woken with this one join its write
		}
		writer.write(call)
	}
	<-call.done
}

// place finds who sends a call: the caller, as the writer of the connection that is returned; the writer that this connection has; or
// the one that a further connection will have. The lock is held.
func (c *Client) place(call *Call) *conn {
	usable := false
	for i := 0; i < len(c.conns); {
		conn := c.conns[i]
		if conn.unused(call.Began) {
			conn.fail(ErrClosed) // and it is no longer there
			continue
		}
		i++
		if !conn.takes() {
			continue
		}
		usable = true
		if conn.room(call) == nil {
			if conn.writing {
				return nil
			}
			conn.writing = true
			return conn
		}
	}
	call.held, call.Opened = usable, !usable
	c.grow()
	return nil
}

// grow opens a further connection, if one is waited for and may help. The lock is held.
func (c *Client) grow() {
	if c.waiting.first == nil || c.opensEnough() || c.closed {
		return
	}
	count := 0
	for _, conn := range c.conns {
		if !conn.takes() {
			continue
		}
		if conn.room(c.waiting.first) == nil {
			conn.kick()
			return
		}
		if count++; conn.confirming || conn.maxStreams == 0 {
			return
		}
	}
	if count > 0 && (count >= c.options.MostConnections || time.Since(c.failed) < restAfter) {
		return
	}
	c.dialling++
	go c.dial(c.waiting.last.deadline)
}

// opensEnough reports whether the connections that are being opened have room for all that wait: one has, unless its streams are bounded. The
// lock is held.
func (c *Client) opensEnough() bool {
	return c.dialling > 0 && (c.options.MostStreams == 0 || c.dialling*c.options.MostStreams >= c.waiting.count)
}

// dial opens a connection. Where there is no other, all calls that wait get its error.
func (c *Client) dial(deadline time.Time) {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	err := c.open(ctx)
	c.mu.Lock()
	defer c.unlock()
	c.dialling--
	if err != nil {
		c.lose(err)
	}
	c.grow()
}

// lose says that a connection could not be opened, or took no request. Where the time was over for that, those who have more time wait
// for another one. The lock is held.
func (c *Client) lose(err error) {
	c.failed = time.Now()
	if slices.ContainsFunc(c.conns, (*conn).takes) {
		return
	}
	timeout, isTimeout := errors.AsType[net.Error](err)
	isTimeout = isTimeout && timeout.Timeout()
	for call := c.waiting.first; call != nil && (!isTimeout || !call.deadline.After(c.failed)); call = c.waiting.first {
		call.Opened = true
		c.finish(call, Unsent, err, c.failed)
	}
}

// turnedAway says that the server ended a connection before it took a request, by GOAWAY without an error. Those who wait get one more
// connection; what that server ends as well was not sent. The lock is held.
func (c *Client) turnedAway(err error) {
	if slices.ContainsFunc(c.conns, (*conn).takes) {
		return
	}
	now := time.Now()
	for call := c.waiting.first; call != nil; {
		next := call.next
		if call.turnedAway {
			call.Opened = true
			c.finish(call, Unsent, err, now)
		}
		call.turnedAway = true
		call = next
	}
}

// Prefers opens a connection and reports whether the server speaks HTTP/2 on it, if it has the choice, however that ends. The first
// exchange uses it.
func (c *Client) Prefers(ctx context.Context) bool {
	if c.Live() || c.open(ctx) == nil {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spoken
}

// Live reports whether a connection is open that takes requests.
func (c *Client) Live() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	return slices.ContainsFunc(c.conns, func(conn *conn) bool { return conn.takes() && !conn.unused(now) })
}

// Held is how many exchanges waited because the server allowed no further stream on any connection, or no further byte.
type Held struct {
	Exchanges int64
	Longest   time.Duration
	// Streams is what the server allowed last on one connection, and Connections how many there were then.
	Streams     uint32
	Connections int
}

// Held says how the server has held exchanges back so far.
func (c *Client) Held() Held {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held
}

// Close ends all connections and calls.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.unlock()
	c.closed = true
	for _, conn := range slices.Clone(c.conns) {
		conn.fail(ErrClosed)
	}
	c.lose(ErrClosed)
}

// finish ends a call. Unlock wakes it. The lock is held.
func (c *Client) finish(call *Call, fate Fate, err error, now time.Time) {
	call.leave()
	call.over, call.Fate, call.Err, call.Done = true, fate, err, now
	if fate == Answered && !call.probe && c.surplus > 0 && !call.Surplus {
		call.Surplus = true
		c.surplus--
	}
	call.next, c.woken = c.woken, call
}

// unlock unlocks the client, and wakes the calls that are over.
func (c *Client) unlock() {
	woken := c.woken
	c.woken = nil
	c.mu.Unlock()
	for woken != nil {
		call := woken
		woken, call.next = call.next, nil
		call.done <- struct{}{}
	}
}

// unasked counts an answer that nobody asked for. The call of the stream reports it, if it was not woken yet. The lock is held.
func (c *Client) unasked(on *conn, id uint32) {
	for call := c.woken; call != nil; call = call.next {
		if call.on == on && call.id == id && !call.Surplus && call.Fate == Answered {
			call.Surplus = true
			return
		}
	}
	c.surplus = min(c.surplus+1, mostSurplus)
}

// ended learns from a GOAWAY after which streams were lost. A server that ends every connection after the same number of streams gets no
// more on one from then on. The lock is held.
func (c *Client) ended(last uint32) {
	if streams := (last + 1) / 2; streams > 0 {
		if c.goodbye == streams && (c.lasts == 0 || streams < c.lasts) {
			c.lasts = streams
		}
		c.goodbye = streams
	}
}

// isNothing reports whether a read found nothing.
func isNothing(err error) bool { return errors.Is(err, nothing{}) }
