package h2

import (
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"
)

// An UnaskedPeer is a server that answers every request, and may send what no request asked for. The engines' tests use it too.
type UnaskedPeer struct {
	Name    string
	Unasked int  // answers of UnaskedRequests requests that no request asked for
	Loses   bool // answers that were asked for, with the connection
	// act sends a right answer and more to the first, the fifth, the ninth request and so on.
	act func(c *peerConn, id uint32, body []byte)
	// once acts on the ninth alone.
	once bool
}

// UnaskedRequests is how many requests a peer is for. It sends nothing else to the last one.
const UnaskedRequests = 80

// Serve starts the peer and returns its host and port.
func (u UnaskedPeer) Serve(t testing.TB, secure bool) string {
	var number atomic.Int64
	start := serve
	if secure {
		start = serveTLS
	}
	return start(t, []http2.Setting{}, requests(func(c *peerConn, _ int, id uint32, body []byte) bool {
		if n := number.Add(1); u.once && n == 9 || !u.once && n%4 == 1 {
			u.act(c, id, body)
			return true
		}
		c.answer(id, body)
		return true
	})).address
}

// UnaskedPeers are servers that send too much, each in one way, and some that do not.
func UnaskedPeers() []UnaskedPeer {
	const every = UnaskedRequests / 4
	behind := func(then func(c *peerConn, id uint32, body []byte)) func(c *peerConn, id uint32, body []byte) {
		return func(c *peerConn, id uint32, body []byte) {
			c.answer(id, body)
			then(c, id, body)
		}
	}
	return []UnaskedPeer{
		{Name: "twice", Unasked: every, act: behind((*peerConn).answer)},
		{Name: "thrice", Unasked: 2 * every, act: behind(func(c *peerConn, id uint32, body []byte) { c.answer(id, body); c.answer(id, body) })},
		{Name: "without a body", Unasked: every, act: func(c *peerConn, id uint32, _ []byte) {
			c.head(id, true, ":status", "204")
			c.head(id, true, ":status", "401")
		}},
		{Name: "a status that the table has", Unasked: every, act: behind(func(c *peerConn, id uint32, _ []byte) { c.head(id, true, ":status", "418", "x-a", "b") })},
		{Name: "in pieces", Unasked: every, act: behind(func(c *peerConn, id uint32, body []byte) {
			block := c.encode(":status", "403", "x-a", "b", "x-c", "d")
			c.write(func() error {
				_ = c.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block[:2], PadLength: 9, Priority: http2.PriorityParam{Weight: 3}})
				_ = c.WriteContinuation(id, false, nil)
				return c.WriteContinuation(id, true, block[2:])
			})
			c.data(id, true, body)
		})},
		{Name: "an interim answer", Unasked: every, act: behind(func(c *peerConn, id uint32, _ []byte) { c.head(id, false, ":status", "103") })},
		{Name: "behind a reset", Unasked: every, Loses: true, act: func(c *peerConn, id uint32, body []byte) {
			c.rst(id, http2.ErrCodeCancel)
			c.answer(id, body)
		}},
		{Name: "on a stream that nobody opened", Unasked: 1, Loses: true, once: true, act: func(c *peerConn, id uint32, body []byte) {
			c.answer(id+1000, body)
		}},
		{Name: "a trailer", act: behind(func(c *peerConn, id uint32, _ []byte) { c.head(id, true, "x-sum", "1") })},
		{Name: "DATA", act: behind(func(c *peerConn, id uint32, body []byte) { c.data(id, false, body) })},
		{Name: "a reset", act: behind(func(c *peerConn, id uint32, _ []byte) { c.rst(id, http2.ErrCodeNo) })},
		{Name: "what is allowed", act: func(c *peerConn, id uint32, body []byte) {
			c.head(id, false, ":status", "103", "link", "</x>")
			c.head(id, false, ":status", "200", "trailer", "x-sum")
			c.write(func() error { return c.WriteDataPadded(id, false, body, make([]byte, 200)) })
			c.head(id, true, "x-sum", "1")
		}},
	}
}

// ServeLate starts a peer that answers no request until the client has given one up. It answers that one then, twice if so asked, and
// all that follow. It returns its host and port.
func ServeLate(t testing.TB, secure, twice bool) string {
	start := serve
	if secure {
		start = serveTLS
	}
	var over atomic.Bool
	return start(t, []http2.Setting{}, func(c *peerConn) {
		var late uint32
		c.reset = func(f *http2.RSTStreamFrame) { late = f.StreamID }
		for id, body, ok := c.request(); ok; id, body, ok = c.request() {
			if late > 0 && !over.Swap(true) {
				c.answer(late, body)
				if twice {
					c.answer(late, body)
				}
			}
			if over.Load() {
				c.answer(id, body)
			}
		}
	}).address
}
