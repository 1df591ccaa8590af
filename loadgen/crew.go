package loadgen

import "sync"

// A crew makes arrivals with as many workers as are needed at the same time, up to a bound. Whoever was busy last is given
// work first, so that no more connections are kept warm than have to be. watch.go says how it follows a schedule.
type crew struct {
	bound int
	hire  func(number int) *worker

	mu      sync.Mutex
	idle    []*worker
	workers []*worker
	called  []*phase // closed loops that wait for a worker, once for each
	closing bool
	all     sync.WaitGroup
	watch
}

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
	w := c.hire(len(c.workers))
	c.workers = append(c.workers, w)
	c.all.Go(func() {
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
		c.idle = append(c.idle, w)
	}
	return nil
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
	c.idle = append(c.idle, fresh...)
	return err
}

// size is how many workers there are.
func (c *crew) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.workers)
}

// connections is how many connections the workers have made their own.
func (c *crew) connections() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.workers {
		n += int(w.lines.Load())
	}
	return n
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
	for _, w := range c.workers {
		w.hangUp()
	}
	for _, by := range c.waiters {
		by.close()
	}
}
