package workers

import (
	"slices"
	"sync"
	"time"
)

// A Worker sends one arrival at a time, on connections of its own.
type Worker interface {
	// Connect opens the first connection.
	Connect() error
	// Live reports whether the worker has a connection that can be used, and Connected whether it has one for an arrival. They
	// are not called while the worker serves an arrival.
	Live() bool
	Connected(Arrival) bool
	// Close closes the connections. It is called once, after the last arrival.
	Close()
}

// Options are what a pool is made of.
type Options[W Worker] struct {
	// Limit bounds the workers, and Keep of them stay however long they are idle.
	Limit, Keep int
	// New returns a new worker, with its number from 0.
	New func(number int) W
	// Connections is how many connections are open. It is safe for concurrent use.
	Connections func() int
	// Waiters wait for arrivals: there have to be MaxWaiting. The pool closes them.
	Waiters []Waiter
	// Twice reports whether an arrival makes two exchanges. Only the attack of [NewForeignAttack] needs it.
	Twice func(Arrival) bool
}

// A Dispatcher serves the arrivals of jobs: a [Pool], or an [Attack].
type Dispatcher[W Worker] interface {
	// Warm starts and connects the workers that stay. If none of them can connect, it returns an error of one.
	Warm() error
	// Follow starts a job's schedule, RunLoop a closed loop with n arrivals at the same time.
	Follow(j *Job[W])
	RunLoop(j *Job[W], n int)
	// Abandon settles the arrivals of a job that are due and were not taken as unsent, drops the later ones, and ends the job's
	// context. Cut only drops those that no worker has taken, and returns how many were taken.
	Abandon(j *Job[W])
	Cut(j *Job[W]) (taken int)
	// Borrow takes an idle connected worker for a second exchange of an arrival; ok is false if all are busy.
	Borrow(a Arrival) (w W, giveBack func(), ok bool)
	// Tick is called once a second.
	Tick()
	// Peak is how many workers there were at most at the same time.
	Peak() int
	// Close ends all workers, and returns when the last of them is done.
	Close()
}

// A Waiter waits for moments. It is for one goroutine at a time.
type Waiter interface {
	// Until returns true at the moment or as soon after as it can, and false as soon as the run is over.
	Until(moment time.Time) bool
	Close()
}

// MaxWaiting is how many workers wait for arrivals at the same time. While one waits, the next arrival need not be
// assigned.
const MaxWaiting = 4

// maxIdle is how many seconds a worker stays idle. Workers that were needed only during a stall of the target end then,
// and their connections with them.
const maxIdle = 10

// A Pool serves arrivals with as many workers as are needed at the same time, up to a limit. The worker that became idle
// last gets work first, so that as few connections as possible stay in use. A worker without a connection gets work only when
// no idle one has a connection.
type Pool[W Worker] struct {
	options Options[W]

	mu      sync.Mutex
	workers map[*member[W]]struct{}
	started int          // workers, so far
	idle    []*member[W] // with a connection; the one that has been idle longest first
	bare    []*member[W] // idle ones without a connection, in the same order
	waiting []*Job[W]    // closed loops that wait for a worker, once for each
	peak    int          // workers at the same time
	seconds int          // calls of Tick
	closing bool
	all     sync.WaitGroup
	follower[W]
	strandedOnes[W]
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

// Warm starts the workers that stay and connects them all at once. If none of them can connect, it returns an error of one.
func (p *Pool[W]) Warm() error {
	p.mu.Lock()
	var fresh []*member[W]
	var warm []W
	for len(p.workers) < min(p.options.Keep, p.options.Limit) {
		m := p.start()
		fresh, warm = append(fresh, m), append(warm, m.worker)
	}
	p.mu.Unlock()
	err := connect(warm)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range fresh {
		p.rest(m)
	}
	return err
}

// connect connects workers, all at once. If none of them can connect, it returns an error of one.
func connect[W Worker](fresh []W) (err error) {
	failed := make(chan error, len(fresh))
	for _, w := range fresh {
		go func() { failed <- w.Connect() }()
	}
	connected := 0
	for range fresh {
		if e := <-failed; e != nil {
			err = e
		} else {
			connected++
		}
	}
	if connected > 0 {
		return nil
	}
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

// Tick is called once a second. It ends workers that have been idle for too long.
func (p *Pool[W]) Tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seconds++
	for p.tooLong(p.bare) && len(p.workers) > p.options.Keep {
		p.bare = p.dismiss(p.bare)
	}
	for p.tooLong(p.idle) && len(p.workers)-len(p.bare) > p.options.Keep {
		p.idle = p.dismiss(p.idle)
	}
}

// tooLong reports whether the first of idle members is no longer needed. The lock is held.
func (p *Pool[W]) tooLong(idle []*member[W]) bool {
	return len(idle) > 0 && p.seconds-idle[0].idleSince > maxIdle
}

// dismiss ends the first of idle members, and returns the others. The lock is held.
func (p *Pool[W]) dismiss(idle []*member[W]) []*member[W] {
	close(idle[0].next)
	delete(p.workers, idle[0])
	return idle[1:]
}

// Peak returns how many workers there were at most at the same time.
func (p *Pool[W]) Peak() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.peak
}

// Close ends all workers, and returns when the last of them is done. No job may be started any more.
func (p *Pool[W]) Close() {
	p.mu.Lock()
	p.closing = true
	for _, m := range slices.Concat(p.idle, p.bare) {
		close(m.next)
	}
	p.idle, p.bare = nil, nil
	p.mu.Unlock()
	p.all.Wait()
	for _, by := range p.waiters {
		by.Close()
	}
}

// assign gives a job to an idle worker, one with a connection if there is one, or to a new one. It returns false if all are busy and the pool is at its limit. The
// lock is held.
func (p *Pool[W]) assign(j *Job[W]) bool {
	var m *member[W]
	switch {
	case len(p.idle) > 0:
		p.idle, m = pop(p.idle)
	case len(p.bare) > 0:
		p.bare, m = pop(p.bare)
	case len(p.workers) < p.options.Limit:
		m = p.start()
	default:
		return false
	}
	m.next <- j
	return true
}

// pop takes the last one of idle members.
func pop[W Worker](idle []*member[W]) ([]*member[W], *member[W]) {
	last := len(idle) - 1
	return idle[:last], idle[last]
}

// start adds a worker. The lock is held.
func (p *Pool[W]) start() *member[W] {
	m := &member[W]{worker: p.options.New(p.started), next: make(chan *Job[W], 1)}
	p.started++
	p.workers[m] = struct{}{}
	p.peak = max(p.peak, len(p.workers))
	p.all.Go(func() {
		defer func() { m.worker.Close() }() // another one than at first, maybe: see swap
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
// worker's next job; nil for none. A worker that gives its connection away leaves the loop, and one for which the target has no
// connection pauses: otherwise it would take most of the arrivals, and fail all of them.
func (p *Pool[W]) loop(m *member[W], j *Job[W]) *Job[W] {
	for a, ok := j.next(); ok; a, ok = j.next() {
		if p.run(m, j, a) == Unreachable {
			j.pause(reconnectAfter)
		}
		if p.anyStranded() && p.giveAway(m) {
			break
		}
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
		p.rest(m)
	}
	return nil
}

// rest makes a member idle. The lock is held.
func (p *Pool[W]) rest(m *member[W]) {
	m.idleSince = p.seconds
	if m.worker.Live() {
		p.idle = append(p.idle, m)
	} else {
		p.bare = append(p.bare, m)
	}
}
