package loadgen

import (
	"io"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
	"github.com/unified-login/assay/loadgen/ledger"
)

// The attacks of the raw results. Every arrival has a result of the first, in the order of their sequence numbers, without
// which vegeta's plot would show nothing; the second half of a race has one of the second.
const (
	rawArrivals = "assay"
	rawSeconds  = "race"
)

// raw writes every exchange after the warm-up in vegeta's own encoding, which its report and plot read. A result's
// timestamp is the moment that the schedule intended, and its latency counts from there: what a user waited. Answers are
// not in it.
type raw struct {
	mu     sync.Mutex
	encode vegeta.Encoder
	begun  bool
	first  uint64 // number of an exchange
	err    error  // the first
}

func newRaw(w io.Writer) *raw { return &raw{encode: vegeta.NewEncoder(w)} }

// begin says that what is sent from number n on is to be written.
func (r *raw) begin(n uint64) {
	if !r.begun {
		r.begun, r.first = true, n
	}
}

func (r *raw) add(m *move, verdict ledger.Verdict) {
	a, request := &m.answer, &m.hand.request
	result := vegeta.Result{
		Attack: rawArrivals, Seq: m.n - r.first, Code: uint16(a.Status), Timestamp: m.due, Latency: a.Done.Sub(m.due),
		BytesOut: uint64(len(request.Body)), BytesIn: uint64(len(a.Body)),
		Method: "POST", URL: request.Route.URL.String(),
	}
	if m.phase.closed() {
		result.Latency = a.Done.Sub(a.Sent)
	}
	if m.second {
		result.Attack = rawSeconds
	}
	if !verdict.Right() {
		result.Error = verdict.String()
	}
	r.write(&result)
}

// unsent writes that an arrival was never sent.
func (r *raw) unsent(a arrival) {
	r.write(&vegeta.Result{Attack: rawArrivals, Seq: a.n - r.first, Timestamp: a.due, Latency: time.Since(a.due), Error: "unsent"})
}

func (r *raw) write(result *vegeta.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = r.encode(result)
	}
}
