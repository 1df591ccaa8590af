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
		if err := stock.WaitFull(r.ctx); err != nil {
			return err
		}
	}
	r.wires.Negotiate(r.ctx, r.plan.Timeout)
	return r.crew.warm(r.plan.connections(), (*worker).connect)
}

// attack begins a phase, and returns when its time is over. What was taken of it may still be under way, and what is
// overdue may still be taken: see drain.
func (r *run) attack(p *phase) {
	p.start = time.Now()
	p.first = r.next()
	p.number.Store(p.first)
	if r.raw != nil && p.name != WarmUp {
		r.raw.begin(p.first)
		p.lost = r.raw.unsent
	}
	r.phases = append(r.phases, p)
	r.open(p)
	if p.closed() {
		r.crew.begin(p, r.plan.InFlight)
	} else {
		r.crew.open(p)
	}
	r.sleep.Until(p.start.Add(p.duration))
	p.end()
	r.timeOver(p)
}

// drain waits until everything that was due in a phase is settled. Once the last exchange that was sent in time
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

// settling closes the phase's books as soon as everything that was due in it is settled, and then the channel.
func (r *run) settling(p *phase) <-chan struct{} {
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		p.open.Wait()
		r.shut(p)
	}()
	return settled
}

// giveUp settles what was due in a phase and has not been sent yet.
func (r *run) giveUp(p *phase) {
	r.crew.abandon(p)
	p.enough()
}

// next is the number of the run's next exchange.
func (r *run) next() uint64 {
	if len(r.phases) == 0 {
		return 0
	}
	last := r.phases[len(r.phases)-1]
	if last.closed() {
		return last.number.Load()
	}
	return last.first + uint64(last.schedule.Len())
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

// lack takes note of why this machine had no connection to give.
func (r *run) lack(why string) { r.lacked.CompareAndSwap(nil, &why) }
