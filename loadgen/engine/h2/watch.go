package h2

import (
	"encoding/binary"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A Watch follows what another client writes to a connection and reads from it, and finds the answers that no request asked for. It
// counts what [Client] counts: a header on a stream that was never opened, and a header with a status on a stream that the server
// has ended. It is for one goroutine at a time.
type Watch struct {
	preface        int // bytes of the client's preface that were not written yet
	sent, received pieces
	open           map[uint32]struct{} // streams that the server has not ended
	next           uint32              // all before it were opened
	decoder        *hpack.Decoder
	block          watchedBlock
	unasked        int // answers in what is being read
	lost           bool
}

// A watchedBlock is the header block that is being read.
type watchedBlock struct {
	stream  uint32 // 0 for none
	ends    bool   // it ends its stream
	status  bool   // it has one
	padded  bool   // the length of the padding follows
	skip    int    // bytes of a priority that follow
	padding int    // bytes at the end of the frame
}

// mostWatched bounds the streams of one connection that the server has not ended, those that the client has given up included.
const mostWatched = 1 << 16

// NewWatch returns the watch of a new connection.
func NewWatch() *Watch {
	w := &Watch{preface: len(http2.ClientPreface), open: map[uint32]struct{}{}, next: 1}
	w.decoder = hpack.NewDecoder(4096, w.field)
	w.decoder.SetMaxStringLength(maxHeaders)
	return w
}

// Lost reports whether the watch can no longer tell which answers were asked for.
func (w *Watch) Lost() bool { return w.lost }

// Sent takes what the client is about to write.
func (w *Watch) Sent(p []byte) {
	preface := min(len(p), w.preface)
	w.preface -= preface
	for p = p[preface:]; len(p) > 0 && !w.lost; {
		f := &w.sent
		if p = f.head(p); !f.begun() {
			return
		}
		if f.kind() == http2.FrameHeaders && f.stream() >= w.next {
			w.open[f.stream()] = struct{}{}
			w.next = f.stream() + 2
			w.lost = len(w.open) > mostWatched
		}
		_, p = f.payload(p)
		f.over()
	}
}

// Received takes what the client has read, and returns how many answers in it no request asked for.
func (w *Watch) Received(p []byte) (unasked int) {
	w.unasked = 0
	for len(p) > 0 && !w.lost {
		f := &w.received
		begins := !f.begun()
		if p = f.head(p); !f.begun() {
			break
		}
		if begins {
			w.begin(f)
		}
		var part []byte
		part, p = f.payload(p)
		if w.block.stream != 0 {
			w.part(part, f.left)
		}
		if f.over() {
			w.end(f)
		}
	}
	return w.unasked
}

// begin takes the head of a frame that the server sent.
func (w *Watch) begin(f *pieces) {
	b := &w.block
	switch kind := f.kind(); {
	case kind == http2.FramePushPromise, b.stream != 0 && kind != http2.FrameContinuation:
		w.lost = true // it is not allowed, and ends the connection
	case kind == http2.FrameContinuation:
		b.padding = 0
	case kind == http2.FrameHeaders:
		*b = watchedBlock{stream: f.stream(), ends: f.flags().Has(http2.FlagHeadersEndStream), padded: f.flags().Has(http2.FlagHeadersPadded)}
		if f.flags().Has(http2.FlagHeadersPriority) {
			b.skip = 5
		}
		if b.stream%2 == 1 && b.stream >= w.next {
			w.unasked++
		}
		w.decoder.SetEmitEnabled(true)
	}
}

// part takes a part of a header's frame, of which so many bytes are left.
func (w *Watch) part(p []byte, left int) {
	b := &w.block
	if b.padded && len(p) > 0 {
		b.padding, b.padded = int(p[0]), false
		p = p[1:]
	}
	skipped := min(len(p), b.skip)
	b.skip -= skipped
	p = p[skipped:]
	p = p[:max(0, min(len(p), len(p)+left-b.padding))]
	if _, err := w.decoder.Write(p); err != nil {
		w.lost = true
	}
}

// field takes the first fields of a header, up to one that does not begin with a colon. The rest is not made into strings.
func (w *Watch) field(f hpack.HeaderField) {
	w.block.status = w.block.status || f.Name == ":status"
	w.decoder.SetEmitEnabled(f.IsPseudo())
}

// end takes the end of a frame that the server sent.
func (w *Watch) end(f *pieces) {
	switch f.kind() {
	case http2.FrameData:
		if f.flags().Has(http2.FlagDataEndStream) {
			delete(w.open, f.stream())
		}
	case http2.FrameRSTStream:
		delete(w.open, f.stream())
	case http2.FrameHeaders, http2.FrameContinuation:
		if f.flags().Has(http2.FlagHeadersEndHeaders) {
			w.headed()
		}
	}
}

// headed takes the end of a header.
func (w *Watch) headed() {
	b := w.block
	w.block = watchedBlock{}
	if w.decoder.Close() != nil {
		w.lost = true
		return
	}
	if _, open := w.open[b.stream]; !open && b.status && b.stream%2 == 1 && b.stream < w.next {
		w.unasked++
	}
	if b.ends {
		delete(w.open, b.stream)
	}
}

// pieces are the frames of one direction, which come in pieces.
type pieces struct {
	header [frameHeader]byte
	got    int // bytes of header
	left   int // bytes of the payload that follow
}

func (f *pieces) kind() http2.FrameType { return http2.FrameType(f.header[3]) }
func (f *pieces) flags() http2.Flags    { return http2.Flags(f.header[4]) }
func (f *pieces) stream() uint32        { return binary.BigEndian.Uint32(f.header[5:]) & mostInt31 }

// begun reports whether the frame's header is there.
func (f *pieces) begun() bool { return f.got == frameHeader }

// head takes the rest of the frame's header, and returns what follows.
func (f *pieces) head(p []byte) []byte {
	if f.begun() {
		return p
	}
	n := copy(f.header[f.got:], p)
	if f.got += n; f.begun() {
		f.left = int(f.header[0])<<16 | int(f.header[1])<<8 | int(f.header[2])
	}
	return p[n:]
}

// payload returns the part of the payload that is there, and what follows.
func (f *pieces) payload(p []byte) (part, rest []byte) {
	n := min(len(p), f.left)
	f.left -= n
	return p[:n], p[n:]
}

// over ends a frame that is whole, and reports whether it is. Its header stays until the next one.
func (f *pieces) over() bool {
	if f.left > 0 {
		return false
	}
	f.got = 0
	return true
}
