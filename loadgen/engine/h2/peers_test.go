package h2

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

const workers, each = 8, 40

// requests calls act for every request, with its number on the connection from 0, until the connection is over or act returns false.
func requests(act func(c *peerConn, number int, id uint32, body []byte) bool) func(*peerConn) {
	return func(c *peerConn) {
		number := 0
		for id, body, ok := c.request(); ok && act(c, number, id, body); id, body, ok = c.request() {
			number++
		}
	}
}

// Peers that are odd, or break off, and the fates of 320 requests of 8 workers: unsent, refused, in doubt and answered.
func TestPeers(t *testing.T) {
	const all, any = workers * each, -1
	type kept struct {
		id   uint32
		body []byte
	}
	for name, test := range map[string]struct {
		settings []http2.Setting
		handle   func(*peerConn)
		want     [4]int64
		conns    int64 // at most
	}{
		"in reverse": {handle: func(c *peerConn) {
			var held []kept
			for id, body, ok := c.request(); ok; id, body, ok = c.request() {
				if held = append(held, kept{id, body}); len(held) < workers {
					continue
				}
				for i := len(held) - 1; i >= 0; i-- {
					c.answer(held[i].id, held[i].body)
				}
				held = held[:0]
			}
		}, want: [4]int64{0, 0, 0, all}, conns: 1},
		"refuses every second": {handle: requests(func(c *peerConn, number int, id uint32, body []byte) bool {
			if number%2 == 1 {
				c.rst(id, http2.ErrCodeRefusedStream)
				return true
			}
			c.answer(id, body)
			return true
		}), want: [4]int64{0, all / 2, 0, all / 2}, conns: 1},
		"resets every second": {handle: requests(func(c *peerConn, number int, id uint32, body []byte) bool {
			if number%2 == 1 {
				c.rst(id, http2.ErrCodeProtocol)
				return true
			}
			c.answer(id, body)
			return true
		}), want: [4]int64{0, 0, all / 2, all / 2}, conns: 1},
		"GOAWAY in the middle": {handle: requests(func(c *peerConn, number int, id uint32, body []byte) bool {
			switch {
			case c.number == 1 && number == 100:
				c.write(func() error { return c.WriteGoAway(id, http2.ErrCodeNo, nil) })
				fallthrough
			case c.number > 1 || number < 100:
				c.answer(id, body)
			}
			return true
		}), want: [4]int64{0, any, 0, any}, conns: 2},
		"GOAWAY twice": {handle: requests(func(c *peerConn, number int, id uint32, body []byte) bool {
			if c.number == 1 && number == 100 {
				c.write(func() error { return c.WriteGoAway(1<<31-1, http2.ErrCodeNo, nil) })
			}
			c.answer(id, body)
			if c.number == 1 && number == 100 {
				c.write(func() error { return c.WriteGoAway(1<<31-3, http2.ErrCodeNo, nil) })
			}
			return true
		}), want: [4]int64{0, 0, 0, all}, conns: 2},
		"GOAWAY that takes back": {handle: requests(func(c *peerConn, number int, id uint32, body []byte) bool {
			if c.number == 1 && number == 100 {
				c.write(func() error { return c.WriteGoAway(id, http2.ErrCodeNo, nil) })
				c.write(func() error { return c.WriteGoAway(id+2, http2.ErrCodeNo, nil) })
				return true
			}
			c.answer(id, body)
			return true
		}), want: [4]int64{0, any, any, any}, conns: 2},
		"closes in the middle": {handle: requests(func(c *peerConn, number int, id uint32, body []byte) bool {
			if c.number == 1 && number == 100 {
				return false
			}
			c.answer(id, body)
			return true
		}), want: [4]int64{0, 0, any, any}, conns: 2},
		"everything that is allowed": {handle: requests(func(c *peerConn, number int, id uint32, body []byte) bool {
			c.head(id, false, ":status", "103", "link", "</x>", "content-length", "7")
			c.raw(0xee, 0xff, id, "unknown")
			c.raw(http2.FramePriority, 0, id, "\x00\x00\x00\x00\x10")
			block := c.encode(":status", "200", "content-type", "application/json", "x-number", strconv.Itoa(number), "trailer", "x-sum")
			c.write(func() error {
				_ = c.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block[:3], PadLength: 9, Priority: http2.PriorityParam{Weight: 3}})
				_ = c.WriteContinuation(id, false, block[3:4])
				_ = c.WriteContinuation(id, false, nil)
				return c.WriteContinuation(id, true, block[4:])
			})
			c.write(func() error { return c.WritePing(false, [8]byte{1}) })
			c.data(id, false, nil)
			c.write(func() error { return c.WriteDataPadded(id, false, body[:5], make([]byte, 200)) })
			c.write(func() error { return c.WriteSettings(http2.Setting{ID: 0xfff, Val: 7}) })
			c.data(id, false, body[5:])
			c.head(id, true, "x-sum", "1")
			c.rst(id, http2.ErrCodeNo)
			return true
		}), want: [4]int64{0, 0, 0, all}, conns: 1},
		"bytes of all answers in turn": {handle: func(c *peerConn) {
			var held []kept
			for id, body, ok := c.request(); ok; id, body, ok = c.request() {
				c.head(id, false, ":status", "200")
				if held = append(held, kept{id, body}); len(held) < workers {
					continue
				}
				for i := 0; len(held) > 0; i++ {
					held = slices.DeleteFunc(held, func(one kept) bool {
						c.data(one.id, i == len(one.body)-1, one.body[i:i+1])
						return i == len(one.body)-1
					})
				}
			}
		}, want: [4]int64{0, 0, 0, all}, conns: 1},
		"RST_STREAM behind the answer": {handle: requests(func(c *peerConn, _ int, id uint32, body []byte) bool {
			c.answer(id, body)
			c.rst(id, http2.ErrCodeRefusedStream)
			return true
		}), want: [4]int64{0, 0, 0, all}, conns: 1},
		"window 0, opened byte by byte": {settings: []http2.Setting{{ID: http2.SettingInitialWindowSize}}, handle: func(c *peerConn) {
			c.header = func(id uint32) { c.write(func() error { return c.WriteWindowUpdate(id, 3) }) }
			c.part = c.header
			echo(c)
		}, want: [4]int64{0, 0, 0, all}, conns: 1},
		"window 0, opened by SETTINGS": {settings: []http2.Setting{{ID: http2.SettingInitialWindowSize}}, handle: func(c *peerConn) {
			opened := 0
			c.header = func(uint32) {
				if opened++; opened == workers {
					c.write(func() error { return c.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1000}) })
				}
			}
			echo(c)
		}, want: [4]int64{0, 0, 0, all}, conns: 1},
		"settings that change in full flight": {handle: requests(func(c *peerConn, number int, id uint32, body []byte) bool {
			values := []uint32{1, 100, 0, 5, 1 << 30}
			c.write(func() error {
				return c.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: values[number%5]})
			})
			c.answer(id, body)
			c.write(func() error {
				return c.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 65535}, http2.Setting{ID: http2.SettingHeaderTableSize, Val: values[number%5]})
			})
			return true
		}), want: [4]int64{0, 0, 0, all}, conns: 1},
		"window of the connection, in drops": {handle: func(c *peerConn) {
			left := 65535
			requests(func(c *peerConn, _ int, id uint32, body []byte) bool {
				if left -= len(body); left < 1000 {
					c.write(func() error { return c.WriteWindowUpdate(0, 5000) })
					left += 5000
				}
				c.answer(id, body)
				return true
			})(c)
		}, want: [4]int64{0, 0, 0, all}, conns: 1},
	} {
		t.Run(name, func(t *testing.T) {
			if test.settings == nil {
				test.settings = []http2.Setting{}
			}
			for _, start := range []func(testing.TB, []http2.Setting, func(*peerConn)) *peer{serve, serveTLS} {
				p := start(t, test.settings, test.handle)
				s := exchanges(p.client(1), workers, each, long)
				s.check(t, p, test.want)
				if sum := s.fates[0] + s.sent(); sum != all || s.surplus > 0 {
					t.Errorf("%d fates, %d surplus answers", sum, s.surplus)
				}
				if lost := s.fates[Refused] + s.fates[InDoubt]; test.want[Answered] < 0 && lost > 2*workers {
					t.Errorf("%d were lost", lost)
				}
				if p.conns.Load() > test.conns {
					t.Errorf("%d connections", p.conns.Load())
				}
			}
		})
	}
}

