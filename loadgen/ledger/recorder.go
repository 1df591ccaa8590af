package ledger

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/steady"
	"github.com/unified-login/assay/loadgen/codes"
)

// A Sample is one exchange as it is counted. Times are in nanoseconds.
type Sample struct {
	Endpoint          assay.Endpoint
	Server            int // the position of its API server; -1 if there is only one
	Verdict           Verdict
	Response, Service int64
	Done              int64 // the moment of the answer; 0 for none
	Lateness          int64 // -1 in a closed loop, which has no schedule
	Censored          bool  // it timed out, and would take longer
	// Uncompared is 1 if it was accepted with nothing to compare the identity with, and -1 if it confirmed an earlier one.
	Uncompared int64
	// Waited is about the code of a refused exchange.
	Waited Wait
	// Seen are the members of an accepted answer that identify its user, and Compared those with something to compare them with.
	Seen, Compared codes.Members
	// Suspicion is why an accepted answer may be another user's, and Retracted are such suspicions of earlier answers.
	Suspicion codes.Suspicion
	Retracted []codes.Accusation
}

const (
	// parts is how many workers can record at the same time without waiting for each other.
	parts = 16
	// batch is how many exchanges of a part are counted at once.
	batch = 64
)

// A Recorder counts the exchanges of many workers. It is safe for concurrent use.
//
// Exchanges wait in parts until there are enough to be counted at once, all in one window: its histograms are large, and
// adding up those of several windows would take so long that workers are late meanwhile.
type Recorder struct {
	parts [parts]part
	gap   gap

	mu     sync.Mutex // is locked after that of a part
	window *Window
}

type part struct {
	mu      sync.Mutex
	waiting []recorded // to be counted; a batch at most
	_       [64]byte   // two parts never share a cache line
}

type recorded struct {
	sample Sample
	tried  Attempts
}

// A gap is the longest time between two answers.
type gap struct{ last, longest atomic.Int64 }

// saw notes an answer at a moment, in nanoseconds.
func (g *gap) saw(now int64) {
	last := g.last.Swap(now)
	if last == 0 {
		return
	}
	for longest := g.longest.Load(); now-last > longest; longest = g.longest.Load() {
		if g.longest.CompareAndSwap(longest, now-last) {
			return
		}
	}
}

// NewRecorder returns an empty recorder.
func NewRecorder() *Recorder {
	r := &Recorder{window: NewWindow()}
	for i := range r.parts {
		r.parts[i].waiting = make([]recorded, 0, batch)
	}
	return r
}

// Record counts an exchange of the worker with a number, from 0; tried says what it attempted.
func (r *Recorder) Record(worker int, s Sample, tried Attempts) {
	part := &r.parts[worker%parts]
	part.mu.Lock()
	part.waiting = append(part.waiting, recorded{s, tried})
	if len(part.waiting) == batch {
		r.count(part)
	}
	part.mu.Unlock()
	if s.Done > 0 {
		r.gap.saw(s.Done)
	}
}

// count counts what waits in a part. The part's lock is held.
func (r *Recorder) count(part *part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range part.waiting {
		r.window.Record(part.waiting[i].sample, part.waiting[i].tried)
	}
	clear(part.waiting)
	part.waiting = part.waiting[:0]
}

// countAll counts what waits in all parts.
func (r *Recorder) countAll() {
	for i := range r.parts {
		part := &r.parts[i]
		part.mu.Lock()
		r.count(part)
		part.mu.Unlock()
	}
}

// Begin says when the first exchange may be sent.
func (r *Recorder) Begin(now time.Time) { r.gap.last.Store(steady.At(now).UnixNano()) }

// Gap is the longest time without an answer, from the beginning to the last answer.
func (r *Recorder) Gap() time.Duration { return time.Duration(r.gap.longest.Load()) }

// Collect moves everything that was counted since the last call into a window, which it empties first. It is for one
// goroutine at a time.
func (r *Recorder) Collect(into *Window) {
	into.reset()
	r.countAll()
	r.mu.Lock()
	defer r.mu.Unlock()
	*into, *r.window = *r.window, *into
}

// Right is the number of arrivals with correct answers since the last Collect.
func (r *Recorder) Right() int64 {
	r.countAll()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.window.Right()
}
