package workers

import "time"

// Pace implements [vegeta.Pacer]. It waits for the next arrival, and for the next job after the last.
func (a *Attack[W]) Pace(_ time.Duration, hits uint64) (wait time.Duration, stop bool) {
	j, arrival, late, more := a.take(hits)
	switch {
	case !more:
		return 0, true
	case j == nil:
		return 0, false
	}
	due := j.Closed() || a.waiter.Until(arrival.Due)
	a.mu.Lock()
	defer a.mu.Unlock()
	if !due {
		a.over = true
		j.open.Done()
		return 0, true
	}
	if !j.Closed() {
		j.offered.Add(1)
		if a.crowded = late || a.busy+len(a.due) >= a.options.Limit; a.crowded {
			j.crowded.Add(1)
		}
	}
	a.last++
	a.paced++
	h := &hit[W]{number: a.last, job: j, arrival: arrival, ready: make(chan struct{}), open: [2]bool{true, false}}
	a.due = append(a.due, dueHit[W]{h, false})
	if a.foreign && a.options.Twice(arrival) {
		h.open[1], a.second = true, h
	}
	return 0, false
}

// Rate implements [vegeta.Pacer].
func (a *Attack[W]) Rate(time.Duration) float64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.followed) == 0 {
		return 0
	}
	j := a.followed[0]
	return j.Rate(time.Since(j.start))
}

// take returns the next arrival and its job, which is nil if the hit is one that was allowed before: the attacker asks again when
// it starts a worker. late says that it is due already, because those before it waited for workers; more is false if none will come.
// The arrivals of a closed loop begin with their hits.
func (a *Attack[W]) take(hits uint64) (j *Job[W], next Arrival, late, more bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if hits < a.paced {
		return nil, next, false, true
	}
	if h := a.second; h != nil {
		a.second = nil
		a.paced++
		a.due = append(a.due, dueHit[W]{h, true})
		return nil, next, false, true
	}
	for !a.over {
		switch {
		case len(a.followed) == 0 && a.closing:
			return nil, next, false, false
		case len(a.followed) == 0:
			a.changed.Wait()
			continue
		}
		j := a.followed[0]
		if j.Closed() && !j.Ended() && j.ctx.Err() == nil {
			return j, next, false, true
		}
		if next, ok := j.take(); ok {
			return j, next, a.crowded && time.Since(next.Due) > 0, true
		}
		a.followed = a.followed[1:]
	}
	return nil, next, false, false
}
