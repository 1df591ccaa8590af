package h2

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// arm makes the timer fire when the first call that waits is due. The lock is held.
func (c *Client) arm() {
	if first := c.waiting.first; first != nil && (c.armed.IsZero() || first.deadline.Before(c.armed)) {
		c.armed = first.deadline
		c.timer.Reset(time.Until(first.deadline))
	}
}

// late is for how much longer a call waits for a connection that is being opened: its error says more.
const late = 20 * time.Millisecond

// expire ends the calls that have waited too long.
func (c *Client) expire() {
	c.mu.Lock()
	defer c.unlock()
	c.armed = time.Time{}
	now := time.Now()
	usable := slices.ContainsFunc(c.conns, (*conn).takes)
	for call := c.waiting.first; call != nil && !call.deadline.After(now); call = c.waiting.first {
		if !usable && c.dialling > 0 && now.Sub(call.deadline) < late {
			c.armed = now.Add(late)
			c.timer.Reset(late)
			return
		}
		call.leave() // no one may send it any more
		c.finish(call, Unsent, c.why(call, now), now)
	}
	c.arm()
}

// why is why a call was not sent in time. A connection whose writer has waited for as long is ended. The lock is held.
func (c *Client) why(call *Call, now time.Time) error {
	err := context.DeadlineExceeded
	for _, conn := range slices.Clone(c.conns) {
		switch {
		case conn.unread(now, call.Limit):
			conn.fail(ErrUnread)
			err = ErrUnread
		case conn.takes():
			err = cmp.Or(conn.room(call), err)
		}
	}
	return err
}
