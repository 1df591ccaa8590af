package ledger

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// The attack names of the raw results. Every arrival has one result of the first name, in the order of its numbers:
// vegeta's plot needs them without gaps. The second exchange of a race has a result of the other name.
const (
	rawArrivals = "assay"
	rawSeconds  = "race"
)

// Raw writes every exchange in vegeta's own encoding, which its report and plot read. A result's timestamp is the moment
// that the schedule intended, and its latency counts from there. It has no bodies. It is safe for concurrent use.
type Raw struct {
	mu     sync.Mutex
	encode vegeta.Encoder
	begun  bool
	first  uint64 // number of an arrival
	err    error  // the first
}

// NewRaw returns a Raw that writes to w.
func NewRaw(w io.Writer) *Raw { return &Raw{encode: vegeta.NewEncoder(w)} }

// Begin sets the number of the first arrival that is written, once.
func (r *Raw) Begin(n uint64) {
	if !r.begun {
		r.begun, r.first = true, n
	}
}

// Add writes an exchange.
func (r *Raw) Add(x *Exchange, verdict Verdict) {
	result := x.Result(r.first, verdict)
	r.write(&result)
}

// Result is the exchange as vegeta has it, with the verdict as its error if that is not right. The arrival with the number first has
// the sequence number 0. The second exchange of a race has the number of the first, and belongs to an attack of another name.
func (x *Exchange) Result(first uint64, verdict Verdict) vegeta.Result {
	a, request := &x.Answer, x.Request
	result := vegeta.Result{
		Attack: rawArrivals, Seq: x.Number - first, Code: uint16(a.Status), Timestamp: x.Due, Latency: a.Done.Sub(x.Due),
		BytesOut: uint64(len(request.Body)), BytesIn: uint64(len(a.Body)),
		Method: "POST", URL: request.Route.URL.String(),
	}
	if x.Closed {
		result.Latency = a.Done.Sub(a.Sent)
	}
	if x.Second {
		result.Attack = rawSeconds
	}
	if !verdict.Right() {
		result.Error = verdict.String()
	}
	return result
}

// Unsent writes an arrival that was never sent.
func (r *Raw) Unsent(n uint64, due time.Time) {
	r.write(&vegeta.Result{Attack: rawArrivals, Seq: n - r.first, Timestamp: due, Latency: time.Since(due), Error: "unsent"})
}

func (r *Raw) write(result *vegeta.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = r.encode(result)
	}
}

// Err is the first error of writing.
func (r *Raw) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// mostOfRaw is how much of a file IsRaw reads; the first result is shorter.
const mostOfRaw = 64 << 10

// IsRaw reports whether a file begins as raw results do, or has nothing. Those of a run that was killed are cut off anywhere.
func IsRaw(file io.Reader) bool {
	text, err := io.ReadAll(io.LimitReader(file, mostOfRaw))
	if err != nil {
		return false // nobody can tell what it has
	}
	var result vegeta.Result
	err = vegeta.NewDecoder(bytes.NewReader(text))(&result)
	return err == nil || len(text) == 0 || errors.Is(err, io.ErrUnexpectedEOF) && beginsRaw(text)
}

// beginsRaw compares a text, or its begin, with the first message that encoding/gob writes of any result.
func beginsRaw(text []byte) bool {
	var raw bytes.Buffer
	if err := vegeta.NewEncoder(&raw)(&vegeta.Result{}); err != nil {
		return false
	}
	begin := raw.Bytes()[:firstMessage]
	size := min(len(text), len(begin))
	return bytes.Equal(text[:size], begin[:size])
}

// firstMessage is how much of the first message is compared: it has the names of vegeta's type, and is longer.
const firstMessage = 64
