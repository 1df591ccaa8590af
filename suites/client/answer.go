package client

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/coding"
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
	body, err := coding.Decoded(from.Header.Get("Content-Encoding"), &limitedReader{Reader: from.Body, left: MaxBody + gzipOverhead})
	if err == nil {
		response.Body, err = readAll(io.LimitReader(body, MaxBody+1))
	}
	if len(response.Body) > MaxBody {
		response.Body, response.Truncated = response.Body[:MaxBody], true
	}
	if errors.Is(err, errTooLong) {
		response.Truncated, err = true, nil
	}
	return response, err
}

// buffers are for answers whose length is not known: a buffer that grows is written several times over.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readAll is io.ReadAll, which copies what it reads once.
func readAll(from io.Reader) ([]byte, error) {
	buffer, _ := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	_, err := buffer.ReadFrom(from)
	return append(make([]byte, 0, buffer.Len()), buffer.Bytes()...), err
}

// errFields is the failure of an answer with too many header fields, as net/http says it of one with too many bytes.
var errFields = assay.FailureError{Failure: assay.Failure{Kind: assay.NotHTTP, Detail: fmt.Sprintf("server response headers exceeded %d fields", maxFields)}}

// errStatus is the failure of an answer whose status is no number from 100.
var errStatus = assay.FailureError{Failure: assay.Failure{Kind: assay.NotHTTP, Detail: "malformed HTTP response"}}

// gzipOverhead is the most that gzip adds to a body of MaxBody bytes. Without this bound a target could send empty gzip
// blocks until the timeout, and the client would decode them all.
const gzipOverhead = 8 << 10

// errTooLong ends the reading of a body that is longer than the bound.
var errTooLong = errors.New("the body is longer than the client reads")

// A limitedReader reads up to left bytes and fails with errTooLong where there are more.
type limitedReader struct {
	io.Reader
	left  int
	ended error // of Reader
}

// Read implements io.Reader.
func (r *limitedReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errTooLong
	}
	n, err := r.Reader.Read(p[:min(len(p), r.left)])
	r.left -= n
	r.ended = err
	return n, err
}
