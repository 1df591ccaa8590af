package loadgen

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
type generalLine struct {
	client   http.RoundTripper
	response *http.Response
	body     []byte
}

func (l *generalLine) dial(time.Duration) error { return nil }

func (l *generalLine) exchange(r *request, timeout time.Duration) answer {
	target := vegeta.Target{Method: http.MethodPost, URL: r.way.url.String(), Body: r.body, Header: r.way.header}
	a := answer{from: l, sent: time.Now()}
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
	a.status = response.StatusCode
	l.body, err = appendAll(l.body[:0], io.LimitReader(response.Body, maxBody+1))
	a.truncated = len(l.body) > maxBody
	a.body = l.body[:min(len(l.body), maxBody)]
	if err != nil {
		return l.fail(a, err, false)
	}
	a.done = time.Now()
	return a
}

func (l *generalLine) fail(a answer, err error, unsent bool) answer {
	a.done, a.unsent, a.lacking = time.Now(), unsent, unsent && lacks(err)
	a.failure, a.timedOut = describe(err, unsent)
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

func (l *generalLine) close() {}

func (l *generalLine) protocol() string {
	if l.response == nil {
		return ""
	}
	return l.response.Proto
}

func (l *generalLine) header() http.Header {
	if l.response == nil {
		return nil
	}
	return l.response.Header
}
