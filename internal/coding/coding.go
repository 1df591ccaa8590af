// Package coding decodes the bodies of answers as their Content-Encoding says.
package coding

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"strings"
)

// An Error says that a body cannot be decoded. An error of the connection is another type.
type Error struct{ cause error }

// Error implements error.
func (e Error) Error() string { return e.cause.Error() }

// IsGzip reports whether a Content-Encoding names gzip.
func IsGzip(encoding string) bool {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "gzip", "x-gzip":
		return true
	default:
		return false
	}
}

// Decoded returns a reader of a body without the gzip that its Content-Encoding names. Every other body, and an empty one, is
// returned as it is. The error is that of the header of gzip, or of the body's own reader.
func Decoded(encoding string, body io.Reader) (io.Reader, error) {
	if !IsGzip(encoding) {
		return body, nil
	}
	from := &source{Reader: body}
	buffered := bufio.NewReader(from)
	if _, err := buffered.Peek(1); errors.Is(err, io.EOF) {
		return buffered, nil
	}
	decoder, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, from.explain(err)
	}
	return &reader{decoder, from}, nil
}

// A source remembers the error of a body's own reader.
type source struct {
	io.Reader
	err error
}

// Read implements [io.Reader].
func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.err = err
	return n, err
}

// explain makes an [Error] of an error that the body's own reader has not caused.
func (s *source) explain(err error) error {
	if s.err != nil && !errors.Is(s.err, io.EOF) {
		return s.err
	}
	return Error{err}
}

// A reader decodes a source.
type reader struct {
	decoder io.Reader
	from    *source
}

// Read implements [io.Reader].
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.decoder.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.from.explain(err)
	}
	return n, err
}
