package h2

import (
	"encoding/binary"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A reader is what a connection needs to read frames.
type reader struct {
	now     time.Time // of the turn
	begun   bool      // the server's first frame was read
	idle    int       // frames in a row that advance no stream
	credit  int64     // bytes of DATA that were received and not given back to the connection's window
	decoder *hpack.Decoder
	block   block
}

const (
	// inSize has room for what a drain brings in a turn, behind a part of a frame.
	inSize = drainSize + 2*maxFrame
	// mostIdle bounds the frames in a row that advance no stream, such as PING.
	mostIdle = 1000
	// mostControl bounds the replies that wait for a write.
	mostControl = 64 << 10
)

// read reads until the connection ends.
func (c *conn) read() {
	in, to := make([]byte, inSize), 0
	for {
		n, err := c.turn(in[to:])
		to += n
		c.client.mu.Lock()
		c.now = time.Now()
		consumed, wrong := c.consume(in[:to])
		switch {
		case wrong != nil:
			c.fail(wrong)
		case err != nil:
			c.fail(err)
		case c.pending():
			c.kick()
		}
		over := c.err != nil
		c.client.unlock()
		if over {
			return
		}
		to = copy(in, in[consumed:to])
	}
}

// turn waits for something to be read, and reads what is there.
func (c *conn) turn(p []byte) (n int, err error) {
	if c.drain == nil {
		return c.Read(p)
	}
	c.drain.spent = false
	n, err = c.Read(p)
	c.drain.spent = true
	for err == nil && n < len(p) {
		var more int
		more, err = c.Read(p[n:])
		n += more
	}
	if isNothing(err) {
		err = nil
	}
	return n, err
}

// consume reads the frames that are there in full, and returns how many bytes they have. An error ends the connection: nothing more of it
// is believed. The lock is held.
func (c *conn) consume(in []byte) (consumed int, err error) {
	for len(in)-consumed >= frameHeader && c.err == nil {
		rest := in[consumed:]
		length := int(rest[0])<<16 | int(rest[1])<<8 | int(rest[2])
		f := frame{kind: http2.FrameType(rest[3]), flags: http2.Flags(rest[4]), stream: binary.BigEndian.Uint32(rest[5:]) & mostInt31}
		if !c.begun && (f.kind != http2.FrameSettings || f.flags.Has(http2.FlagSettingsAck)) {
			return consumed, violated("the connection does not begin with SETTINGS")
		}
		if length > maxFrame {
			return consumed, violated("a frame of %d bytes", length)
		}
		if len(rest) < frameHeader+length {
			break
		}
		f.payload = rest[frameHeader : frameHeader+length]
		if err := c.take(f); err != nil {
			return consumed, err
		}
		c.begun = true
		consumed += frameHeader + length
	}
	return consumed, nil
}

// A frame is one frame. Its payload is valid until the next turn.
type frame struct {
	kind    http2.FrameType
	flags   http2.Flags
	stream  uint32
	payload []byte
}

// take acts on a frame. The lock is held.
func (c *conn) take(f frame) error {
	if c.block.stream != 0 && (f.kind != http2.FrameContinuation || f.stream != c.block.stream) {
		return violated("a frame of type %d inside of a header", f.kind)
	}
	c.idle++
	var err error
	switch f.kind {
	case http2.FrameData:
		err = c.data(f)
	case http2.FrameHeaders:
		err = c.headers(f)
	case http2.FrameContinuation:
		err = c.continuation(f)
	case http2.FrameRSTStream:
		err = c.rst(f)
	case http2.FrameSettings:
		err = c.settings(f)
	case http2.FramePing:
		err = c.ping(f)
	case http2.FrameGoAway:
		err = c.goAway(f)
	case http2.FrameWindowUpdate:
		c.idle-- // there may be two for each request, before any answer
		err = c.windowUpdate(f)
	case http2.FramePushPromise:
		err = violated("PUSH_PROMISE, which was forbidden")
	}
	switch {
	case err != nil:
		return err
	case c.idle > mostIdle:
		return violated("%d frames in a row that advance no answer", c.idle)
	case len(c.control) > mostControl:
		return violated("%d bytes of replies wait while the server reads nothing", len(c.control))
	}
	return nil
}

// stream returns the call of a frame's stream; nil where it has ended. The error is that of a stream that was never opened.
func (c *conn) stream(f frame) (*Call, error) {
	if f.stream == 0 || f.stream%2 == 0 || f.stream >= c.nextID {
		return nil, violated("a frame of type %d on stream %d, which nobody opened", f.kind, f.stream)
	}
	return c.streams[f.stream], nil
}

// unpadded is a payload without its padding.
func unpadded(f frame) ([]byte, error) {
	payload := f.payload
	if !f.flags.Has(http2.FlagDataPadded) {
		return payload, nil
	}
	if len(payload) == 0 || int(payload[0]) >= len(payload) {
		return nil, violated("more padding than there is")
	}
	return payload[1 : len(payload)-int(payload[0])], nil
}

// data takes a part of a body.
func (c *conn) data(f frame) error {
	call, err := c.stream(f)
	if err != nil {
		return err
	}
	payload, err := unpadded(f)
	if err != nil {
		return err
	}
	if c.credit += int64(len(f.payload)); c.credit >= creditEvery {
		c.control = appendNumber(appendFrame(c.control, 4, http2.FrameWindowUpdate, 0, 0), uint32(c.credit))
		c.credit = 0
	}
	ends := f.flags.Has(http2.FlagDataEndStream)
	if call == nil {
		if ends {
			delete(c.given, f.stream)
		}
		return nil
	}
	if call.received += int64(len(f.payload)); call.received > streamWindow {
		return violated("more DATA on stream %d than the window allows", f.stream)
	}
	if !call.headed {
		return violated("DATA before HEADERS on stream %d", f.stream)
	}
	if len(payload) > 0 || ends {
		c.idle = 0
	}
	left := c.client.options.MostBody - len(call.Answer)
	call.Answer = append(call.Answer, payload[:min(len(payload), left)]...)
	switch {
	case len(payload) > left && ends:
		call.Truncated = true
		c.end(call, Answered, nil, c.now)
	case len(payload) > left:
		call.Truncated = true
		c.giveUp(call, Answered, nil, http2.ErrCodeCancel, c.now)
	case ends:
		c.complete(call)
	}
	return nil
}
