package loadgen

import "sync"

// A crew makes arrivals with as many workers as are needed at the same time, up to a bound. Whoever was busy last is given
// work first, so that no more connections are kept warm than have to be. watch.go says how it follows a schedule.
type crew struct {
	bound int
	keep  int // workers stay, however long they have been idle
	hire  func(number int) *worker
	// shared is how many connections there are that are nobody's own.
	shared func() int

	mu      sync.Mutex
	idle    []*worker // who has been so the longest first
	workers map[*worker]struct{}
	hired   int                                // so far
	most    struct{ workers, connections int } // at once
	seconds int                                // that the crew has been there for
	called  []*phase                           // closed loops that wait for a worker, once for each
	closing bool
	all     sync.WaitGroup
	watch
}

// idleSeconds is how long a worker may be idle: those whom a stall of the target called for are then gone, and their
// connections with them.
const idleSeconds = 10

// call sets a worker to a phase who is free, or a new one. It is false when everybody is busy. The lock is held.
func (c *crew) call(p *phase) bool {
	var w *worker
	switch {
	case len(c.idle) > 0:
		w = c.idle[len(c.idle)-1]
		c.idle = c.idle[:len(c.idle)-1]
	case len(c.workers) < c.bound:
		w = c.start()
	default:
		return false
	}
	w.next <- p
	return true
}

// start adds a worker. The lock is held.
func (c *crew) start() *worker {
	w := c.hire(c.hired)
	c.hired++
	c.workers[w] = struct{}{}
	c.most.workers = max(c.most.workers, len(c.workers))
	c.all.Go(func() {
		defer w.hangUp()
		for p := range w.next {
			for p != nil {
				if p.closed() {
					p = c.loop(w, p)
				} else {
					p = c.follow(w)
				}
			}
		}
	})
	return w
}

// loop makes a worker begin an exchange whenever the last is over, until the phase's time is. It returns what he does next.
func (c *crew) loop(w *worker, p *phase) *phase {
	for a, ok := p.again(); ok; a, ok = p.again() {
		w.serve(a)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rest(w)
}

// begin sets n workers to a closed loop: those who are busy, once they are done.
func (c *crew) begin(p *phase, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range n {
		if !c.call(p) {
			c.called = append(c.called, p)
		}
	}
}

// rest is for a worker who has nothing to do, unless somebody was called for in vain before. The lock is held.
func (c *crew) rest(w *worker) *phase {
	switch {
	case len(c.called) > 0:
		p := c.called[0]
		c.called = c.called[1:]
		return p
	case c.closing:
		close(w.next)
	default:
		w.idle = c.seconds
		c.idle = append(c.idle, w)
	}
	return nil
}

// second is to be called once a second. It counts connections, and dismisses who has been idle for too long.
func (c *crew) second() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count()
	c.seconds++
	for len(c.idle) > 0 && len(c.workers) > c.keep && c.seconds-c.idle[0].idle > idleSeconds {
		close(c.idle[0].next)
		delete(c.workers, c.idle[0])
		c.idle = c.idle[1:]
	}
}

// count counts the connections. The lock is held.
func (c *crew) count() {
	n := c.shared()
	for w := range c.workers {
		n += int(w.lines.Load())
	}
	c.most.connections = max(c.most.connections, n)
}

// warm hires n workers and has each of them connect, all together.
func (c *crew) warm(n int, connect func(*worker) error) error {
	c.mu.Lock()
	var fresh []*worker
	for len(c.workers) < min(n, c.bound) {
		fresh = append(fresh, c.start())
	}
	c.mu.Unlock()
	failed := make(chan error, len(fresh))
	for _, w := range fresh {
		go func() { failed <- connect(w) }()
	}
	var err error
	for range fresh {
		if e := <-failed; e != nil {
			err = e
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range fresh {
		w.idle = c.seconds
	}
	c.idle = append(c.idle, fresh...)
	return err
}

// size is how many workers there were at once, and how many connections they had.
func (c *crew) size() (workers, connections int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count()
	return c.most.workers, c.most.connections
}

// disband ends the workers once they are done, and returns when the last of them is. Nothing may be handed any more.
func (c *crew) disband() {
	c.mu.Lock()
	c.closing = true
	for _, w := range c.idle {
		close(w.next)
	}
	c.idle = nil
	c.mu.Unlock()
	c.all.Wait()
	for _, by := range c.waiters {
		by.Close()
	}
}
