package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/internal/redact"
)

const (
	// maxReply is the longest reply over HTTP, in bytes.
	maxReply = 16 << 20
	// bigReply is the length from which replies are read one at a time, so that many long ones do not fill the memory.
	bigReply = 1 << 20
)

// HTTP returns a host whose driver answers POST requests at address. A non-empty token is sent as a bearer token. The
// client may be nil; its redirect policy is ignored, because a redirected POST is a different request.
//
// An answer that is a redirect, not 200, HTML, malformed, longer than 16 MiB or for another request is a
// *[assay.DriverError]. No answer within 30 s is one, too (60 s for hello), counted from the answer to the previous request.
// After two requests in a row without an answer on a new connection, because the driver hangs or cannot be reached, no more
// are sent; while it is silent, the second has less time. A request whose connection was closed without a byte of the answer
// is repeated once on a new one. Those that must not be done twice are not, and have a new connection from the start.
func HTTP(address, token string, client *http.Client) assay.Host {
	return newHTTPHost(address, token, client)
}

func newHTTPHost(address, token string, client *http.Client) *httpHost {
	own := http.Client{}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &httpHost{
		address: address, token: token, connections: newConnections(own), limits: limits{startLimit, askLimit},
		big: make(chan struct{}, 1),
	}
}

type httpHost struct {
	address, token string
	header         http.Header // of the target's transport
	connections    connections
	limits         limits
	silence        silence
	queue          queue
	asked          atomic.Int64
	big            chan struct{} // held while a big reply is read
}

// A result is what came back for one request.
type result struct {
	status int
	reply  assay.HostReply
	fault  error // why the body is not a reply
	fresh  bool  // its connection was new
	begun  bool  // a byte arrived
	closed bool  // its connection was closed before a byte arrived
	big    bool  // it is longer than bigReply
}

// Ask implements [assay.Host].
func (h *httpHost) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if why := h.silence.dead(); why != "" {
		return assay.HostReply{}, gone(request.Op, why)
	}
	sent := sending{op: request.Op, limit: h.silence.limit(h.limits.of(request.Op)), began: time.Now()}
	ctx, turn, leave := h.queue.join(ctx, sent.limit)
	defer leave()
	h.queue.ask(turn)

	numbered := request
	numbered.ID = int(h.asked.Add(1))
	got, err := h.send(ctx, numbered)
	if err != nil {
		err = got.explain(err)
		if got.begun {
			sent.hint = "; it began and did not end"
		}
		h.missed(ctx, sent, got, err)
		return assay.HostReply{}, unanswered(ctx, sent, err)
	}
	h.queue.answered()
	if got.fault == nil && got.reply.ID == numbered.ID && (got.status == http.StatusOK || got.reply.Error != "") {
		h.silence.answered(request.Op, sent.began)
		return settle(request, got.reply)
	}
	why := misanswered(got, numbered.ID, h.secrets(request))
	if got.big { // a run of such answers would take long
		h.silence.lost(sent.began, why)
	} else {
		h.silence.answered(request.Op, sent.began)
	}
	return assay.HostReply{}, failed(request.Op, why, nil)
}

func (h *httpHost) secrets(request assay.HostRequest) []string {
	return append(secretsOf(request), h.token)
}

// explain says what err, the end of the request, means.
func (r result) explain(err error) error {
	switch failure := failures.Classify(err, true, 0); {
	case failure.Kind == assay.Unsolicited, failure.Kind == assay.NoConnection: // the error itself is no sentence
		return errors.New(failure.Text)
	case r.closed:
		return fmt.Errorf("the driver closed the connection without an answer, and may say why in its log: %w", err)
	case r.begun && errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the answer broke off before its end, and the driver may say why in its log: %w", err)
	case failure.Kind == assay.NotHTTP:
		return withoutReply(err)
	default:
		return err
	}
}

// missed counts a request without a whole answer.
func (h *httpHost) missed(ctx context.Context, sent sending, got result, err error) {
	switch {
	case slow(ctx):
		h.silence.timedOut(sent)
		h.queue.hurry(h.silence.limit)
	case ctx.Err() != nil || !got.fresh: // an idle connection that has died says nothing about the driver
	case got.begun:
		h.silence.lost(sent.began, fmt.Sprintf("the driver's answers do not arrive any more: %v", err))
	default:
		h.silence.lost(sent.began, fmt.Sprintf("the driver cannot be reached any more: %v", err))
	}
}

