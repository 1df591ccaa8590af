package h2

import (
	"bytes"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A said writes frames into memory, as a client or a server.
type said struct {
	bytes.Buffer
	*http2.Framer
	block   bytes.Buffer
	encoder *hpack.Encoder
}

func newSaid() *said {
	s := &said{}
	s.Framer, s.encoder = http2.NewFramer(&s.Buffer, nil), hpack.NewEncoder(&s.block)
	return s
}

// head writes a header, of names and values.
func (s *said) head(id uint32, ends bool, fields ...string) {
	s.block.Reset()
	for i := 0; i+1 < len(fields); i += 2 {
		_ = s.encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: s.block.Bytes(), EndHeaders: true, EndStream: ends, PadLength: uint8(id)})
}

// asks returns what a client writes that opens the streams to 2n-1.
func asks(n int) []byte {
	s := newSaid()
	s.WriteString(http2.ClientPreface)
	_ = s.WriteSettings()
	for i := range n {
		s.head(uint32(2*i+1), false, ":method", "POST")
		_ = s.WriteData(uint32(2*i+1), true, []byte("{}"))
	}
	return s.Bytes()
}

// answersTwice returns what a server writes that answers n streams, each twice.
func answersTwice(n int) []byte {
	s := newSaid()
	_ = s.WriteSettings()
	for range 2 {
		for i := range n {
			s.head(uint32(2*i+1), false, ":status", "418", "x-a", "b")
			_ = s.WriteDataPadded(uint32(2*i+1), true, []byte("{}"), make([]byte, 5))
		}
	}
	return s.Bytes()
}

// A watch finds the same in whatever pieces the bytes come.
func TestAWatchOfPieces(t *testing.T) {
	const streams = 9
	for size := 1; size < 300; size++ {
		w, unasked := NewWatch(), 0
		for p := asks(streams); len(p) > 0; p = p[min(size, len(p)):] {
			w.Sent(p[:min(size, len(p))])
		}
		for p := answersTwice(streams); len(p) > 0; p = p[min(size, len(p)):] {
			unasked += w.Received(p[:min(size, len(p))])
		}
		if unasked != streams || w.Lost() || len(w.open) > 0 {
			t.Errorf("pieces of %d bytes: %d unasked, lost %t, open %v", size, unasked, w.Lost(), w.open)
		}
	}
}

// A watch that has lost its way says so, and counts nothing more.
func TestALostWatch(t *testing.T) {
	header := []byte{0, 0, 1, byte(http2.FrameHeaders), byte(http2.FlagHeadersEndHeaders | http2.FlagHeadersEndStream), 0, 0, 0, 1, 0x88}
	for name, received := range map[string][]byte{
		"a push":                {0, 0, 5, byte(http2.FramePushPromise), 4, 0, 0, 0, 1, 0, 0, 0, 2, 0x82},
		"a frame in a header":   {0, 0, 1, byte(http2.FrameHeaders), 0, 0, 0, 0, 1, 0x88, 0, 0, 0, byte(http2.FrameSettings), 0, 0, 0, 0, 0},
		"a block that is wrong": {0, 0, 1, byte(http2.FrameHeaders), byte(http2.FlagHeadersEndHeaders), 0, 0, 0, 1, 0xff, 0xff},
		"a block that is cut":   {0, 0, 2, byte(http2.FrameHeaders), byte(http2.FlagHeadersEndHeaders), 0, 0, 0, 1, 0x00, 0x05},
		"padding and no more":   {0, 0, 1, byte(http2.FrameHeaders), byte(http2.FlagHeadersEndHeaders | http2.FlagHeadersPadded), 0, 0, 0, 1, 9, 0, 0, 1, byte(http2.FrameHeaders), 4, 0, 0, 0, 1, 0xbf},
	} {
		w := NewWatch()
		w.Sent(asks(1))
		if n := w.Received(append(bytes.Clone(received), bytes.Repeat(header, 3)...)); n > 0 || !w.Lost() {
			t.Errorf("%s: %d unasked, lost %t", name, n, w.Lost())
		}
	}
	w := NewWatch()
	if w.Sent(asks(mostWatched)); w.Lost() {
		t.Error("it is lost with as many streams as it may have")
	}
	w = NewWatch()
	if w.Sent(asks(mostWatched + 1)); !w.Lost() {
		t.Error("streams that are never answered have no bound")
	}
}

// Frames cost no memory, if their header adds nothing to the connection's table.
func TestAWatchAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Log("the race detector allocates")
		return
	}
	w, ask, answer := NewWatch(), newSaid(), newSaid()
	answer.head(1, false, ":status", "200", "x-a", "b")
	w.Sent(asks(1))
	w.Received(answer.Bytes())
	answer.Reset()
	id := uint32(3)
	if n := testing.AllocsPerRun(1000, func() {
		ask.Reset()
		answer.Reset()
		_ = ask.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: []byte{0x83}, EndHeaders: true})
		_ = ask.WriteData(id, true, nil)
		_ = answer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: []byte{0x88, 0xbe}, EndHeaders: true})
		_ = answer.WriteData(id, true, nil)
		id += 2
		w.Sent(ask.Bytes())
		if w.Received(answer.Bytes()) > 0 {
			t.Fatal("an answer was not asked for")
		}
	}); n > 0 {
		t.Errorf("%v allocations for an exchange", n)
	}
	if w.Lost() {
		t.Error("it is lost")
	}
}
