package workers

import (
	"sync/atomic"
	"time"
)

// reconnectAfter is how long a worker of a closed loop pauses when the target has no connection for it.
const reconnectAfter = time.Second

// prefer gives m a worker that has a connection for an arrival, if its own has none and that of an idle member has: a worker
// without a connection fails at once where the target or this machine has no room for another one. The lock is held.
func (p *Pool[W]) prefer(m *member[W], a Arrival) {
	if m.worker.Connected(a) {
		return
	}
	for i := len(p.idle) - 1; i >= 0; i-- {
		other := p.idle[i]
		found := other.worker.Connected(a)
		if found {
			m.worker, other.worker = other.worker, m.worker
		}
		if !other.worker.Live() { // or no longer
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			p.rest(other)
		}
		if found {
			return
		}
	}
}

// Borrow takes an idle connected worker for a second exchange of arrival a; call giveBack afterwards. ok is false if there is no
// such worker.
func (p *Pool[W]) Borrow(a Arrival) (w W, giveBack func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.idle) - 1; i >= 0; i-- {
		m := p.idle[i]
		if !m.worker.Connected(a) {
			continue
		}
		p.idle = append(p.idle[:i], p.idle[i+1:]...)
		return m.worker, func() { p.takeBack(m) }, true
	}
	return w, nil, false
}

// takeBack ends Borrow.
func (p *Pool[W]) takeBack(m *member[W]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rescue(m)
	if j := p.release(m); j != nil {
		m.next <- j
	}
}

// strandedOnes are the members whose arrival waits for a connection, because this machine has no other to offer. The pool's
// lock guards the list.
type strandedOnes[W Worker] struct {
	stranded    []*stranded[W]
	strandedNow atomic.Int64 // their number
}

// A stranded member waits until another one gives it a worker with a connection, or closes a connection.
type stranded[W Worker] struct {
	*member[W]
	arrival Arrival
	ready   chan struct{}
}

// anyStranded reports whether members wait for a connection. It takes no lock.
func (s *strandedOnes[W]) anyStranded() bool { return s.strandedNow.Load() > 0 }

// run makes a member serve an arrival. If this machine can open no more connections, the arrival waits for one that is in use.
func (p *Pool[W]) run(m *member[W], j *Job[W], a Arrival) Result {
	result := Unsent
	defer func() { j.settle(a, result) }()
	result = j.serve(m.worker, a)
	for waited := false; result == Short; waited = true {
		if !waited {
			j.short.Add(1)
		}
		if !p.awaitConnection(m, j, a) {
			break
		}
		result = j.serve(m.worker, a)
	}
	return result
}

// awaitConnection waits until m may have a connection for an arrival. It returns false if nobody has a connection that it could
// get, or when the job's workers have to give up.
func (p *Pool[W]) awaitConnection(m *member[W], j *Job[W], a Arrival) bool {
	p.mu.Lock()
	p.prefer(m, a)
	if m.worker.Connected(a) {
		p.mu.Unlock()
		return true
	}
	if p.options.Connections() == 0 {
		p.mu.Unlock()
		return false
	}
	s := &stranded[W]{m, a, make(chan struct{})}
	p.stranded = append(p.stranded, s)
	p.strandedNow.Add(1)
	p.mu.Unlock()
	select {
	case <-s.ready:
		return true
	case <-j.ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, other := range p.stranded {
		if other == s {
			p.stranded = append(p.stranded[:i], p.stranded[i+1:]...)
			p.strandedNow.Add(-1)
		}
	}
	return false
}

// giveAway gives the worker of a member that is done to the member that has been stranded longest, in exchange for that one's,
// and reports whether it did. If it has no connection either, one may have been closed: the stranded member then tries again.
func (p *Pool[W]) giveAway(m *member[W]) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rescue(m)
}

// rescue is giveAway with the lock held.
func (p *Pool[W]) rescue(m *member[W]) bool {
	if len(p.stranded) == 0 {
		return false
	}
	s := p.stranded[0]
	p.stranded = p.stranded[1:]
	p.strandedNow.Add(-1)
	given := m.worker.Connected(s.arrival)
	if given {
		m.worker, s.worker = s.worker, m.worker
	}
	close(s.ready)
	return given
}
