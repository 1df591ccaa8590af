package client

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

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
	return response, err
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

// describe puts an error of the transport in a few words, without addresses of this side or the URL. The beginning
// tells the kinds apart: "no connection", "no whole answer", "interrupted", or how an answer broke off.
func describe(err error, connected bool, timeout time.Duration) string {
	text := cause(err)
	var timedOut net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timedOut) && timedOut.Timeout():
		if connected {
			return fmt.Sprintf("no whole answer within %s", timeout)
		}
		return fmt.Sprintf("no connection within %s", timeout)
	case !connected:
		return "no connection: " + text
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return errBroken.Error()
	default:
		return text
	}
}

// cause is the innermost part of an error that says something, cut to a line.
func cause(err error) string {
	const most = 200
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err
	}
	prefix := ""
	var operation *net.OpError
	for errors.As(err, &operation) {
		if operation.Op == "proxyconnect" {
			prefix = "the proxy: "
		}
		err = operation.Err
	}
	var call *os.SyscallError
	if errors.As(err, &call) {
		err = call.Err
	}
	text := strings.TrimPrefix(err.Error(), "net/http: HTTP/1.x transport connection broken: ")
	text = strings.TrimPrefix(text, "net/http: ")
	if text == "http: server closed idle connection" { // it was to be used, but the server was faster
		text = errBroken.Error()
	}
	if strings.HasPrefix(text, "readLoopPeekFail") { // a slip of net/http's: its error has no cause to show
		text = errUnasked.Error()
	}
	text = prefix + text
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
