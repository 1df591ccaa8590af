package h2

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"
)

// What no server may send ends the exchange, and the connection where HTTP/2 says so. Floods end, too.
func TestBrokenPeers(t *testing.T) {
	flood := func(frame func(c *peerConn) error) func(*peerConn, uint32, []byte) {
		return func(c *peerConn, _ uint32, _ []byte) {
			for err := error(nil); err == nil; {
				err = frame(c)
			}
		}
	}
	raw := func(kind http2.FrameType, flags http2.Flags, onStream bool, payload string) func(*peerConn, uint32, []byte) {
		return func(c *peerConn, id uint32, _ []byte) {
			if !onStream {
				id = 0
			}
			c.raw(kind, flags, id, payload)
		}
	}
	header := func(fields ...string) func(*peerConn, uint32, []byte) {
		return func(c *peerConn, id uint32, body []byte) {
			c.head(id, false, fields...)
			c.data(id, true, body)
		}
	}
	headed := func(then func(*peerConn, uint32, []byte)) func(*peerConn, uint32, []byte) {
		return func(c *peerConn, id uint32, body []byte) {
			c.head(id, false, ":status", "200")
			then(c, id, body)
		}
	}
	for name, answer := range map[string]func(*peerConn, uint32, []byte){
		"content-length too large": header(":status", "200", "content-length", "1000"),
		"content-length too small": header(":status", "200", "content-length", "3"),
		"two content-lengths":      header(":status", "200", "content-length", "13", "content-length", "14"),
		"content-length of text":   header(":status", "200", "content-length", "+13"),
		"no status":                header("x-a", "b"),
		"two status":               header(":status", "200", ":status", "401"),
		"a status of two digits":   header(":status", "20"),
		"a status behind a field":  header("x-a", "b", ":status", "200"),
		"another pseudo field":     header(":status", "200", ":path", "/"),
		"a name in upper case":     header(":status", "200", "X-A", "b"),
		"a name that is empty":     header(":status", "200", "", "b"),
		"a value with a line":      header(":status", "200", "x-a", "b\r\nc: d"),
		"a header that is large":   header(":status", "200", "x-a", strings.Repeat("x", 70_000)),
		"an interim that ends":     func(c *peerConn, id uint32, _ []byte) { c.head(id, true, ":status", "103") },
		"a trailer that goes on":   headed(func(c *peerConn, id uint32, _ []byte) { c.head(id, false, "x-a", "b") }),
		"a trailer with a status":  headed(func(c *peerConn, id uint32, _ []byte) { c.head(id, true, ":status", "200") }),
		"DATA first":               func(c *peerConn, id uint32, body []byte) { c.data(id, true, body) },
		"DATA on stream 0":         raw(http2.FrameData, 0, false, "x"),
		"HEADERS on stream 0":      raw(http2.FrameHeaders, http2.FlagHeadersEndHeaders, false, "\x88"),
		"an even stream":           func(c *peerConn, id uint32, body []byte) { c.answer(id+1, body) },
		"a block that is broken":   raw(http2.FrameHeaders, http2.FlagHeadersEndHeaders, true, "\xbf\xff\xff"),
		"a block that is cut":      raw(http2.FrameHeaders, http2.FlagHeadersEndHeaders, true, "\x00\x05ab"),
		"CONTINUATION first":       raw(http2.FrameContinuation, http2.FlagContinuationEndHeaders, true, "\x88"),
		"a frame in a header": func(c *peerConn, id uint32, _ []byte) {
			c.raw(http2.FrameHeaders, 0, id, "\x88")
			c.raw(http2.FramePing, 0, 0, "12345678")
		},
		"a push":                 raw(http2.FramePushPromise, http2.FlagPushPromiseEndHeaders, true, "\x00\x00\x00\x02\x82\x84\x87"),
		"a large frame":          raw(http2.FrameData, 0, true, strings.Repeat("x", 1<<20)),
		"too much padding":       headed(raw(http2.FrameData, http2.FlagDataPadded, true, "\xffx")),
		"no priority":            raw(http2.FrameHeaders, http2.FlagHeadersEndHeaders|http2.FlagHeadersPriority, true, "\x88"),
		"SETTINGS of 5 bytes":    raw(http2.FrameSettings, 0, false, "xxxxx"),
		"SETTINGS on a stream":   raw(http2.FrameSettings, 0, true, ""),
		"an ACK with settings":   raw(http2.FrameSettings, http2.FlagSettingsAck, false, "\x00\x03\x00\x00\x00\x01"),
		"a window of 4 GiB":      raw(http2.FrameSettings, 0, false, "\x00\x04\xff\xff\xff\xff"),
		"a frame size of 1":      raw(http2.FrameSettings, 0, false, "\x00\x05\x00\x00\x00\x01"),
		"ENABLE_PUSH":            raw(http2.FrameSettings, 0, false, "\x00\x02\x00\x00\x00\x01"),
		"PING of 7 bytes":        raw(http2.FramePing, 0, false, "1234567"),
		"PING on a stream":       raw(http2.FramePing, 0, true, "12345678"),
		"GOAWAY of 7 bytes":      raw(http2.FrameGoAway, 0, false, "1234567"),
		"GOAWAY on a stream":     raw(http2.FrameGoAway, 0, true, "12345678"),
		"RST_STREAM of 3 bytes":  raw(http2.FrameRSTStream, 0, true, "123"),
		"RST_STREAM on stream 0": raw(http2.FrameRSTStream, 0, false, "1234"),
		"WINDOW_UPDATE of 3":     raw(http2.FrameWindowUpdate, 0, true, "123"),
		"WINDOW_UPDATE by 0":     raw(http2.FrameWindowUpdate, 0, false, "\x00\x00\x00\x00"),
		"a stream's by 0":        raw(http2.FrameWindowUpdate, 0, true, "\x00\x00\x00\x00"),
		"a window that overflows": func(c *peerConn, _ uint32, _ []byte) {
			c.raw(http2.FrameWindowUpdate, 0, 0, "\x7f\xff\xff\xff")
		},
		"a stream's that overflows": func(c *peerConn, id uint32, _ []byte) {
			c.raw(http2.FrameWindowUpdate, 0, id, "\x7f\xff\xff\xff")
		},
		"HTTP/1.1": func(c *peerConn, _ uint32, _ []byte) {
			c.write(func() error { _, err := c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")); return err })
		},
		"padding beyond the window": headed(flood(func(c *peerConn) error {
			return c.WriteRawFrame(http2.FrameData, http2.FlagDataPadded, 1, append([]byte{255, 'x'}, make([]byte, 255)...))
		})),
		"a flood of PING":       flood(func(c *peerConn) error { return c.WritePing(false, [8]byte{}) }),
		"a flood of SETTINGS":   flood(func(c *peerConn) error { return c.WriteSettings() }),
		"a flood of empty DATA": headed(flood(func(c *peerConn) error { return c.WriteData(1, false, nil) })),
		"a flood of unknowns":   flood(func(c *peerConn) error { return c.WriteRawFrame(0xee, 0, 0, nil) }),
		"a flood of interims": flood(func(c *peerConn) error {
			return c.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte("\x08\x03103"), EndHeaders: true})
		}),
		"a flood of CONTINUATION": func(c *peerConn, id uint32, body []byte) {
			c.raw(http2.FrameHeaders, 0, id, "\x88")
			flood(func(c *peerConn) error { return c.WriteContinuation(id, false, nil) })(c, id, body)
		},
		"a bomb": func(c *peerConn, id uint32, _ []byte) {
			c.head(id, false, ":status", "103", "x-bomb", strings.Repeat("x", 4000)) // which is in the table from then on
			c.raw(http2.FrameHeaders, http2.FlagHeadersEndHeaders|http2.FlagHeadersEndStream, id, "\x88"+strings.Repeat("\xbe", maxFrame-1))
		},
		"TLS that ends": func(c *peerConn, _ uint32, _ []byte) {
			if secure, ok := c.Conn.(interface{ CloseWrite() error }); ok {
				_ = secure.CloseWrite()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := serveTLS(t, []http2.Setting{}, func(c *peerConn) {
				id, body, ok := c.request()
				if !ok {
					return
				}
				answer(c, id, body)
				for ok {
					_, _, ok = c.request()
				}
			})
			call := newCall(`{"code":"one"}`, long)
			p.client(1).Do(call)
			if call.Fate != InDoubt || call.Err == nil {
				t.Errorf("%v, %v", call.Fate, call.Err)
			}
			if p.seen.Load() != 1 {
				t.Errorf("%d requests", p.seen.Load())
			}
		})
	}
}

