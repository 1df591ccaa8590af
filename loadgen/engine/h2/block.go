package h2

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http2/hpack"
)

// Positions in HPACK's static table (RFC 7541, appendix A).
const (
	authority, methodPost, path, schemeHTTP, schemeHTTPS = 1, 3, 4, 6, 7
	contentLength                                        = 28
)

// named are the positions of names that requests have.
func named(name string) uint64 {
	switch name {
	case "accept":
		return 19
	case "authorization":
		return 23
	case "content-type":
		return 31
	case "user-agent":
		return 58
	default:
		return 0
	}
}

// A Header is the header of a request, without content-length. It uses and changes no dynamic table, so that any connection can send it.
type Header struct {
	block []byte
	size  int // as HTTP/2 counts it, content-length included
}

// NewHeader is the header of a POST request to a URL. All fields but the usual ones are marked as secrets, which no one on the way may
// keep in a table either.
func NewHeader(address *url.URL, header http.Header) Header {
	scheme := byte(schemeHTTP)
	if address.Scheme == "https" {
		scheme = schemeHTTPS
	}
	block := []byte{0x80 | methodPost, 0x80 | scheme}
	block = appendText(appendInteger(block, 0, 4, authority), address.Host)
	block = appendText(appendInteger(block, 0, 4, path), address.RequestURI())
	for _, name := range slices.Sorted(maps.Keys(header)) {
		lower := strings.ToLower(name)
		position, never := named(lower), byte(0x10)
		if position > 0 && lower != "authorization" {
			never = 0
		}
		for _, value := range header[name] {
			block = appendInteger(block, never, 4, position)
			if position == 0 {
				block = appendText(block, lower)
			}
			block = appendText(block, value)
		}
	}
	h := Header{block: block, size: len("content-length") + 20 + perField}
	fields, _ := hpack.NewDecoder(0, nil).DecodeFull(block) // it was made here
	for _, f := range fields {
		h.size += int(f.Size())
	}
	return h
}

// appendLength appends the field content-length.
func appendLength(to []byte, length int) []byte {
	var text [20]byte
	digits := strconv.AppendInt(text[:0], int64(length), 10)
	to = appendInteger(to, 0, 4, contentLength)
	to = append(to, byte(len(digits)))
	return append(to, digits...)
}

// appendInteger appends an integer with a prefix of so many bits (RFC 7541, 5.1).
func appendInteger(to []byte, flags byte, bits int, value uint64) []byte {
	most := uint64(1)<<bits - 1
	if value < most {
		return append(to, flags|byte(value))
	}
	to = append(to, flags|byte(most))
	for value -= most; value >= 0x80; value >>= 7 {
		to = append(to, byte(value)|0x80)
	}
	return append(to, byte(value))
}

// appendText appends a string as it is (RFC 7541, 5.2).
func appendText(to []byte, text string) []byte {
	return append(appendInteger(to, 0, 7, uint64(len(text))), text...)
}
