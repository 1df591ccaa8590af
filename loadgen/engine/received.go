package engine

import (
	"net/http"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay/failures"
)

// A received is the source of the answer that a [vegeta.Result] has, which does not say over which version of HTTP it came.
type received struct{ header http.Header }

// Header implements [Source].
func (r received) Header() http.Header { return r.header }

// Protocol implements [Source].
func (r received) Protocol() string { return "HTTP/1.1" }

// Received is the answer that a result of vegeta's Attacker has, to a request that was given away at sent. A result has its failure as
// a text only: what does not say that there was no connection may have arrived. timeout only appears in a text.
func Received(sent time.Time, r *vegeta.Result, timeout time.Duration) Answer {
	a := Answer{Status: int(r.Code), From: received{r.Headers}, Sent: sent, Done: r.End()}
	if a.Done.Before(sent) {
		a.Done = sent
	}
	a.Truncated = len(r.Body) > maxBody
	a.Body = r.Body[:min(len(r.Body), maxBody)]
	if a.Status == 0 {
		a.Failure = failures.ClassifyText(r.Error, timeout)
	} else if err := a.decode(r.Headers.Get("Content-Encoding")); err != nil {
		a.Failure = failures.Classify(err, true, timeout)
	}
	return a
}
