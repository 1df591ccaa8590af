package client

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/unified-login/assay"
)

// read reads an answer within the client's bounds. The response is never nil.
func read(from *http.Response) (*assay.Response, error) {
	response := &assay.Response{Status: from.StatusCode, Proto: from.Proto, Header: from.Header}
	if from.TLS != nil {
		response.TLS = tls.VersionName(from.TLS.Version)
	}
	if from.StatusCode == http.StatusSwitchingProtocols {
		return response, nil // the data that follows belongs to another protocol and may never end
	}
	body, err := decoded(from.Header, &limitedReader{from.Body, MaxBody + gzipOverhead})
	if err == nil {
		response.Body, err = io.ReadAll(io.LimitReader(body, MaxBody+1))
	}
	if len(response.Body) > MaxBody {
		response.Body, response.Truncated = response.Body[:MaxBody], true
	}
	if errors.Is(err, errTooLong) {
		response.Truncated, err = true, nil
	}
	return response, encodingError(err)
}

// gzipOverhead is the most that gzip adds to a body of MaxBody bytes. Without this bound a target could send empty gzip
// blocks until the timeout, and the client would decode them all.
const gzipOverhead = 8 << 10

// errTooLong ends the reading of a body that is longer than the bound.
var errTooLong = errors.New("the body is longer than the client reads")

// A limitedReader reads up to left bytes and fails with errTooLong where there are more.
type limitedReader struct {
	io.Reader
	left int
}

// Read implements io.Reader.
func (r *limitedReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errTooLong
	}
	n, err := r.Reader.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// decoded returns a reader of the body without gzip. An empty body is not decoded, whatever the header says.
func decoded(header http.Header, encoded io.Reader) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Encoding"))) {
	case "gzip", "x-gzip":
	default:
		return encoded, nil
	}
	body := bufio.NewReader(encoded)
	if _, err := body.Peek(1); errors.Is(err, io.EOF) {
		return body, nil
	}
	return gzip.NewReader(body)
}

// encodingError gives an error of gzip its failure kind; it returns every other error unchanged.
func encodingError(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return assay.FailureError{Failure: assay.Failure{Kind: assay.BadEncoding, Detail: err.Error()}}
	}
	return err
}
