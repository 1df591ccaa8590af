package secrets

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"unicode/utf8"
)

// mostUnpacked is how much of what is compressed is searched, and unpackWork what it costs to try.
const mostUnpacked, unpackWork = 64 << 10, 4 << 10

// unpacked returns what bytes hold in compressed form: by gzip anywhere in them, or by zlib from their start on. It is nil if they
// hold no such thing.
func (x *finder) unpacked(text []byte) (plain []byte) {
	var from io.ReadCloser
	var err error
	if at := bytes.Index(text, []byte{0x1f, 0x8b, 8}); at >= 0 && x.spend(unpackWork) {
		from, err = gzip.NewReader(bytes.NewReader(text[at:]))
	} else if len(text) > 1 && text[0] == 0x78 && bytes.IndexByte([]byte{0x01, 0x5e, 0x9c, 0xda}, text[1]) >= 0 && x.spend(unpackWork) {
		from, err = zlib.NewReader(bytes.NewReader(text))
	}
	if from == nil || err != nil {
		return nil
	}
	plain, _ = io.ReadAll(io.LimitReader(from, mostUnpacked)) // what comes before an error counts
	_ = from.Close()                                          // its error has been met
	if !x.spend(len(plain)) {
		return nil
	}
	return plain
}

// Opaque reports whether bytes are no text in any encoding of characters: something compressed or encrypted, in which no secret can be
// found.
func Opaque(text []byte) bool {
	if utf8.Valid(text) || legible(text) || looksWide(text) {
		return false
	}
	return bytes.ContainsFunc(text, func(c rune) bool {
		return c < ' ' && c != 0 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b
	})
}
