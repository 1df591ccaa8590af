package h2

import (
	"encoding/binary"
	"time"

	"golang.org/x/net/http2"
)

// write writes until nothing is left to be written. own is the call of the worker that writes; nil for none. When it is over, another
// goroutine writes on.
func (c *conn) write(own *Call) {
	client := c.client
	client.mu.Lock()
	for {
		if own != nil && own.over && c.pending() {
			go c.write(nil)
			break
		}
		c.compose()
		if len(c.out) == 0 {
			c.writing = false
			break
		}
		c.began = time.Now()
		client.unlock()
		_, err := c.Write(c.out)
		client.mu.Lock()
		c.began = time.Time{}
		if err != nil { // answers may still be there to be read
			c.mute, c.writing = true, false
			c.retire(err)
			client.grow()
			break
		}
	}
	client.unlock()
}

// pending reports whether there is something to write. The lock is held.
func (c *conn) pending() bool {
	first := c.client.waiting.first
	return len(c.control) > 0 || c.partial > 0 || first != nil && c.takes() && c.room(first) == nil
}

// compose puts what can be written into out: replies, the rest of bodies, and all requests that the server allows. The lock is held.
func (c *conn) compose() {
	c.out = c.out[:0]
	if c.mute || c.err != nil {
		return
	}
	c.out = append(c.out, c.control...)
	c.control = c.control[:0]
	if c.partial > 0 {
		for call := c.open.first; call != nil; call = call.next {
			c.body(call)
		}
	}
	now, waiting := time.Time{}, &c.client.waiting
	for call := waiting.first; call != nil && c.takes(); call = waiting.first {
		if uint32(call.Header.size) > c.maxList {
			c.client.finish(call, Unsent, violated("the server takes no header of %d bytes", call.Header.size), time.Now())
			continue
		}
		if c.room(call) != nil {
			c.hold(waiting)
			break
		}
		call.leave()
		call.Address = c.address
		if now.IsZero() {
			now = time.Now()
		}
		c.request(call, now)
	}
	if waiting.first != nil && !c.takes() {
		c.client.grow()
	}
	c.out = append(c.out, c.control...) // a PING of room
	c.control = c.control[:0]
}

// hold says that those who waited for a connection wait for streams from now on. The lock is held.
func (c *conn) hold(waiting *list) {
	for call := waiting.last; call != nil && !call.held; call = call.prev {
		call.held = true
	}
	c.client.grow()
}

// request gives a call a stream, and writes its header and as much of its body as the windows allow. The lock is held.
func (c *conn) request(call *Call, now time.Time) {
	call.id, call.on, call.window = c.nextID, c, c.initial
	call.Opened = call.Opened || c.nextID == 1
	c.nextID += 2
	c.streams[call.id] = call
	c.open.push(call)
	c.idle = 0
	if call.held {
		call.Sent, call.Held = now, now.Sub(call.Began)
		held := &c.client.held
		held.Exchanges++
		held.Longest, held.Streams, held.Connections = max(held.Longest, call.Held), c.maxStreams, len(c.client.conns)
	}
	c.header(call)
	if len(call.Body) > 0 {
		call.rest = call.Body
		c.partial++
		c.body(call)
	}
	if c.armed.IsZero() || call.deadline.Before(c.armed) {
		c.armed = call.deadline
		c.timer.Reset(time.Until(call.deadline))
	}
	if c.nextID >= mostInt31/2 || c.client.lasts > 0 && c.nextID/2 >= c.client.lasts {
		c.gone = true // the last stream that it gets
	}
}

// header writes the header of a call, in as many frames as it needs.
func (c *conn) header(call *Call) {
	kind, flags := http2.FrameHeaders, http2.Flags(0)
	if len(call.Body) == 0 {
		flags = http2.FlagHeadersEndStream
	}
	at := len(c.out)
	c.out = appendFrame(c.out, 0, kind, flags, call.id)
	if c.shrink {
		c.shrink = false
		c.out = append(c.out, 0x20) // dynamic table size update: 0
	}
	c.out = append(c.out, call.Header.block...)
	c.out = appendLength(c.out, len(call.Body))
	if length := len(c.out) - at - frameHeader; length <= maxFrame {
		c.out[at], c.out[at+1], c.out[at+2] = byte(length>>16), byte(length>>8), byte(length)
		c.out[at+4] |= byte(http2.FlagHeadersEndHeaders)
		return
	}
	block := append([]byte(nil), c.out[at+frameHeader:]...) // a rare case
	c.out = c.out[:at]
	for len(block) > 0 {
		part := block[:min(len(block), maxFrame)]
		block = block[len(part):]
		if len(block) == 0 {
			flags |= http2.FlagHeadersEndHeaders
		}
		c.out = append(appendFrame(c.out, len(part), kind, flags, call.id), part...)
		kind, flags = http2.FrameContinuation, 0
	}
}

// body writes as much of the rest of a body as the windows allow. The lock is held.
func (c *conn) body(call *Call) {
	for len(call.rest) > 0 {
		n := min(int64(len(call.rest)), call.window, c.window, maxFrame)
		if n <= 0 {
			return
		}
		flags := http2.Flags(0)
		if int(n) == len(call.rest) {
			flags = http2.FlagDataEndStream
		}
		c.out = append(appendFrame(c.out, int(n), http2.FrameData, flags, call.id), call.rest[:n]...)
		call.rest = call.rest[n:]
		call.window -= n
		c.window -= n
		if len(call.rest) == 0 {
			call.rest = nil
			c.partial--
		}
	}
}

const frameHeader = 9

func appendFrame(to []byte, length int, kind http2.FrameType, flags http2.Flags, stream uint32) []byte {
	to = append(to, byte(length>>16), byte(length>>8), byte(length), byte(kind), byte(flags))
	return binary.BigEndian.AppendUint32(to, stream)
}

func appendNumber(to []byte, n uint32) []byte { return binary.BigEndian.AppendUint32(to, n) }

func appendSetting(to []byte, id http2.SettingID, value uint32) []byte {
	return appendNumber(binary.BigEndian.AppendUint16(to, uint16(id)), value)
}