// A second answer on the same stream meets nobody, and is counted, as is one on a stream that nobody opened.
func TestUnaskedAnswers(t *testing.T) {
	p := serve(t, []http2.Setting{}, requests(func(c *peerConn, number int, id uint32, body []byte) bool {
		c.answer(id, body)
		if number%4 == 0 {
			c.answer(id, []byte(`{"code":"another's"}`))
		}
		return true
	}))
	s := exchanges(p.client(1), workers, each, long)
	s.check(t, p, [4]int64{0, 0, 0, workers * each})
	if s.surplus != workers*each/4 {
		t.Errorf("%d surplus answers", s.surplus)
	}
	if p.conns.Load() != 1 {
		t.Errorf("%d connections", p.conns.Load())
	}
	p = serve(t, []http2.Setting{}, requests(func(c *peerConn, number int, id uint32, body []byte) bool {
		if c.number == 1 && number == 100 {
			c.answer(id+1000, body)
			return true
		}
		c.answer(id, body)
		return true
	}))
	s = exchanges(p.client(1), workers, each, long)
	s.check(t, p, [4]int64{0, 0, -1, -1})
	if lost := s.fates[InDoubt]; s.surplus != 1 || lost == 0 || lost > workers {
		t.Errorf("%d surplus answers, %d in doubt", s.surplus, lost)
	}
}

// A late answer on a stream that was given up is not unasked.
func TestALateAnswerIsNotUnasked(t *testing.T) {
	over := make(chan uint32, 1)
	var late []byte
	p := serve(t, []http2.Setting{}, func(c *peerConn) {
		c.reset = func(f *http2.RSTStreamFrame) { over <- f.StreamID }
		number := 0
		for id, body, ok := c.request(); ok; id, body, ok = c.request() {
			if number++; number == 1 {
				late = body
				continue
			}
			c.answer(<-over, late)
			c.answer(id, body)
		}
	})
	client := p.client(1)
	first, second := newCall("first", 50*time.Millisecond), newCall("second", long)
	client.Do(first)
	client.Do(second)
	if first.Fate != InDoubt || second.Fate != Answered || second.Surplus || string(second.Answer) != "second" {
		t.Errorf("%v %v, %v %q surplus %t", first.Fate, first.Err, second.Fate, second.Answer, second.Surplus)
	}
}
