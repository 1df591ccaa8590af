package loadgen

import (
	"sort"
	"time"
)

// A waiter waits for moments. It is for one goroutine at a time.
type waiter interface {
	// Until returns true at the moment or as soon after as it can, and false as soon as the run is over.
	Until(moment time.Time) bool
	Close()
}

// maxWaiting is how many workers wait for arrivals at the same time. While one of them is left, the next arrival needs no
// assignment.
const maxWaiting = 4

// A follower is how a pool follows schedules. The worker that waits for an arrival also sends it: handing it over would
// wake up another thread, which is most of the cost of an exchange below saturation. The pool's lock guards it.
type follower struct {
	followed []*phase // schedules with arrivals that were not taken, the oldest first
	waiters  []waiter // that no worker uses: maxWaiting if none waits for an arrival
	short    bool     // no worker waits for the next arrival, because all are busy
	over     bool     // the run is over
}

// followSchedule starts a phase's schedule. Arrivals count from the phase's start.
func (p *pool) followSchedule(phase *phase) {
	p.mu.Lock()
	defer p.mu.Unlock()
	phase.hold()
	p.followed = append(p.followed, phase)
	for n := range len(p.waiters) {
		if !p.assign(phase) {
			p.short = n == 0
			break
		}
	}
}

// follow makes a worker wait for the next arrival and serve it, again and again, until there is none or enough other
// workers wait. It returns the worker's next phase; nil for none.
func (p *pool) follow(w *worker) *phase {
	for {
		a, by, next := p.take(w)
		if by == nil {
			return next
		}
		if p.arrived(a, by, by.Until(a.due)) {
			w.serve(a)
		}
	}
}

// take returns the next arrival and a waiter for it. If there is none, or enough workers wait, the waiter is nil and the
// worker is released.
func (p *pool) take(w *worker) (a arrival, by waiter, next *phase) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.followed) > 0 && len(p.waiters) > 0 && !p.over {
		phase := p.followed[0]
		a, ok := phase.take()
		if !ok {
			p.followed = p.followed[1:]
			continue
		}
		if p.short && time.Since(a.due) > 0 {
			phase.crowded.Add(1)
		}
		p.short = false
		by, p.waiters = p.waiters[len(p.waiters)-1], p.waiters[:len(p.waiters)-1]
		return a, by, nil
	}
	return arrival{}, nil, p.release(w)
}

// arrived returns the waiter of a worker that stopped waiting. due says that the arrival is due; otherwise the run is over
// and the arrival is dropped. The last worker that waited has another one wait for the next arrival.
func (p *pool) arrived(a arrival, by waiter, due bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiters = append(p.waiters, by)
	if !due {
		p.over = true
		a.phase.open.Done()
		return false
	}
	a.phase.offered.Add(1)
	if len(p.waiters) == maxWaiting && len(p.followed) > 0 {
		p.short = !p.assign(a.phase)
	}
	return true
}

// abandon settles the arrivals of a phase that are due and were not taken as unsent, and drops the later ones.
func (p *pool) abandon(phase *phase) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for a, ok := phase.take(); ok; a, ok = phase.take() {
		if a.due.After(now) {
			phase.open.Done()
			break
		}
		phase.offered.Add(1)
		phase.settle(a, false)
	}
	phase.release()
}

// overdue is how many arrivals of a phase are due and were not taken.
func (p *pool) overdue(phase *phase) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if phase.closed() || !phase.held {
		return 0
	}
	elapsed, left, step := time.Since(phase.start), phase.schedule.Len()-phase.taken, 1
	late := func(n int) bool { return phase.schedule.At(phase.taken+n) <= elapsed }
	for step < left && late(step) { // most often there are none, so the search starts at the next arrival
		step *= 2
	}
	return int64(sort.Search(min(step, left), func(n int) bool { return !late(n) }))
}
