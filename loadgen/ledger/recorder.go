package ledger

import (
	"sync"

	"github.com/unified-login/assay"
)

// A Sample is one exchange as it is counted. Times are in nanoseconds.
type Sample struct {
	Endpoint          assay.Endpoint
	Verdict           Verdict
	Response, Service int64
	Lateness          int64 // -1 in a closed loop, which has no schedule
	Censored          bool  // it timed out, and would have taken longer
	Uncompared        bool  // it was accepted, and there was nothing to compare the identity with
}

// parts is how many workers can record at the same time without waiting for each other.
const parts = 4

// A Recorder counts the exchanges of many workers. It is safe for concurrent use.
type Recorder struct {
	parts [parts]part
}

type part struct {
	mu            sync.Mutex
	window, spare *Window
	_             [64]byte // two parts never share a cache line
}

// NewRecorder returns an empty recorder.
func NewRecorder() *Recorder {
	r := &Recorder{}
	for i := range r.parts {
		r.parts[i].window, r.parts[i].spare = NewWindow(), NewWindow()
	}
	return r
}

// Record counts an exchange of the worker with a number, from 0; tried says what it attempted.
func (r *Recorder) Record(worker int, s Sample, tried Attempts) {
	part := &r.parts[worker%parts]
	part.mu.Lock()
	part.window.Times.record(s)
	part.window.ByEndpoint[Index(s.Endpoint)][s.Verdict]++
	part.window.Attempts.Add(tried)
	if s.Uncompared {
		part.window.Uncompared++
	}
	part.mu.Unlock()
}

// Collect moves everything that was counted since the last call into a window, which it empties first. It is for one
// goroutine at a time.
func (r *Recorder) Collect(into *Window) {
	into.reset()
	for i := range r.parts {
		part := &r.parts[i]
		part.mu.Lock()
		full := part.window
		part.window, part.spare = part.spare, full
		part.mu.Unlock()
		into.Add(full)
		full.reset()
	}
}

// Right is the number of arrivals with correct answers since the last Collect.
func (r *Recorder) Right() (n int64) {
	for i := range r.parts {
		part := &r.parts[i]
		part.mu.Lock()
		n += part.window.Right()
		part.mu.Unlock()
	}
	return n
}
