package h2

import (
	"os"
	"time"

	"golang.org/x/net/http2"
)

const (
	// mostResets is how many streams are reset in a second on one connection. More of them look like an attack ("rapid reset"), for
	// which servers end the connection.
	mostResets = 50
	// mostGiven bounds the streams of one connection that were given up and of whose end the server says nothing.
	mostGiven = 1000
)

// expire ends the calls on streams that are due.
func (c *conn) expire() {
	client := c.client
	client.mu.Lock()
	defer client.unlock()
	c.armed = time.Time{}
	now, unread := time.Now(), false
	for call := c.open.first; call != nil && !call.deadline.After(now); call = c.open.first {
		unread = unread || c.unread(now, call.Limit/2)
		c.giveUp(call, InDoubt, os.ErrDeadlineExceeded, http2.ErrCodeCancel, now)
	}
	if unread {
		c.fail(ErrUnread)
	}
	client.grow()
	if first := c.open.first; first != nil && c.err == nil {
		c.armed = first.deadline
		c.timer.Reset(time.Until(first.deadline))
	}
}

// unread reports whether a write has waited for some time. The lock is held.
func (c *conn) unread(now time.Time, limit time.Duration) bool {
	return c.writing && !c.began.IsZero() && now.Sub(c.began) >= limit
}

// giveUp ends a call before the server has ended its stream, and tells the server. The lock is held.
func (c *conn) giveUp(call *Call, fate Fate, err error, code http2.ErrCode, now time.Time) {
	if now.Sub(c.resetting) > time.Second {
		c.resetting, c.resets = now, 0
	}
	c.resets++
	c.given[call.id] = struct{}{}
	if c.resets >= mostResets || len(c.given) >= mostGiven {
		c.gone = true
	}
	c.control = appendNumber(appendFrame(c.control, 4, http2.FrameRSTStream, 0, call.id), uint32(code))
	c.end(call, fate, err, now)
	c.kick()
}
