package workers

import (
	"sync"
	"time"
)

// A Worker sends one arrival at a time, on connections of its own.
type Worker interface {
	// Connect opens the first connection.
	Connect() error
	// Connections is how many connections the worker has opened that are its own. It is safe for concurrent use.
	Connections() int
	// Close closes the connections. It is called once, after the last arrival.
	Close()
}

// Options are what a pool is made of.
type Options[W Worker] struct {
	// Limit bounds the workers, and Keep of them stay however long they are idle.
	Limit, Keep int
	// New returns a new worker, with its number from 0.
	New func(number int) W
	// Shared is how many connections there are that belong to no worker.
	Shared func() int
	// Waiters wait for arrivals: there have to be MaxWaiting. The pool closes them.
	Waiters []Waiter
}

// A Waiter waits for moments. It is for one goroutine at a time.
type Waiter interface {
	// Until returns true at the moment or as soon after as it can, and false as soon as the run is over.
	Until(moment time.Time) bool
	Close()
}

// MaxWaiting is how many workers wait for arrivals at the same time. While one of them is left, the next arrival needs no
// assignment.
const MaxWaiting = 4

// maxIdle is how many seconds a worker stays idle. Workers that were needed only during a stall of the target end then,
// and their connections with them.
const maxIdle = 10

// A Pool serves arrivals with as many workers as are needed at the same time, up to a limit. The worker that became idle
// last gets work first, so that as few connections as possible stay in use.
type Pool[W Worker] struct {
	options Options[W]

	mu      sync.Mutex
	workers map[*member[W]]struct{}
	started int                                // workers, so far
	idle    []*member[W]                       // the one that has been idle longest first
	waiting []*Job[W]                          // closed loops that wait for a worker, once for each
	peak    struct{ workers, connections int } // at the same time
	seconds int                                // calls of Tick
	closing bool
	all     sync.WaitGroup
	follower[W]
}

// A follower is how a pool follows schedules. The worker that waits for an arrival also sends it: handing it over would
// wake up another thread, which is most of the cost of an exchange below saturation. The pool's lock guards it.
type follower[W any] struct {
	followed []*Job[W] // schedules with arrivals that were not taken, the oldest first
	waiters  []Waiter  // that no worker uses: MaxWaiting if none waits for an arrival
	short    bool      // no worker waits for the next arrival, because all are busy
	over     bool      // the run is over
}

// A member is a worker in a pool.
type member[W Worker] struct {
	worker    W
	next      chan *Job[W] // that it is to work for
	idleSince int          // in the pool's seconds
}

// New returns a pool without workers.
func New[W Worker](options Options[W]) *Pool[W] {
	return &Pool[W]{options: options, workers: map[*member[W]]struct{}{}, follower: follower[W]{waiters: options.Waiters}}
}

// Warm starts the workers that stay, connects them all at once, and returns an error of one of them.
func (p *Pool[W]) Warm() error {
	p.mu.Lock()
	var fresh []*member[W]
	for len(p.workers) < min(p.options.Keep, p.options.Limit) {
		fresh = append(fresh, p.start())
	}
	p.mu.Unlock()
	failed := make(chan error, len(fresh))
	for _, m := range fresh {
		go func() { failed <- m.worker.Connect() }()
	}
	var err error
	for range fresh {
		if e := <-failed; e != nil {
			err = e
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range fresh {
		m.idleSince = p.seconds
	}
	p.idle = append(p.idle, fresh...)
	return err
}

// RunLoop makes n workers serve a closed loop. Busy ones start when they are done.
func (p *Pool[W]) RunLoop(j *Job[W], n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range n {
		if !p.assign(j) {
			p.waiting = append(p.waiting, j)
		}
	}
}

// Tick is called once a second. It counts connections, and ends workers that have been idle for too long.
func (p *Pool[W]) Tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.countConnections()
	p.seconds++
	for len(p.idle) > 0 && len(p.workers) > p.options.Keep && p.seconds-p.idle[0].idleSince > maxIdle {
		close(p.idle[0].next)
		delete(p.workers, p.idle[0])
		p.idle = p.idle[1:]
	}
}

// Peak returns how many workers and connections there were at most at the same time.
func (p *Pool[W]) Peak() (workers, connections int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.countConnections()
	return p.peak.workers, p.peak.connections
}

// Close ends all workers, and returns when the last of them is done. No job may be started any more.
func (p *Pool[W]) Close() {
	p.mu.Lock()
	p.closing = true
	for _, m := range p.idle {
		close(m.next)
	}
	p.idle = nil
	p.mu.Unlock()
	p.all.Wait()
	for _, by := range p.waiters {
		by.Close()
	}
}

// assign gives a job to an idle worker, or to a new one. It returns false if all are busy and the pool is at its limit. The
// lock is held.
func (p *Pool[W]) assign(j *Job[W]) bool {
	var m *member[W]
	switch {
	case len(p.idle) > 0:
		m = p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
	case len(p.workers) < p.options.Limit:
		m = p.start()
	default:
		return false
	}
	m.next <- j
	return true
}

// start adds a worker. The lock is held.
func (p *Pool[W]) start() *member[W] {
	m := &member[W]{worker: p.options.New(p.started), next: make(chan *Job[W], 1)}
	p.started++
	p.workers[m] = struct{}{}
	p.peak.workers = max(p.peak.workers, len(p.workers))
	p.all.Go(func() {
		defer m.worker.Close()
		for j := range m.next {
			for j != nil {
				if j.Closed() {
					j = p.loop(m, j)
				} else {
					j = p.follow(m)
				}
			}
		}
	})
	return m
}

// loop makes a worker serve one arrival of a closed loop after the other, until the job's time is over. It returns the
// worker's next job; nil for none.
func (p *Pool[W]) loop(m *member[W], j *Job[W]) *Job[W] {
	for a, ok := j.next(); ok; a, ok = j.next() {
		j.run(m.worker, a)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.release(m)
}

// release returns the next job for a worker that is done: a closed loop that waits, or nil. The worker is idle then, or
// ends if the pool is closing. The lock is held.
func (p *Pool[W]) release(m *member[W]) *Job[W] {
	switch {
	case len(p.waiting) > 0:
		j := p.waiting[0]
		p.waiting = p.waiting[1:]
		return j
	case p.closing:
		close(m.next)
	default:
		m.idleSince = p.seconds
		p.idle = append(p.idle, m)
	}
	return nil
}

// countConnections updates the peak. The lock is held.
func (p *Pool[W]) countConnections() {
	n := p.options.Shared()
	for m := range p.workers {
		n += m.worker.Connections()
	}
	p.peak.connections = max(p.peak.connections, n)
}
