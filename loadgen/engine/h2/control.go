package h2

import (
	"encoding/binary"

	"golang.org/x/net/http2"
)

// rst takes the server's end of a stream. NO_ERROR behind an answer meets nobody.
func (c *conn) rst(f frame) error {
	call, err := c.stream(f)
	if err != nil {
		return err
	}
	if len(f.payload) != 4 {
		return violated("RST_STREAM of %d bytes", len(f.payload))
	}
	delete(c.given, f.stream)
	if call == nil {
		return nil
	}
	c.idle = 0
	code, fate := http2.ErrCode(binary.BigEndian.Uint32(f.payload)), InDoubt
	if code == http2.ErrCodeRefusedStream && !call.headed {
		fate = Refused
	}
	c.end(call, fate, ResetError{code}, c.now)
	return nil
}

// settings takes the server's settings, and confirms them.
func (c *conn) settings(f frame) error {
	switch {
	case f.stream != 0:
		return violated("SETTINGS on a stream")
	case f.flags.Has(http2.FlagSettingsAck) && len(f.payload) > 0, len(f.payload)%6 != 0:
		return violated("SETTINGS of %d bytes", len(f.payload))
	case f.flags.Has(http2.FlagSettingsAck):
		return nil
	}
	for p := f.payload; len(p) > 0; p = p[6:] {
		if err := c.setting(http2.SettingID(binary.BigEndian.Uint16(p)), binary.BigEndian.Uint32(p[2:])); err != nil {
			return err
		}
	}
	c.control = appendFrame(c.control, 0, http2.FrameSettings, http2.FlagSettingsAck, 0)
	if !c.ready {
		c.ready = true
		close(c.settled)
		for call := c.client.waiting.first; call != nil; {
			next := call.next
			if call.probe {
				c.client.finish(call, Answered, nil, c.now)
			}
			call = next
		}
	}
	return nil
}

func (c *conn) setting(id http2.SettingID, value uint32) error {
	switch id {
	case http2.SettingHeaderTableSize:
		c.shrink = c.shrink || value < 4096
	case http2.SettingEnablePush:
		if value != 0 {
			return violated("the setting ENABLE_PUSH %d of a server", value)
		}
	case http2.SettingMaxConcurrentStreams:
		c.maxStreams = value
	case http2.SettingInitialWindowSize:
		if value > mostInt31 {
			return violated("the setting INITIAL_WINDOW_SIZE %d", value)
		}
		change := int64(value) - c.initial
		c.initial = int64(value)
		for call := c.open.first; call != nil; call = call.next {
			if call.window += change; call.window > mostInt31 {
				return violated("the window of stream %d overflows", call.id)
			}
		}
	case http2.SettingMaxHeaderListSize:
		c.maxList = value
	case http2.SettingMaxFrameSize:
		if value < maxFrame || value >= 1<<24 {
			return violated("the setting MAX_FRAME_SIZE %d", value)
		}
	}
	return nil
}

// ping answers a PING, or takes the answer to one.
func (c *conn) ping(f frame) error {
	switch {
	case f.stream != 0:
		return violated("PING on a stream")
	case len(f.payload) != 8:
		return violated("PING of %d bytes", len(f.payload))
	case !f.flags.Has(http2.FlagPingAck):
		c.control = append(appendFrame(c.control, 8, http2.FramePing, http2.FlagPingAck, 0), f.payload...)
	case c.confirming && string(f.payload) == confirmation:
		c.confirming, c.idle = false, 0
		c.unsure = c.ends > c.confirmed
	}
	return nil
}

// goAway takes the server's word that it takes no further streams, and that it did not process those behind the last one.
func (c *conn) goAway(f frame) error {
	switch {
	case f.stream != 0:
		return violated("GOAWAY on a stream")
	case len(f.payload) < 8:
		return violated("GOAWAY of %d bytes", len(f.payload))
	}
	err := GoAwayError{Last: binary.BigEndian.Uint32(f.payload) & mostInt31, Code: http2.ErrCode(binary.BigEndian.Uint32(f.payload[4:]))}
	if err.Last > c.last {
		return violated("GOAWAY for stream %d behind one for %d", err.Last, c.last)
	}
	if err.Code == http2.ErrCodeNo && err.Last+2 < c.nextID {
		c.client.ended(err.Last)
	}
	c.last, c.gone = err.Last, true
	for call := c.open.first; call != nil; {
		next := call.next
		if call.id > c.last {
			c.end(call, Refused, err, c.now)
			c.given[call.id] = struct{}{}
		}
		call = next
	}
	if c.err == nil {
		c.retire(err)
	}
	if c.err == nil {
		c.client.grow()
	}
	return nil
}

// windowUpdate lets more be sent.
func (c *conn) windowUpdate(f frame) error {
	if len(f.payload) != 4 {
		return violated("WINDOW_UPDATE of %d bytes", len(f.payload))
	}
	by := int64(binary.BigEndian.Uint32(f.payload) & mostInt31)
	if f.stream == 0 {
		if c.window += by; by == 0 || c.window > mostInt31 {
			return violated("WINDOW_UPDATE by %d", by)
		}
		return nil
	}
	call, err := c.stream(f)
	if err != nil || call == nil {
		return err
	}
	if call.window += by; by == 0 || call.window > mostInt31 {
		c.giveUp(call, InDoubt, violated("WINDOW_UPDATE of a stream by %d", by), http2.ErrCodeFlowControl, c.now)
	}
	return nil
}
