package client

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/unified-login/assay"
)

// send makes the round trip and says when it began: a request that waits at a barrier begins when the barrier opens.
// The response is not nil once a header has arrived, even when the body then broke off.
func (c *Client) send(ctx context.Context, request Request, wire assay.Request, way *journey) (*assay.Response, time.Time, error) {
	sent := time.Now()
	began := func() time.Time { return sent }
	body := io.Reader(bytes.NewReader(wire.Body))
	if request.Barrier != nil {
		held := &heldBody{Reader: body, barrier: request.Barrier, ctx: ctx, patience: c.options.Timeout / 2}
		defer held.arrive() // one that finds no connection must not keep the others waiting
		body, began = held, held.began
	}
	httpRequest, err := http.NewRequestWithContext(way.trace(ctx), wire.Method, wire.URL, http.NoBody)
	if err != nil {
		return nil, sent, err
	}
	carry(httpRequest, request, wire, body, way)
	httpRequest.Header = wire.Header.Clone()
	if httpRequest.Header == nil {
		httpRequest.Header = http.Header{}
	}
	if _, named := httpRequest.Header["User-Agent"]; !named {
		httpRequest.Header["User-Agent"] = nil // keeps net/http's own away
	}
	httpRequest.Close = request.Close
	httpResponse, err := c.transport.RoundTrip(httpRequest)
	if err != nil {
		return nil, began(), err
	}
	defer func() { _ = httpResponse.Body.Close() }() // whatever was to be learnt has been read
	response, err := read(httpResponse)
	return response, began(), err
}

// carry gives the request its body. net/http sends a request again by itself when a kept-alive connection turns out to
// be closed; that it may do only as long as nothing of it has left, or one exchange would be two.
func carry(httpRequest *http.Request, request Request, wire assay.Request, body io.Reader, way *journey) {
	size := int64(len(wire.Body))
	if size == 0 && !repeatable(httpRequest.Method) {
		return
	}
	httpRequest.Body, httpRequest.ContentLength = io.NopCloser(body), size
	if request.Chunked {
		httpRequest.ContentLength = -1
	}
	httpRequest.GetBody = func() (io.ReadCloser, error) {
		if request.Barrier != nil || !way.unsent() {
			return nil, errBroken
		}
		return io.NopCloser(bytes.NewReader(wire.Body)), nil
	}
}

// errBroken is the end of an exchange whose request may have arrived.
var errBroken error = assay.FailureError{Failure: assay.Failure{Kind: assay.BrokenOff}}

// repeatable reports whether net/http takes a request of the method for one that may be sent twice.
func repeatable(method string) bool {
	switch method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	default:
		return false
	}
}
