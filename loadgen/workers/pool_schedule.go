package workers

import (
	"sort"
	"time"
)

// Follow starts a job's schedule. Arrivals count from the job's start.
func (p *Pool[W]) Follow(j *Job[W]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j.hold()
	p.followed = append(p.followed, j)
	for n := range len(p.waiters) {
		if !p.assign(j) {
			p.short = n == 0
			break
		}
	}
}

// Abandon settles the arrivals of a job that are due and were not taken as unsent, drops the later ones, and ends the job's
// context.
func (p *Pool[W]) Abandon(j *Job[W]) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	j.abandon(now)
}

// Cut drops the arrivals of a job that no worker has taken, and returns how many were taken. A few of these may be due soon.
func (p *Pool[W]) Cut(j *Job[W]) (taken int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j.release()
	return j.taken
}

// Overdue is how many arrivals of a job are due and were not taken.
func (p *Pool[W]) Overdue(j *Job[W]) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if j.Closed() || !j.held {
		return 0
	}
	elapsed, left, step := time.Since(j.start), j.schedule.Len()-j.taken, 1
	late := func(n int) bool { return j.schedule.At(j.taken+n) <= elapsed }
	for step < left && late(step) { // most often no arrival is late, so the search starts at the next arrival
		step *= 2
	}
	return int64(sort.Search(min(step, left), func(n int) bool { return !late(n) }))
}

// follow makes a worker wait for the next arrival and serve it, again and again, until no arrival is left or enough other
// workers wait. It returns the worker's next job; nil for none.
func (p *Pool[W]) follow(m *member[W]) *Job[W] {
	for {
		j, a, by := p.take(m)
		if by == nil {
			return j
		}
		if p.arrived(m, j, a, by, by.Until(a.Due)) {
			p.run(m, j, a)
		}
	}
}

// take returns the next arrival, its job, and a waiter for it. If no arrival is left, or enough workers wait, it releases the
// worker and returns its next job, if there is one, and no waiter.
func (p *Pool[W]) take(m *member[W]) (j *Job[W], a Arrival, by Waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rescue(m)
	for len(p.followed) > 0 && len(p.waiters) > 0 && !p.over {
		j := p.followed[0]
		a, ok := j.take()
		if !ok {
			p.followed = p.followed[1:]
			continue
		}
		if p.short && time.Since(a.Due) > 0 {
			j.crowded.Add(1)
		}
		p.short = false
		by, p.waiters = p.waiters[len(p.waiters)-1], p.waiters[:len(p.waiters)-1]
		return j, a, by
	}
	return p.release(m), Arrival{}, nil
}

// arrived takes back the waiter of a worker that stopped waiting for an arrival. due says that it is due; otherwise the run is
// over and the arrival is dropped. The last worker that waited makes another one wait for the next arrival.
func (p *Pool[W]) arrived(m *member[W], j *Job[W], a Arrival, by Waiter, due bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiters = append(p.waiters, by)
	if !due {
		p.over = true
		j.open.Done()
		return false
	}
	j.offered.Add(1)
	p.prefer(m, a)
	if len(p.waiters) == MaxWaiting && len(p.followed) > 0 {
		p.short = !p.assign(j)
	}
	return true
}
