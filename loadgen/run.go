package loadgen

import (
	"context"
	"errors"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
)

// A run is a load run in progress.
type run struct {
	config  Config
	plan    Plan
	traffic *traffic
	pool    workers.Dispatcher[*worker]
	foreign bool // somebody else's attacker sends
	monitor *monitor
	sleep   workers.Waiter
	waits   *waitReader
	waiter  func() (workers.Waiter, error) // for the heartbeats of the phases
	phases  []*phase
	ended   phrase.Phrase     // what the looks at the measurement found; the monitor's lock guards it
	limit   *benchmark.Search // what a search has found so far; nil without a search
	between *benchmark.Limit  // what its probes told before the step in progress

	caller context.Context
	ctx    context.Context // ends with the caller's, or when the run cannot continue
	stop   context.CancelCauseFunc
	began  time.Time

	together *meeting // with the other run of a pair; nil for a run alone
}

// openRun prepares a run: codes are minted from now on, but nothing is sent yet. The run has to be closed.
func openRun(ctx context.Context, config Config) (*run, error) {
	target := config.Target
	if len(target.APIServers) == 0 || len(target.Apps) == 0 {
		return nil, errors.New("the target has no API server or no app; give it at least one of each")
	}
	plan, err := config.Plan.completed(target, config.Search)
	if err != nil {
		return nil, err
	}
	if config.Redactor == nil {
		config.Redactor = transcript.NewRedactor(nil)
	}
	config.Redactor.Learn(transcript.KindPAT, target.PATs.Valid.Reveal())
	r := &run{config: config, plan: plan, caller: ctx, began: time.Now()}
	r.ctx, r.stop = context.WithCancelCause(ctx)
	if r.traffic, err = newTraffic(config, plan, r.stop); err != nil {
		return nil, err
	}
	if r.sleep, err = arrivals.NewSleeper(r.ctx); err != nil {
		return nil, err
	}
	r.waits, r.waiter = newWaitReader(), func() (workers.Waiter, error) { return arrivals.NewSleeper(r.ctx) }
	waiters := make([]workers.Waiter, workers.MaxWaiting)
	for i := range waiters {
		if waiters[i], err = arrivals.NewSleeper(r.ctx); err != nil {
			return nil, err
		}
	}
	r.traffic.startMinting(r.ctx, config, plan)
	r.traffic.engine.Negotiate(r.ctx, plan.Timeout)
	r.usePool(waiters)
	return r, nil
}

// usePool makes what serves the arrivals, which waits by waiters.
func (r *run) usePool(waiters []workers.Waiter) {
	r.use(engine.Dispatch(r.traffic.engine, r.options(waiters)))
}

func (r *run) options(waiters []workers.Waiter) workers.Options[*worker] {
	return workers.Options[*worker]{Limit: r.plan.InFlight, Keep: r.plan.warmWorkers(), Waiters: waiters,
		New: func(number int) *worker { return newWorker(r.traffic, number) },
		Connections: func() int {
			now, _ := r.traffic.engine.Connections()
			return now
		},
		Twice: func(a workers.Arrival) bool { return r.traffic.picker.action(a.N).kind == race }}
}

// use makes a dispatcher serve the arrivals.
func (r *run) use(by workers.Dispatcher[*worker]) {
	r.pool, r.traffic.borrow = by, by.Borrow
	r.monitor = &monitor{traffic: r.traffic, pool: r.pool, watch: r.config.Watch, waits: r.waits,
		waiter: func() (workers.Waiter, error) { return r.waiter() }}
}

func (r *run) close() {
	r.stop(nil)
	r.pool.Close()
	r.sleep.Close()
	r.traffic.close()
}

// ready waits for the first codes and connections, so that the clock starts with both. An error ends the run.
func (r *run) ready() {
	err := r.traffic.ready(r.ctx)
	if err == nil {
		err = r.pool.Warm()
	}
	if err != nil {
		r.stop(err)
	}
}

