package loadgen

import "sync"

// A pool is the worker pool of a run: it serves arrivals with as many workers as are needed at the same time, up to a
// limit. The worker that became idle last gets work first, so that as few connections as possible stay in use.
// pool_schedule.go has the methods that follow a schedule.
type pool struct {
	traffic *traffic
	limit   int // of workers
	keep    int // that stay however long they are idle

	mu      sync.Mutex
	workers map[*worker]struct{}
	started int                                // workers, so far
	idle    []*worker                          // the one that has been idle longest first
	waiting []*phase                           // closed loops that wait for a worker, once for each
	peak    struct{ workers, connections int } // at the same time
	seconds int                                // calls of tick
	closing bool
	all     sync.WaitGroup
	follower
}

// maxIdle is how many seconds a worker stays idle. Workers that were needed only during a stall of the target end then,
// and their connections with them.
const maxIdle = 10

func newPool(t *traffic, plan Plan, waiters []waiter) *pool {
	return &pool{traffic: t, limit: plan.InFlight, keep: plan.warmWorkers(), workers: map[*worker]struct{}{},
		follower: follower{waiters: waiters}}
}

// assign gives a phase to an idle worker, or to a new one. It returns false if all are busy and the pool is at its limit.
// The lock is held.
func (p *pool) assign(phase *phase) bool {
	var w *worker
	switch {
	case len(p.idle) > 0:
		w = p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
	case len(p.workers) < p.limit:
		w = p.start()
	default:
		return false
	}
	w.next <- phase
	return true
}

// start adds a worker. The lock is held.
func (p *pool) start() *worker {
	w := newWorker(p.traffic, p.started)
	p.started++
	p.workers[w] = struct{}{}
	p.peak.workers = max(p.peak.workers, len(p.workers))
	p.all.Go(func() {
		defer w.close()
		for phase := range w.next {
			for phase != nil {
				if phase.closed() {
					phase = p.loop(w, phase)
				} else {
					phase = p.follow(w)
				}
			}
		}
	})
	return w
}

// loop makes a worker serve one arrival of a closed loop after the other, until the phase's time is over. It returns the
// worker's next phase; nil for none.
func (p *pool) loop(w *worker, phase *phase) *phase {
	for a, ok := phase.next(); ok; a, ok = phase.next() {
		w.serve(a)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.release(w)
}

// runLoop makes n workers serve a closed loop. Busy ones start when they are done.
func (p *pool) runLoop(phase *phase, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range n {
		if !p.assign(phase) {
			p.waiting = append(p.waiting, phase)
		}
	}
}

// release returns the next phase for a worker that is done: a closed loop that waits, or nil. The worker is idle then, or
// ends if the pool is closing. The lock is held.
func (p *pool) release(w *worker) *phase {
	switch {
	case len(p.waiting) > 0:
		phase := p.waiting[0]
		p.waiting = p.waiting[1:]
		return phase
	case p.closing:
		close(w.next)
	default:
		w.idleSince = p.seconds
		p.idle = append(p.idle, w)
	}
	return nil
}

// tick is called once a second. It counts connections, and ends workers that have been idle for too long.
func (p *pool) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.countConnections()
	p.seconds++
	for len(p.idle) > 0 && len(p.workers) > p.keep && p.seconds-p.idle[0].idleSince > maxIdle {
		close(p.idle[0].next)
		delete(p.workers, p.idle[0])
		p.idle = p.idle[1:]
	}
}

// countConnections updates the peak. The lock is held.
func (p *pool) countConnections() {
	n := p.traffic.engine.SharedConnections()
	for w := range p.workers {
		n += int(w.connections.Load())
	}
	p.peak.connections = max(p.peak.connections, n)
}

// warm starts the workers that stay, connects them all at once, and returns an error of one of them.
func (p *pool) warm() error {
	p.mu.Lock()
	var fresh []*worker
	for len(p.workers) < min(p.keep, p.limit) {
		fresh = append(fresh, p.start())
	}
	p.mu.Unlock()
	failed := make(chan error, len(fresh))
	for _, w := range fresh {
		go func() { failed <- w.connect() }()
	}
	var err error
	for range fresh {
		if e := <-failed; e != nil {
			err = e
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range fresh {
		w.idleSince = p.seconds
	}
	p.idle = append(p.idle, fresh...)
	return err
}

// size returns how many workers and connections there were at most at the same time.
func (p *pool) size() (workers, connections int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.countConnections()
	return p.peak.workers, p.peak.connections
}

// close ends all workers, and returns when the last of them is done. Nothing may be assigned any more.
func (p *pool) close() {
	p.mu.Lock()
	p.closing = true
	for _, w := range p.idle {
		close(w.next)
	}
	p.idle = nil
	p.mu.Unlock()
	p.all.Wait()
	for _, by := range p.waiters {
		by.Close()
	}
}