// misanswered describes a wrong answer. The status comes first, because it explains the other mistakes.
func misanswered(got result, id int, secrets []string) string {
	switch status, reply, fault := got.status, got.reply, got.fault; {
	case status/100 == 3 && status != http.StatusNotModified:
		return fmt.Sprintf("answered by a redirect, status %d, which is not followed; use the URL that it leads to", status)
	case status == http.StatusUnauthorized:
		return "answered 401: the driver requires another token"
	case status == http.StatusProxyAuthRequired && (fault != nil || reply.Error == ""):
		return "answered 407: a proxy in between requires a user name and password; give them in transport.proxy or HTTP_PROXY, or reach the driver without it"
	case status != http.StatusOK && fault == nil && reply.Error != "":
		return fmt.Sprintf("answered %d: %s", status, redact.Prose(reply.Error, secrets...))
	case status != http.StatusOK && fault == nil && reply.ID == id:
		return fmt.Sprintf("answered %d with a reply; a reply must have status 200", status)
	case status == http.StatusTooManyRequests, status/100 == 5:
		return fmt.Sprintf("answered %d; the driver, or a proxy before it, may say why in its log", status)
	case status != http.StatusOK:
		return fmt.Sprintf("answered %d; check that the URL is the driver's", status)
	case fault != nil:
		return fmt.Sprintf("answered by %v; check that the URL is the driver's", fault)
	case reply.ID == 0:
		return "answered by a reply without the id of its request"
	default:
		return fmt.Sprintf("request %d was answered by a reply to %d", id, reply.ID)
	}
}

// send posts a request.
func (h *httpHost) send(ctx context.Context, request assay.HostRequest) (result, error) {
	if onlyOnce(request.Op) {
		return h.post(ctx, h.connections.fresh, request)
	}
	got, err := h.post(ctx, h.connections.kept, request)
	if err == nil || !got.closed || ctx.Err() != nil {
		return got, err
	}
	h.connections.kept.CloseIdleConnections() // they have probably died with it
	return h.post(ctx, h.connections.fresh, request)
}

// post posts a request once.
func (h *httpHost) post(ctx context.Context, client *http.Client, request assay.HostRequest) (got result, err error) {
	used := &connection{}
	defer func() {
		got.fresh, got.begun, got.closed = !used.reused.Load(), used.answered.Load(), err != nil && used.closed(err)
	}()
	text, err := json.Marshal(request)
	if err != nil {
		return got, err
	}
	post, err := http.NewRequestWithContext(used.watch(ctx), http.MethodPost, h.address, bytes.NewReader(text))
	if err != nil {
		return got, errors.New("the driver's URL is malformed; write it like http://127.0.0.1:7081")
	}
	maps.Copy(post.Header, h.header)
	post.Header.Set("Content-Type", "application/json")
	post.Header.Set("Accept", "application/json")
	if h.token != "" {
		post.Header.Set("Authorization", "Bearer "+h.token)
	}
	response, err := client.Do(post)
	if err != nil {
		return got, withoutURL(err)
	}
	defer func() { _ = response.Body.Close() }() // the body has been read
	if got.status = response.StatusCode; got.status == http.StatusSwitchingProtocols {
		return got, nil // the data that follows belongs to another protocol, may never end, and follows no context
	}
	body, done, err := h.body(ctx, response.Body)
	defer done()
	if err == nil {
		got.big = len(body) > bigReply
		got.reply, got.fault = readReply(body, h.secrets(request)...)
	}
	return got, err
}

// body reads the body of an answer. The caller calls done when it no longer needs it.
func (h *httpHost) body(ctx context.Context, from io.Reader) (text []byte, done func(), err error) {
	done = func() {}
	text, err = io.ReadAll(io.LimitReader(from, bigReply+1))
	if err != nil || len(text) <= bigReply {
		return text, done, err
	}
	select {
	case h.big <- struct{}{}:
		done = func() { <-h.big }
	case <-ctx.Done():
		return nil, done, ctx.Err()
	}
	rest, err := io.ReadAll(io.LimitReader(from, maxReply+1-int64(len(text))))
	text = append(text, rest...)
	if err == nil && len(text) > maxReply {
		err = fmt.Errorf("a reply of more than %d MiB; mint no more codes than asked for", maxReply>>20)
	}
	return text, done, err
}

// withoutURL removes the URL that http.Client puts before an error: it may contain a secret.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
