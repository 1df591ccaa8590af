package loadgen

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/workers"
)

var _ workers.Hitter = (*worker)(nil)

// Target implements [workers.Hitter].
func (w *worker) Target(second bool, t *vegeta.Target) {
	request := w.turn.x.Request
	if second {
		request = w.turn.twin.Request
	}
	*t = request.Target()
}

// Send implements [workers.Hitter].
func (w *worker) Send() bool {
	w.send()
	return !w.turn.short()
}

// short reports whether nothing was sent, because this machine can open no more connections.
func (t *turn) short() bool {
	return t.x.Answer.Exhausted() && (t.act.kind != race || t.twin.Answer.Exhausted())
}

// Response implements [workers.Hitter]. The answers of a race are one response: the first.
func (w *worker) Response() (*http.Response, error) {
	a := &w.turn.x.Answer
	if a.Status == 0 {
		return nil, errors.New(a.Failure.Brief().String())
	}
	return &http.Response{StatusCode: a.Status, Status: http.StatusText(a.Status), Proto: a.From.Protocol(), Header: a.From.Header(),
		Body: io.NopCloser(bytes.NewReader(a.Body)), ContentLength: int64(len(a.Body))}, nil
}

// Receive implements [workers.Hitter].
func (w *worker) Receive(second bool, sent time.Time, result *vegeta.Result) {
	x := &w.turn.x
	if second {
		x = &w.turn.twin
	}
	x.Answer = engine.Received(sent, result, w.timeout)
	if i := strings.IndexByte(result.URL, '#'); i >= 0 {
		result.URL = result.URL[:i]
	}
}
