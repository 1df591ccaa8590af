// Package workers is the worker pool of a load run: it serves arrivals with as many workers as are needed at the same time.
//
// A [Job] has the arrivals of one phase of a run, those of a schedule or of a closed loop. A [Pool] follows the schedules of
// several jobs: [Pool.Follow] starts one, and [Pool.RunLoop] a closed loop.
package workers

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
)

// An Arrival is one turn of a job.
type Arrival struct {
	// N is its number in the run, from 0.
	N uint64
	// Due is when the schedule intended it; in a closed loop, when it began.
	Due time.Time
}

// A Result is the result of an arrival that a worker served.
type Result uint8

// The results.
const (
	Sent        Result = iota
	Unreachable        // it counts as sent, but the target refused the connection, or closed it without an answer
	Unsent             // nothing was sent
	Short              // nothing was sent, because this machine can open no more connections; another worker may have one
)

// A Job has the arrivals of one phase of a run, for workers of the type W. Its counters are safe for concurrent use.
type Job[W any] struct {
	schedule arrivals.Schedule // nil in a closed loop
	serve    func(W, Arrival) Result
	compose  func(W, Arrival) bool // this and judge are the parts of serve, for an Attack
	judge    func(W) Result
	lost     func(Arrival) // nil for nothing
	start    time.Time
	ctx      context.Context // ends when workers have to give up waiting
	cancel   context.CancelFunc

	cursor
	number  atomic.Uint64  // of a closed loop's next arrival, counted through the run
	open    sync.WaitGroup // arrivals that were taken and are not settled
	over    atomic.Bool    // a closed loop takes no more arrivals
	ended   chan struct{}  // closed with over
	turns   sync.Mutex     // held while a closed loop takes an arrival, so that they start in the order of their numbers
	offered atomic.Int64   // arrivals that became due, except those that wait for a worker
	unsent  atomic.Int64   // of those, the ones that were never sent
	crowded atomic.Int64   // of those, the ones that waited for a worker
	short   atomic.Int64   // of those, the ones that waited for a connection of this machine, or had none
}

// A cursor is the position in a job's schedule. The pool's lock guards it.
type cursor struct {
	first uint64 // number of the job's first arrival in the run
	taken int    // arrivals
	held  bool   // open counts the arrivals that are not taken, as one
}

// NewJob returns a job with the arrivals of a schedule, or of a closed loop if it is nil. serve makes a worker send an
// arrival; if the result is Short, it is called again for the arrival when another connection may be free. Its wait for a code or a connection has to end with the job's [Job.Context],
// which ends with ctx.
func NewJob[W any](ctx context.Context, schedule arrivals.Schedule, serve func(W, Arrival) Result) *Job[W] {
	j := &Job[W]{schedule: schedule, serve: serve, ended: make(chan struct{})}
	j.ctx, j.cancel = context.WithCancel(ctx)
	return j
}

// Split says of which parts serve consists, for an [Attack], which sends between them. compose prepares what a worker sends for an
// arrival; it returns false if nothing can be sent. judge says how the arrival went.
func (j *Job[W]) Split(compose func(W, Arrival) bool, judge func(W) Result) {
	j.compose, j.judge = compose, judge
}

// Begin starts the job's time. n is the number of its first arrival in the run. lost is called for every arrival that is
// never sent; nil for nothing.
func (j *Job[W]) Begin(n uint64, lost func(Arrival)) {
	j.start, j.first, j.lost = time.Now(), n, lost
	j.number.Store(n)
}

// Start is when the job began.
func (j *Job[W]) Start() time.Time { return j.start }

// Context ends when workers have to give up waiting.
func (j *Job[W]) Context() context.Context { return j.ctx }

// Closed reports whether the job is a closed loop.
func (j *Job[W]) Closed() bool { return j.schedule == nil }

// Rate is the rate that the schedule intends after some time, per second; 0 in a closed loop.
func (j *Job[W]) Rate(elapsed time.Duration) float64 {
	if j.Closed() {
		return 0
	}
	return j.schedule.Rate(elapsed)
}

// Offered is how many arrivals became due, except those that wait for a worker: see [Pool.Overdue].
func (j *Job[W]) Offered() int64 { return j.offered.Load() }

// Unsent is how many of the offered arrivals were never sent.
func (j *Job[W]) Unsent() int64 { return j.unsent.Load() }

// Crowded is how many of the offered arrivals waited for a worker.
func (j *Job[W]) Crowded() int64 { return j.crowded.Load() }

// Short is how many of the offered arrivals found that this machine could open no more connections.
func (j *Job[W]) Short() int64 { return j.short.Load() }

// NextNumber is the number of the first arrival after the job.
func (j *Job[W]) NextNumber() uint64 {
	if j.Closed() {
		return j.number.Load()
	}
	return j.first + uint64(j.schedule.Len())
}

// End says that the job's time is over: a closed loop takes no more arrivals.
func (j *Job[W]) End() {
	j.turns.Lock()
	defer j.turns.Unlock()
	if !j.over.Swap(true) {
		close(j.ended)
	}
}

// Ended reports whether the job's time is over.
func (j *Job[W]) Ended() bool { return j.over.Load() }

// Wait waits until everything that was due is settled.
func (j *Job[W]) Wait() { j.open.Wait() }

// next returns the next arrival of a closed loop; false when its time is over.
func (j *Job[W]) next() (Arrival, bool) {
	j.turns.Lock()
	defer j.turns.Unlock()
	if j.over.Load() || j.ctx.Err() != nil {
		return Arrival{}, false
	}
	j.offered.Add(1)
	j.open.Add(1)
	return Arrival{N: j.number.Add(1) - 1, Due: time.Now()}, true
}

// hold keeps the job open for the arrivals of its schedule. The pool's lock is held.
func (j *Job[W]) hold() {
	j.held = true
	j.open.Add(1)
}

// take returns the next arrival of a schedule; false after the last. The pool's lock is held.
func (j *Job[W]) take() (Arrival, bool) {
	if !j.held {
		return Arrival{}, false
	}
	a := Arrival{N: j.first + uint64(j.taken), Due: j.start.Add(j.schedule.At(j.taken))}
	j.open.Add(1)
	if j.taken++; j.taken == j.schedule.Len() {
		j.release()
	}
	return a, true
}

// release ends hold: no more arrivals are taken. The pool's lock is held.
func (j *Job[W]) release() {
	if j.held {
		j.held = false
		j.open.Done()
	}
}

// abandon settles the arrivals that are due and were not taken as unsent, drops the later ones, and ends the job's context. The
// dispatcher's lock is held.
func (j *Job[W]) abandon(now time.Time) {
	defer j.cancel()
	for a, ok := j.take(); ok; a, ok = j.take() {
		if a.Due.After(now) {
			j.open.Done()
			break
		}
		j.offered.Add(1)
		j.settle(a, Unsent)
	}
	j.release()
}

// pause waits for some time, but not beyond the job's.
func (j *Job[W]) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-j.ended:
	case <-j.ctx.Done():
	}
}

// settle marks an arrival as done.
func (j *Job[W]) settle(a Arrival, result Result) {
	if result >= Unsent {
		j.unsent.Add(1)
		if j.lost != nil {
			j.lost(a)
		}
	}
	j.open.Done()
}
