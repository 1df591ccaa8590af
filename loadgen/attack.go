package loadgen

import (
	"context"
	"time"
)

// ready waits for the first codes and connections, so that the clock starts with both. The error says why there are none.
func (r *run) ready() error {
	for _, stock := range r.stocks {
		if stock == nil {
			continue
		}
		if err := stock.stocked(r.ctx); err != nil {
			return err
		}
	}
	return r.crew.warm(r.plan.connections(), (*worker).connect)
}

// attack hands out the arrivals of a phase, and returns when its time is over. What was handed out may still be under
// way: see drain.
func (r *run) attack(p *phase) {
	p.start = time.Now()
	p.number.Store(r.next())
	if r.raw != nil && p.name != WarmUp {
		r.raw.begin(p.number.Load())
		p.lost = r.raw.unsent
	}
	r.phases = append(r.phases, p)
	r.open(p)
	if p.closed() {
		r.loop(p)
	} else {
		r.follow(p)
	}
	r.sleep.until(p.start.Add(p.duration))
	p.end()
	r.timeOver(p)
}

// follow hands out arrivals as the schedule has them.
func (r *run) follow(p *phase) {
	for n := range p.schedule.Len() {
		moment := p.start.Add(p.schedule.At(n))
		if !r.sleep.until(moment) {
			return
		}
		r.crew.hand(p.due(moment))
	}
}

// loop begins a closed loop, in which every worker begins an exchange when the last is over.
func (r *run) loop(p *phase) {
	for range r.plan.InFlight {
		if a, ok := p.again(); ok {
			r.crew.hand(a)
		}
	}
}

// drain waits until everything that was handed out in a phase is settled. Once the last exchange that was sent in time
// must be over, what has not been sent yet is given up.
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
}

// settling closes the phase's books as soon as everything that was handed out in it is settled, and then the channel.
func (r *run) settling(p *phase) <-chan struct{} {
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		p.open.Wait()
		r.shut(p)
	}()
	return settled
}

// giveUp settles what was handed out in a phase and has not been sent yet. Whatever else waits for a worker goes with it.
func (r *run) giveUp(p *phase) {
	r.crew.abandon()
	p.enough()
}

// next is the number of the run's next exchange.
func (r *run) next() uint64 {
	if len(r.phases) == 0 {
		return 0
	}
	return r.phases[len(r.phases)-1].number.Load()
}

// interrupted reports whether the caller ended the run.
func (r *run) interrupted() bool { return r.caller.Err() != nil }

// failure is why the run ended by itself; nil when it did not.
func (r *run) failure() error {
	if r.interrupted() || r.ctx.Err() == nil {
		return nil
	}
	return context.Cause(r.ctx)
}
