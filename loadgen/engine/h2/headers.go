package h2

import (
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A block is the header block that is being read.
type block struct {
	stream   uint32 // 0 for none
	ends     bool   // it ends its stream
	bytes    []byte // of the frames before the last one
	frames   int    // CONTINUATION
	call     *Call  // nil where the stream has ended
	status   int    // 0 for none
	statuses int
	regular  bool   // a field without a colon was read
	wrong    string // what makes the answer malformed
	size     int    // of its fields
}

const (
	// mostContinuations bounds the frames of a header block.
	mostContinuations = 16
	// perField is what HTTP/2 counts for a field beside its name and value.
	perField = 32
)

// headers takes a header, or the first part of it.
func (c *conn) headers(f frame) error {
	call, err := c.stream(f)
	if err != nil {
		if f.stream%2 == 1 {
			c.client.unasked(c, f.stream)
		}
		return err
	}
	payload, err := unpadded(f)
	if err != nil {
		return err
	}
	if f.flags.Has(http2.FlagHeadersPriority) {
		if len(payload) < 5 {
			return violated("HEADERS without the priority that they announce")
		}
		payload = payload[5:]
	}
	if call != nil {
		c.idle = 0
	}
	c.block = block{stream: f.stream, ends: f.flags.Has(http2.FlagHeadersEndStream), bytes: c.block.bytes[:0]}
	if f.flags.Has(http2.FlagHeadersEndHeaders) {
		return c.decode(payload)
	}
	c.block.bytes = append(c.block.bytes, payload...)
	return nil
}

// continuation takes a further part of a header.
func (c *conn) continuation(f frame) error {
	b := &c.block
	if b.stream == 0 {
		return violated("CONTINUATION without HEADERS")
	}
	if b.frames++; b.frames > mostContinuations || len(b.bytes)+len(f.payload) > maxHeaders {
		return violated("a header of more than %d bytes or %d frames", maxHeaders, 1+mostContinuations)
	}
	b.bytes = append(b.bytes, f.payload...)
	if f.flags.Has(http2.FlagContinuationEndHeaders) {
		return c.decode(b.bytes)
	}
	return nil
}

// decode decodes a block, which changes the table of the connection even where nobody waits for it.
func (c *conn) decode(bytes []byte) error {
	b := &c.block
	id := b.stream
	b.stream, b.call = 0, c.streams[id]
	if call := b.call; call != nil {
		b.size = call.headerSize
		if !call.headed {
			call.Fields, call.length = call.Fields[:0], -1 // those of an interim answer say nothing
		}
	}
	_, err := c.decoder.Write(bytes)
	if err == nil {
		err = c.decoder.Close()
	}
	if err != nil {
		return violated("a header that cannot be decoded")
	}
	if b.call == nil {
		_, given := c.given[id]
		if b.ends {
			delete(c.given, id)
		}
		if !given && b.statuses > 0 {
			c.client.unasked(c, id)
		}
		return nil
	}
	b.call.headerSize = b.size
	return c.headed(b.call)
}

// headed acts on a block that was decoded: a header, an interim one, or a trailer.
func (c *conn) headed(call *Call) error {
	b := &c.block
	switch trailer := call.headed; {
	case b.wrong != "":
	case trailer && b.statuses > 0:
		b.wrong = "a second header"
	case trailer && !b.ends:
		b.wrong = "a trailer that does not end the answer"
	case trailer:
	case b.statuses != 1:
		b.wrong = "a header without one status"
	case b.status < 200 && b.ends:
		b.wrong = "an interim answer that ends"
	case b.status < 200:
		return nil
	}
	if b.wrong != "" {
		if b.ends {
			c.end(call, InDoubt, violated("%s", b.wrong), c.now)
			return nil
		}
		c.giveUp(call, InDoubt, violated("%s", b.wrong), http2.ErrCodeProtocol, c.now)
		return nil
	}
	if !call.headed {
		call.headed, call.Status = true, b.status
	}
	if b.ends {
		c.complete(call)
	}
	return nil
}

// field takes a field that was decoded.
func (c *conn) field(f hpack.HeaderField) {
	b := &c.block
	if b.size += len(f.Name) + len(f.Value) + perField; b.size > maxHeaders {
		b.wrong = "server response headers exceeded " + strconv.Itoa(maxHeaders) + " bytes"
		return
	}
	if f.IsPseudo() {
		if f.Name != ":status" || b.regular || len(f.Value) != 3 || !digits(f.Value) || f.Value[0] == '0' {
			b.wrong = "a header with a field that begins with a colon"
			return
		}
		b.statuses++
		b.status, _ = strconv.Atoi(f.Value) // three digits
		return
	}
	b.regular = true
	switch {
	case b.call == nil:
	case !validName(f.Name) || !httpguts.ValidHeaderFieldValue(f.Value):
		b.wrong = "a header with an invalid field"
	case b.call.headed: // a trailer says nothing that is judged
	default:
		b.call.Fields = append(b.call.Fields, f)
		if f.Name == "content-length" {
			b.length(f.Value)
		}
	}
}

// length reads a content-length.
func (b *block) length(value string) {
	n, err := strconv.ParseInt(value, 10, 63)
	if err != nil || !digits(value) || b.call.length >= 0 && b.call.length != n {
		b.wrong = "a header with an invalid content-length"
		return
	}
	b.call.length = n
}

// validName reports whether a name is valid: a token in lower case.
func validName(name string) bool {
	return httpguts.ValidHeaderFieldName(name) && strings.IndexFunc(name, func(r rune) bool { return 'A' <= r && r <= 'Z' }) < 0
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// complete ends a call whose stream the server has ended.
func (c *conn) complete(call *Call) {
	switch length, got := call.length, int64(len(call.Answer)); {
	case length < 0 || length == got || call.Status == 304 && got == 0:
		c.end(call, Answered, nil, c.now)
	case got < length:
		c.end(call, InDoubt, io.ErrUnexpectedEOF, c.now)
	default:
		c.end(call, InDoubt, violated("a body that is longer than its content-length"), c.now)
	}
}
