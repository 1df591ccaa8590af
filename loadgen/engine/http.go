package engine

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// A generalLine sends through net/http: over HTTP/2, or through a proxy. All of them share one transport.
type httpConnection struct {
	client   http.RoundTripper
	response *http.Response
	body     []byte
}

func (l *httpConnection) Dial(time.Duration) error { return nil }

func (l *httpConnection) Exchange(r *Request, timeout time.Duration) Answer {
	target := vegeta.Target{Method: http.MethodPost, URL: r.Route.URL.String(), Body: r.Body, Header: r.Route.Header}
	a := Answer{From: l, Sent: time.Now()}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	l.response = nil
	httpRequest, err := target.Request()
	if err != nil {
		return l.fail(a, err, true)
	}
	response, err := l.client.RoundTrip(httpRequest.WithContext(ctx))
	if err != nil {
		return l.fail(a, err, !connected.Load())
	}
	l.response = response
	defer func() { _ = response.Body.Close() }() // whatever was to be learnt has been read
	a.Status = response.StatusCode
	l.body, err = appendAll(l.body[:0], io.LimitReader(response.Body, maxBody+1))
	a.Truncated = len(l.body) > maxBody
	a.Body = l.body[:min(len(l.body), maxBody)]
	if err != nil {
		return l.fail(a, err, false)
	}
	a.Done = time.Now()
	return a
}

func (l *httpConnection) fail(a Answer, err error, unsent bool) Answer {
	a.Done, a.Unsent, a.Exhausted = time.Now(), unsent, unsent && exhausted(err)
	a.Failure, a.TimedOut = describe(err, unsent)
	return a
}

// appendAll is io.ReadAll into a buffer that is used again.
func appendAll(to []byte, from io.Reader) ([]byte, error) {
	for {
		if len(to) == cap(to) {
			to = append(to, 0)[:len(to)]
		}
		n, err := from.Read(to[len(to):cap(to)])
		to = to[:len(to)+n]
		if errors.Is(err, io.EOF) {
			return to, nil
		}
		if err != nil {
			return to, err
		}
	}
}

func (l *httpConnection) Close() {}

func (l *httpConnection) Shared() bool { return true }

func (l *httpConnection) Protocol() string {
	if l.response == nil {
		return ""
	}
	return l.response.Proto
}

func (l *httpConnection) Header() http.Header {
	if l.response == nil {
		return nil
	}
	return l.response.Header
}
