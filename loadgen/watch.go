package loadgen

import (
	"sort"
	"time"
)

// ahead is how many workers at most wait for arrivals to come. While one is left when another begins, nobody has to be
// called.
const ahead = 4

// A watch is how a crew follows schedules. Whoever waits for an arrival makes it himself: handing it over would wake up
// another thread, which below saturation is most of what an exchange costs. The crew's lock guards it.
type watch struct {
	followed []*phase // schedules that have arrivals nobody has taken, the oldest first
	waiters  []waiter // that nobody waits by: ahead of them when nobody waits for an arrival
	short    bool     // nobody waits for the next arrival, since everybody is busy
	over     bool     // the run is
}

// A round is how far a phase's schedule was taken. The crew's lock guards it as well.
type round struct {
	first uint64 // number of its first arrival in the run
	taken int    // arrivals
	held  bool   // the phase is kept open for those that nobody has taken
}

// open begins with a phase's schedule. Its arrivals count from its start.
func (c *crew) open(p *phase) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.held = true
	p.open.Add(1)
	c.followed = append(c.followed, p)
	for n := range len(c.waiters) {
		if !c.call(p) {
			c.short = n == 0
			break
		}
	}
}

// follow makes a worker wait for the next arrival and make it, over and over, until there is none or enough of them wait.
// It returns what he does next.
func (c *crew) follow(w *worker) *phase {
	for {
		a, by, next := c.take(w)
		if by == nil {
			return next
		}
		if c.come(a, by, by.Until(a.due)) {
			w.serve(a)
		}
	}
}

// take gives a worker the next arrival and something to wait by. Where there is none, or none is needed, he rests.
func (c *crew) take(w *worker) (a arrival, by waiter, next *phase) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.followed) > 0 && len(c.waiters) > 0 && !c.over {
		p := c.followed[0]
		a, ok := p.take()
		if !ok {
			c.followed = c.followed[1:]
			continue
		}
		if c.short && time.Since(a.due) > 0 {
			p.crowded.Add(1)
		}
		c.short = false
		by, c.waiters = c.waiters[len(c.waiters)-1], c.waiters[:len(c.waiters)-1]
		return a, by, nil
	}
	return arrival{}, nil, c.rest(w)
}

// come says that a worker waits no more: his arrival is due, or the run is over, and it is none. The last who waited
// calls for another.
func (c *crew) come(a arrival, by waiter, due bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiters = append(c.waiters, by)
	if !due {
		c.over = true
		a.phase.open.Done()
		return false
	}
	a.phase.offered.Add(1)
	if len(c.waiters) == ahead && len(c.followed) > 0 {
		c.short = !c.call(a.phase)
	}
	return true
}

// abandon gives up what was due in a phase and nobody has begun with.
func (c *crew) abandon(p *phase) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	for a, ok := p.take(); ok; a, ok = p.take() {
		if a.due.After(now) { // nor is any after it
			p.open.Done()
			break
		}
		p.offered.Add(1)
		p.settle(a, false)
	}
	p.release()
}

// overdue is how many arrivals of a phase are due and not taken.
func (c *crew) overdue(p *phase) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.closed() || !p.held {
		return 0
	}
	elapsed, left, step := time.Since(p.start), p.schedule.Len()-p.taken, 1
	late := func(n int) bool { return p.schedule.At(p.taken+n) <= elapsed }
	for step < left && late(step) { // most often it is none: the next arrivals are looked at first
		step *= 2
	}
	return int64(sort.Search(min(step, left), func(n int) bool { return !late(n) }))
}

// take takes the phase's next arrival. The crew's lock is held.
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

// release says that no more arrivals are taken. The crew's lock is held.
func (p *phase) release() {
	if p.held {
		p.held = false
		p.open.Done()
	}
}
