package loadgen

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
)

// The names of phases. The steps of a search have names of their own.
const (
	WarmUp   = "warm-up"
	Measured = "measured"
)

// A phase is a part of a run with its own figures: the warm-up, the measurement, or a step of a search.
type phase struct {
	name     string
	schedule arrivals.Schedule // nil in a closed loop
	duration time.Duration
	start    time.Time

	cursor
	number   atomic.Uint64      // of a closed loop's next arrival, counted through the run
	open     sync.WaitGroup     // arrivals that were taken and are not settled
	codes    context.Context    // until when a worker waits for a code
	giveUp   context.CancelFunc // ends codes
	over     atomic.Bool        // a closed loop takes no more arrivals
	turns    sync.Mutex         // held while a closed loop takes an arrival, so that they start in the order of their numbers
	offered  atomic.Int64       // arrivals that became due, except those that wait for a worker
	unsent   atomic.Int64       // of those, the ones that were never sent
	crowded  atomic.Int64       // of those, the ones that waited for a worker
	recorder *ledger.Recorder
	lost     func(arrival) // is called for what was never sent; nil for nothing

	progress
}

// A cursor is the position in a phase's schedule. The pool's lock guards it.
type cursor struct {
	first uint64 // number of the phase's first arrival in the run
	taken int    // arrivals
	held  bool   // open counts the arrivals that are not taken, as one
}

// An arrival is one turn of a phase.
type arrival struct {
	n     uint64 // in the run, from 0
	due   time.Time
	phase *phase
}

func newPhase(ctx context.Context, name string, schedule arrivals.Schedule, duration time.Duration) *phase {
	p := &phase{name: name, schedule: schedule, duration: duration, recorder: ledger.NewRecorder(), progress: newProgress()}
	p.codes, p.giveUp = context.WithCancel(ctx)
	return p
}

// begin starts the phase's time. n is the number of its first arrival.
func (p *phase) begin(n uint64) {
	p.start, p.first = time.Now(), n
	p.number.Store(n)
}

// closed reports whether the phase is a closed loop.
func (p *phase) closed() bool { return p.schedule == nil }

// next returns the next arrival of a closed loop; false when its time is over.
func (p *phase) next() (arrival, bool) {
	p.turns.Lock()
	defer p.turns.Unlock()
	if p.over.Load() || p.codes.Err() != nil {
		return arrival{}, false
	}
	p.offered.Add(1)
	p.open.Add(1)
	return arrival{n: p.number.Add(1) - 1, due: time.Now(), phase: p}, true
}

// hold keeps the phase open for the arrivals of its schedule. The pool's lock is held.
func (p *phase) hold() {
	p.held = true
	p.open.Add(1)
}

// take returns the next arrival of a schedule; false after the last. The pool's lock is held.
func (p *phase) take() (arrival, bool) {
	if !p.held {
		return arrival{}, false
	}
	a := arrival{n: p.first + uint64(p.taken), due: p.start.Add(p.schedule.At(p.taken)), phase: p}
	p.open.Add(1)
	if p.taken++; p.taken == p.schedule.Len() {
		p.release()
	}
	return a, true
}

// release ends hold: no more arrivals are taken. The pool's lock is held.
func (p *phase) release() {
	if p.held {
		p.held = false
		p.open.Done()
	}
}

// end stops a closed loop: it takes no more arrivals.
func (p *phase) end() {
	p.turns.Lock()
	defer p.turns.Unlock()
	p.over.Store(true)
}

// settle marks an arrival as done.
func (p *phase) settle(a arrival, sent bool) {
	if !sent {
		p.unsent.Add(1)
		if p.lost != nil {
			p.lost(a)
		}
	}
	p.open.Done()
}

// nextNumber is the number of the first arrival after the phase.
func (p *phase) nextNumber() uint64 {
	if p.closed() {
		return p.number.Load()
	}
	return p.first + uint64(p.schedule.Len())
}

// rate is the rate that the schedule intends after some time, per second; 0 in a closed loop.
func (p *phase) rate(elapsed time.Duration) float64 {
	if p.closed() || elapsed > p.duration {
		return 0
	}
	return p.schedule.Rate(elapsed)
}

// rightByNow is the number of arrivals with correct answers so far.
func (p *phase) rightByNow() int64 { return p.total.Right() + p.recorder.Right() }

// second adds what was counted since the last call to the timeline, and returns its row. overdue is how many arrivals wait
// for a worker; last says that no call follows.
func (p *phase) second(inFlight, pool int, overdue int64, last bool) benchmark.Second {
	p.recorder.Collect(p.latest)
	p.elapsed = time.Since(p.start)
	row := benchmark.Second{InFlight: int64(inFlight), Pool: int64(pool)}
	return p.add(row, p.offered.Load()+overdue, p.over.Load(), last)
}
