package loadgen

import (
	"context"
	"math/big"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// A phase is a part of a run with its own figures: the warm-up, the measurement, or a step of a search.
type phase struct {
	*workers.Job[*worker]
	name     string
	first    uint64            // number of its first arrival
	lasts    atomic.Int64      // the duration
	most     time.Duration     // that a search may take, from the start of its step on
	schedule arrivals.Schedule // nil in a closed loop
	recorder *ledger.Recorder
	beats    *heartbeat
	beating  sync.WaitGroup
	progress
	catchUp   catchUp
	overtime  overtime
	silence   silence
	stretches stretches
	stages    []*stageCount // nil without stages
	seconds   seconds
}

func newPhase(ctx context.Context, name string, schedule arrivals.Schedule, duration time.Duration) *phase {
	p := &phase{name: name, schedule: schedule, recorder: ledger.NewRecorder(), beats: newHeartbeat(),
		progress: newProgress()}
	p.lasts.Store(int64(duration))
	p.silence.begin()
	p.Job = workers.NewJob(ctx, schedule, func(w *worker, a workers.Arrival) workers.Result {
		return p.seconds.serve(a, func() workers.Result { return w.serve(p, a) })
	})
	p.Split(func(w *worker, a workers.Arrival) bool { return w.compose(p, a) }, func(w *worker) workers.Result {
		return p.seconds.serve(w.turn.arrival, w.settle)
	})
	return p
}

// duration is how long arrivals are due, from the start.
func (p *phase) duration() time.Duration { return time.Duration(p.lasts.Load()) }

// cut ends the phase before its time, at the moment when the first arrival is due that no worker has taken.
func (p *phase) cut(taken int) {
	switch {
	case p.Closed():
		p.lasts.Store(int64(time.Since(p.Start())))
	case taken < p.schedule.Len():
		p.lasts.Store(int64(p.schedule.At(taken)))
	}
}

// rate is the rate that the schedule intends after some time, per second; 0 in a closed loop.
func (p *phase) rate(elapsed time.Duration) float64 {
	if elapsed > p.duration() {
		return 0
	}
	return p.Rate(elapsed)
}

// rightByNow is the number of arrivals with correct answers so far.
func (p *phase) rightByNow() int64 { return p.total.Right() + p.recorder.Right() }

// limit is the time that the phase has to send: its duration, or less if the run ended before.
func (p *phase) limit() time.Duration {
	if p.spent > 0 {
		return p.spent
	}
	return p.duration()
}

// due is how many arrivals are due within a time after the start. from of them are known to be; a closed loop counts what it
// sent.
func (p *phase) due(within time.Duration, from int64) int64 {
	if p.Closed() {
		return p.Offered()
	}
	left := p.schedule.Len() - int(from)
	return from + int64(sort.Search(left, func(n int) bool { return p.schedule.At(int(from)+n) >= within }))
}

// throughput is per second of the phase's time, or of the part that was spent. Of a schedule it is about the arrivals of that
// time, whenever they were answered, unless the target fell behind; a closed loop has none, so that what was answered after its time
// is not counted. found are arrivals that count as right, and were wrong.
func (p *phase) throughput(found int64, run uncertain.Run) benchmark.Throughput {
	over, achieved := min(p.elapsed, p.limit()), p.total.Right()
	if p.Closed() && p.spent > 0 {
		achieved = p.achieved
	}
	left, behind := p.behind()
	if behind {
		achieved -= left
	}
	achieved = max(0, achieved-found)
	if over <= 0 {
		return benchmark.Throughput{}
	}
	throughput := benchmark.Throughput{Offered: perSecondOf(p.due(over, 0), over), Achieved: perSecondOf(achieved, over)}
	if !p.Closed() && !behind && found == 0 && p.Unsent() == 0 {
		throughput.Interval = intervalOf(throughput, run)
	}
	return throughput
}

// intervalOf is the interval of a throughput; zero where the parts of the run disagree with it.
func intervalOf(throughput benchmark.Throughput, run uncertain.Run) uncertain.Interval {
	interval := run.Throughput(throughput.Offered, uncertain.Confidence)
	if !interval.Holds(throughput.Achieved) {
		return uncertain.Interval{}
	}
	interval = roundedInterval(interval)
	interval.Value = throughput.Achieved
	return interval
}

// perSecondOf is a number of arrivals in a time, per second.
func perSecondOf(n int64, in time.Duration) float64 {
	rate, _ := new(big.Rat).Mul(big.NewRat(n, int64(in)), big.NewRat(int64(time.Second), 1)).Float64()
	return rounded(rate)
}

// skip adds rows for the seconds before a row that nobody counted, since the generator stood still: they have what the schedule offers in
// them, and what was answered is in the row. It reports whether there were any.
func (p *phase) skip(row benchmark.Second) (any bool) {
	next := 0
	if n := len(p.timeline); n > 0 {
		next = p.timeline[n-1].Second + 1
	}
	for ; next < row.Second; next++ {
		end, offered := time.Duration(next+1)*time.Second, p.written
		if !p.Closed() {
			offered = p.due(min(end, p.limit()), p.written)
		}
		if offered > p.written || end <= p.limit() {
			p.timeline = append(p.timeline, benchmark.Second{Second: next, Offered: offered - p.written, Partial: true, InFlight: row.InFlight, Pool: row.Pool})
			p.written, any = offered, true
		}
	}
	return any
}

// second adds what was counted since the last call to the timeline, and returns its row. last says that no call follows.
func (p *phase) second(inFlight, buffered int, last bool) benchmark.Second {
	p.recorder.Collect(p.latest)
	p.elapsed, p.gap = time.Since(p.Start()), p.recorder.Gap()
	row := benchmark.Second{Second: p.index(last), InFlight: int64(inFlight), Pool: int64(buffered)}
	end := time.Duration(row.Second+1) * time.Second
	row.Partial = end > p.limit()
	if p.skip(row) {
		row.Partial = true
	}
	if last { // what is left, if a busy machine was late to count a second
		end = p.limit()
	}
	return p.add(row, p.due(min(end, p.limit()), p.written), p.Ended())
}
