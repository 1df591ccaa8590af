package loadgen

import (
	"context"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
)

// A phase is a part of a run with its own figures: the warm-up, the measurement, or a step of a search.
type phase struct {
	*workers.Job[*worker]
	name     string
	duration time.Duration
	recorder *ledger.Recorder
	beats    *heartbeat
	progress
	catchUp catchUp
}

func newPhase(ctx context.Context, name string, schedule arrivals.Schedule, duration time.Duration) *phase {
	p := &phase{name: name, duration: duration, recorder: ledger.NewRecorder(), beats: newHeartbeat(), progress: newProgress()}
	p.Job = workers.NewJob(ctx, schedule, func(w *worker, a workers.Arrival) workers.Result { return w.serve(p, a) })
	return p
}

// rate is the rate that the schedule intends after some time, per second; 0 in a closed loop.
func (p *phase) rate(elapsed time.Duration) float64 {
	if elapsed > p.duration {
		return 0
	}
	return p.Rate(elapsed)
}

// rightByNow is the number of arrivals with correct answers so far.
func (p *phase) rightByNow() int64 { return p.total.Right() + p.recorder.Right() }

// throughput is per second of the phase's time, or of the part that was spent.
func (p *phase) throughput() benchmark.Throughput {
	over, achieved := p.spent.Seconds(), p.achieved
	if p.spent == 0 { // its time is not over yet
		over, achieved = min(p.elapsed, p.duration).Seconds(), p.total.Right()
	}
	if over == 0 {
		return benchmark.Throughput{}
	}
	return benchmark.Throughput{Offered: rounded(float64(p.Offered()) / over), Achieved: rounded(float64(achieved) / over)}
}

// second adds what was counted since the last call to the timeline, and returns its row. overdue is how many arrivals wait
// for a worker; last says that no call follows.
func (p *phase) second(inFlight, buffered int, overdue int64, last bool) benchmark.Second {
	p.recorder.Collect(p.latest)
	p.elapsed = time.Since(p.Start())
	row := benchmark.Second{InFlight: int64(inFlight), Pool: int64(buffered)}
	return p.add(row, p.Offered()+overdue, p.Ended(), last)
}
