package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/redact"
)

// maxReply is the longest reply over HTTP, in bytes.
const maxReply = 16 << 20

// HTTP returns a host whose driver answers POST requests at address. A non-empty token is sent as a bearer token. The
// client may be nil; its redirect policy is ignored, because a redirected POST is a different request.
//
// An answer that is a redirect, not 200, HTML, malformed, longer than 16 MiB or for another request is a
// *[assay.DriverError]. No answer within 30 s is one, too (60 s for hello), counted from the answer to the previous request.
// After two requests in a row without an answer on a new connection, because the driver hangs or cannot be reached, no more
// are sent. A request whose connection was idle before, and was closed without a byte of the answer, is repeated once on
// a new one; those that must not be done twice have a new connection from the start.
func HTTP(address, token string, client *http.Client) assay.Host {
	own := http.Client{}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &httpHost{address: address, token: token, connections: newConnections(own), limits: limits{startLimit, askLimit}}
}

type httpHost struct {
	address, token string
	connections    connections
	limits         limits
	silence        silence
	queue          queue
	asked          atomic.Int64
}

// Ask implements [assay.Host].
func (h *httpHost) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if why := h.silence.dead(); why != "" {
		return assay.HostReply{}, gone(request.Op, why)
	}
	limit, began := h.limits.of(request.Op), time.Now()
	ctx, turn, leave := h.queue.join(ctx, limit)
	defer leave()
	h.queue.ask(turn)

	numbered := request
	numbered.ID = int(h.asked.Add(1))
	status, body, fresh, err := h.send(ctx, numbered)
	if err != nil {
		switch {
		case !fresh: // an idle connection that has died says nothing about the driver
		case slow(ctx):
			h.silence.unanswered(began, hanging(limit))
		case ctx.Err() == nil:
			h.silence.unanswered(began, fmt.Sprintf("the driver cannot be reached any more: %v", err))
		}
		return assay.HostReply{}, unanswered(ctx, request.Op, limit, err)
	}
	h.silence.answered()
	h.queue.answered()
	secrets := append(secretsOf(request), h.token)
	reply, fault := readReply(body, secrets...)
	if fault == nil && reply.ID == numbered.ID && (status == http.StatusOK || reply.Error != "") {
		return settle(request, reply)
	}
	return assay.HostReply{}, failed(request.Op, misanswered(status, numbered.ID, reply, fault, secrets), nil)
}

// misanswered describes a wrong answer. The status comes first, because it explains the other mistakes.
func misanswered(status, id int, reply assay.HostReply, fault error, secrets []string) string {
	switch {
	case status/100 == 3:
		return fmt.Sprintf("answered by a redirect, status %d, which is not followed; use the URL that it leads to", status)
	case status == http.StatusUnauthorized:
		return "answered 401: the driver requires another token"
	case status != http.StatusOK && fault == nil && reply.Error != "":
		return fmt.Sprintf("answered %d: %s", status, redact.Prose(reply.Error, secrets...))
	case status != http.StatusOK && fault == nil && reply.ID == id:
		return fmt.Sprintf("answered %d with a reply; a reply must have status 200", status)
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

// send posts a request, and says whether its last attempt had a new connection.
func (h *httpHost) send(ctx context.Context, request assay.HostRequest) (status int, body []byte, fresh bool, err error) {
	client := h.connections.kept
	if onlyOnce(request.Op) {
		client = h.connections.fresh
	}
	used := &connection{}
	status, body, err = h.post(used.watch(ctx), client, request)
	if err == nil || !used.reused.Load() {
		return status, body, true, err
	}
	client.CloseIdleConnections() // they have probably died with it
	if used.answered.Load() || ctx.Err() != nil {
		return status, body, false, err
	}
	status, body, err = h.post(ctx, h.connections.fresh, request)
	return status, body, true, err
}

func (h *httpHost) post(ctx context.Context, client *http.Client, request assay.HostRequest) (status int, body []byte, err error) {
	text, err := json.Marshal(request)
	if err != nil {
		return 0, nil, err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, h.address, bytes.NewReader(text))
	if err != nil {
		return 0, nil, errors.New("the driver's URL is malformed; write it like http://127.0.0.1:7081")
	}
	post.Header.Set("Content-Type", "application/json")
	post.Header.Set("Accept", "application/json")
	if h.token != "" {
		post.Header.Set("Authorization", "Bearer "+h.token)
	}
	response, err := client.Do(post)
	if err != nil {
		return 0, nil, withoutURL(err)
	}
	defer func() { _ = response.Body.Close() }() // the body has been read
	body, err = io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	if err == nil && len(body) > maxReply {
		err = fmt.Errorf("a reply of more than %d MiB", maxReply>>20)
	}
	return response.StatusCode, body, err
}

// withoutURL removes the URL that http.Client puts before an error: it may contain a secret.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
