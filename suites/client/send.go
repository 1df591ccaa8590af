package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
)

// send makes the round trip and returns when it began: a request with a barrier begins when the barrier opens. The response
// is not nil once a header has arrived, even where the body then broke off.
func (c *Client) send(ctx context.Context, request Request, built assay.Request, trace *trace) (*assay.Response, time.Time, error) {
	if request.Packed {
		built.Body = packed(built.Body)
	}
	sent := time.Now()
	sentAt := func() time.Time { return sent }
	body := io.Reader(bytes.NewReader(built.Body))
	if request.Barrier != nil {
		held := &heldBody{Reader: body, barrier: request.Barrier, ctx: ctx, patience: c.options.Timeout / 2}
		defer held.arrive() // a request without a connection must not delay the others
		body, sentAt = held, held.sentAt
	}
	response, err := c.once(ctx, request, built, body, trace)
	for attempt := 1; err != nil && attempt < maxAttempts && c.again(ctx, request, trace, err); attempt++ {
		response, err = c.once(ctx, request, built, bytes.NewReader(built.Body), trace)
	}
	return response, sentAt(), err
}

// packed compresses a body, fast: some are of many mebibytes.
func packed(body []byte) []byte {
	var text bytes.Buffer
	packer, _ := gzip.NewWriterLevel(&text, gzip.BestSpeed) // it fails for other levels only
	_, _ = packer.Write(body)                               // a buffer takes everything
	_ = packer.Close()
	return text.Bytes()
}

// maxAttempts is how often a request is sent that did not arrive.
const maxAttempts = 4

// again reports whether a request may be sent again: nothing of it was written, or the server has said that it did not process it.
// Otherwise one exchange could be two. A request of a race is not sent again, behind the others.
func (c *Client) again(ctx context.Context, request Request, trace *trace, err error) bool {
	return ctx.Err() == nil && request.Barrier == nil && (trace.unsent() || failures.NotProcessed(err))
}

// once sends a request and reads the answer.
func (c *Client) once(ctx context.Context, request Request, built assay.Request, body io.Reader, trace *trace) (*assay.Response, error) {
	httpRequest, err := http.NewRequestWithContext(trace.follow(ctx), built.Method, built.URL, http.NoBody)
	if err != nil {
		return nil, err
	}
	if size := int64(len(built.Body)); size > 0 || repeatable(httpRequest.Method) {
		// Without GetBody, net/http repeats only requests of which it has read nothing.
		httpRequest.Body, httpRequest.ContentLength = io.NopCloser(body), size
		if request.Chunked {
			httpRequest.ContentLength = -1
		}
	}
	httpRequest.Header = built.Header.Clone()
	if httpRequest.Header == nil {
		httpRequest.Header = http.Header{}
	}
	c.options.Route.Add(httpRequest.Header)
	if _, named := httpRequest.Header["User-Agent"]; !named {
		httpRequest.Header["User-Agent"] = nil // net/http then sends none
	}
	httpRequest.Host = httpRequest.Header.Get("Host") // "" is that of the URL
	httpRequest.Header.Del("Host")
	httpRequest.Close = request.Close
	transport := c.transport
	if request.Alone || c.keepNone.Load() || c.server(request.Replica).kept.Closes() {
		transport = newTransport(c.options.Timeout, c.options.Route) // a clone would share protocols of TLS, which net/http changes
		defer transport.CloseIdleConnections()
	}
	httpResponse, err := transport.RoundTrip(httpRequest)
	if err != nil {
		return nil, err
	}
	defer func() { _ = httpResponse.Body.Close() }() // the body has been read; an error says nothing new
	switch {
	case len(httpResponse.Header) > maxFields:
		return nil, errFields
	case httpResponse.StatusCode < http.StatusContinue:
		return nil, errStatus
	}
	if err := failures.CheckForwarded(transport.Proxy, httpRequest, httpResponse); err != nil {
		return nil, err
	}
	response, err := read(httpResponse)
	if conn := trace.conn.Load(); err == nil && conn != nil && endsWithConnection(httpResponse) && !json.Valid(response.Body) && conn.cut() {
		err = io.ErrUnexpectedEOF
	}
	return response, err
}

// endsWithConnection reports whether nothing but the end of the connection says where the body ends.
func endsWithConnection(response *http.Response) bool {
	return response.ProtoMajor == 1 && response.ContentLength < 0 && len(response.TransferEncoding) == 0
}

// repeatable reports whether net/http repeats a request with this method by itself.
func repeatable(method string) bool {
	switch method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	default:
		return false
	}
}
