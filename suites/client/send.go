package client

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/unified-login/assay"
)

// send makes the round trip and returns when it began: a request with a barrier begins when the barrier opens. The response
// is not nil once a header has arrived, even where the body then broke off.
func (c *Client) send(ctx context.Context, request Request, built assay.Request, trace *trace) (*assay.Response, time.Time, error) {
	sent := time.Now()
	sentAt := func() time.Time { return sent }
	body := io.Reader(bytes.NewReader(built.Body))
	if request.Barrier != nil {
		held := &heldBody{Reader: body, barrier: request.Barrier, ctx: ctx, patience: c.options.Timeout / 2}
		defer held.arrive() // a request without a connection must not delay the others
		body, sentAt = held, held.sentAt
	}
	httpRequest, err := http.NewRequestWithContext(trace.follow(ctx), built.Method, built.URL, http.NoBody)
	if err != nil {
		return nil, sent, err
	}
	setBody(httpRequest, request, built, body, trace)
	httpRequest.Header = built.Header.Clone()
	if httpRequest.Header == nil {
		httpRequest.Header = http.Header{}
	}
	if _, named := httpRequest.Header["User-Agent"]; !named {
		httpRequest.Header["User-Agent"] = nil // net/http then sends none
	}
	httpRequest.Close = request.Close
	transport := c.transport
	if request.Alone {
		transport = transport.Clone()
		defer transport.CloseIdleConnections()
	}
	httpResponse, err := transport.RoundTrip(httpRequest)
	if err != nil {
		return nil, sentAt(), err
	}
	defer func() { _ = httpResponse.Body.Close() }() // the body has been read; an error says nothing new
	response, err := read(httpResponse)
	return response, sentAt(), err
}

// setBody sets the body of httpRequest. net/http sends a request again where a kept-alive connection turns out to be
// closed. It may do so only while nothing of the request has been written: otherwise one exchange could be two.
func setBody(httpRequest *http.Request, request Request, built assay.Request, body io.Reader, trace *trace) {
	size := int64(len(built.Body))
	if size == 0 && !repeatable(httpRequest.Method) {
		return
	}
	httpRequest.Body, httpRequest.ContentLength = io.NopCloser(body), size
	if request.Chunked {
		httpRequest.ContentLength = -1
	}
	httpRequest.GetBody = func() (io.ReadCloser, error) {
		if request.Barrier != nil || !trace.unsent() {
			return nil, errBrokenOff
		}
		return io.NopCloser(bytes.NewReader(built.Body)), nil
	}
}

// errBrokenOff fails an exchange whose request may have arrived and must not be sent again.
var errBrokenOff error = assay.FailureError{Failure: assay.Failure{Kind: assay.BrokenOff}}

// repeatable reports whether net/http repeats a request with this method by itself.
func repeatable(method string) bool {
	switch method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	default:
		return false
	}
}