// measure makes the warm-up and, right after it, the phase that is measured. If the run ends before, that phase is empty.
func (r *run) measure(plan Plan) *phase {
	measured := r.phase(Measured, plan)
	r.ready()
	if plan.WarmUp > 0 {
		warm := r.phase(WarmUp, plan.warmUp())
		r.together.wait(r.ctx)
		r.send(warm)
		settled := r.settling(warm) // its last answers arrive while the first are measured
		defer func() {
			r.giveUp(warm)
			<-settled
		}()
	}
	if r.ctx.Err() != nil {
		measured.codesBefore = r.traffic.codes()
		return measured
	}
	r.together.wait(r.ctx)
	r.send(measured)
	r.drain(measured)
	return measured
}

// phase returns a phase of a plan. A schedule that is not possible ends the run: without a schedule, the phase would be a
// closed loop and flood the target.
func (r *run) phase(name string, plan Plan) *phase {
	schedule, err := plan.schedule()
	if err != nil {
		r.stop(err)
	}
	p := newPhase(r.ctx, name, schedule, plan.Duration)
	p.stages = plan.stageCounts()
	return p
}

// send starts a phase and returns when its time is over. Exchanges may be in flight then, and overdue arrivals may still
// be taken: see drain.
func (r *run) send(p *phase) {
	first, lost := r.nextNumber(), p.seconds.lost
	if raw := r.traffic.raw; raw != nil && p.name != WarmUp {
		raw.Begin(first)
		lost = func(a workers.Arrival) { p.seconds.lost(a); raw.Unsent(a.N, a.Due) }
	}
	p.first = first
	p.Begin(first, lost)
	if r.config.Checkpoint != nil && p.name != WarmUp {
		p.seconds.begin(p.Start(), r.plan.Timeout, p.Closed())
	}
	p.recorder.Begin(p.Start())
	p.stretches.begin(p.Start(), r.plan.slots(p.duration()))
	for _, stage := range p.stages {
		stage.begin(p.Start())
	}
	r.phases = append(r.phases, p)
	r.monitor.begin(p)
	if p.Closed() {
		r.pool.RunLoop(p.Job, r.plan.InFlight)
	} else {
		r.pool.Follow(p.Job)
	}
	if p.name == Measured {
		r.look(p)
	}
	r.sleep.Until(p.Start().Add(p.duration()))
	p.End()
	r.monitor.timeOver(p)
}

// drain waits until all arrivals that were due in a phase are settled. When an exchange that was sent in time must be
// over, it gives up those that were not sent yet.
func (r *run) drain(p *phase) {
	settled := r.settling(p)
	limit := time.NewTimer(r.plan.Timeout)
	defer limit.Stop()
	select {
	case <-settled:
	case <-limit.C:
	case <-r.ctx.Done():
	}
	r.giveUp(p)
	<-settled
	r.traffic.evidence.Settle()
}

// settling returns a channel that is closed when everything in a phase is settled and counted.
func (r *run) settling(p *phase) <-chan struct{} {
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		p.Wait()
		r.monitor.finish(p)
	}()
	return settled
}

// giveUp settles what was due in a phase and was not sent.
func (r *run) giveUp(p *phase) { r.pool.Abandon(p.Job) }

// nextNumber is the number of the run's next arrival.
func (r *run) nextNumber() uint64 {
	if len(r.phases) == 0 {
		return 0
	}
	return r.phases[len(r.phases)-1].NextNumber()
}

// interrupted reports whether the caller ended the run, or the other run of a pair did by its own end.
func (r *run) interrupted() bool {
	return r.caller.Err() != nil || errors.Is(context.Cause(r.ctx), errOtherEnded)
}

// failure is why the run ended by itself; nil if it did not.
func (r *run) failure() error {
	if r.interrupted() || r.ctx.Err() == nil {
		return nil
	}
	return context.Cause(r.ctx)
}
