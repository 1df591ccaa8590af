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

// read takes down an answer within the client's bounds.
func read(from *http.Response) (*assay.Response, error) {
	response := &assay.Response{Status: from.StatusCode, Proto: from.Proto, Header: from.Header}
	if from.TLS != nil {
		response.TLS = tls.VersionName(from.TLS.Version)
	}
	if from.StatusCode == http.StatusSwitchingProtocols {
		return response, nil // what follows is no answer, and would never end
	}
	body, err := decoded(from.Header, &bounded{from.Body, MaxBody + maxPacking})
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

// maxPacking is what gzip may add to a body of MaxBody bytes. Without a bound a target could send blocks of nothing for as
// long as the client is patient, and have it unpack them.
const maxPacking = 8 << 10

// errTooLong ends the reading of a body that has not ended itself.
var errTooLong = errors.New("the body is longer than the client reads")

// bounded reads up to left bytes, and fails if there are more.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// decoded undoes gzip. An answer without a body needs no undoing, whatever its header says.
func decoded(header http.Header, packed io.Reader) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Encoding"))) {
	case "gzip", "x-gzip":
	default:
		return packed, nil
	}
	body := bufio.NewReader(packed)
	if _, err := body.Peek(1); errors.Is(err, io.EOF) {
		return body, nil
	}
	return gzip.NewReader(body)
}

// encodingError names the kind of an error of gzip; it returns every other error as it is.
func encodingError(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return assay.FailureError{Failure: assay.Failure{Kind: assay.BadEncoding, Detail: err.Error()}}
	}
	return err
}