// A body that is longer than what is read of it ends the exchange, and the server gets a reset.
func TestATooLongBody(t *testing.T) {
	var told atomic.Int64
	p := serve(t, []http2.Setting{}, func(c *peerConn) {
		c.reset = func(f *http2.RSTStreamFrame) {
			if f.ErrCode == http2.ErrCodeCancel {
				told.Add(1)
			}
		}
		number := 0
		for id, body, ok := c.request(); ok; id, body, ok = c.request() {
			if number++; number > 1 {
				c.answer(id, body)
				continue
			}
			c.head(id, false, ":status", "200")
			for range 20 {
				c.data(id, false, bytes.Repeat([]byte("x"), maxFrame))
			}
		}
	})
	client, call := p.client(1), newCall("one", long)
	client.Do(call)
	if call.Fate != Answered || !call.Truncated || len(call.Answer) != 128<<10 || call.Err != nil {
		t.Errorf("%v, truncated %t, %d bytes, %v", call.Fate, call.Truncated, len(call.Answer), call.Err)
	}
	client.Do(call)
	if call.Fate != Answered || call.Truncated || string(call.Answer) != "one" || told.Load() != 1 || p.conns.Load() != 1 {
		t.Errorf("%v, %q, told %d, %d connections", call.Fate, call.Answer, told.Load(), p.conns.Load())
	}
}
