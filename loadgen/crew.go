package loadgen

import (
	"sync"
	"time"
)

// An arrival is one turn of the schedule.
type arrival struct {
	n     uint64
	due   time.Time
	phase *phase
}

// A crew serves arrivals with as many workers as are needed at the same time, up to a bound. Whoever was busy last is
// given work first, so that no more connections are kept warm than have to be.
type crew struct {
	bound int
	hire  func(number int) *worker

	mu      sync.Mutex
	idle    []*worker
	workers []*worker
	waiting backlog
	crowded int64 // arrivals that found everybody busy
	closing bool
	all     sync.WaitGroup
}

// hand gives an arrival to a worker who is free, to a new one, or to the next who becomes free.
func (c *crew) hand(a arrival) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case len(c.idle) > 0:
		w := c.idle[len(c.idle)-1]
		c.idle = c.idle[:len(c.idle)-1]
		w.next <- a
	case len(c.workers) < c.bound:
		c.start().next <- a
	case c.waiting.len() < maxBacklog:
		c.crowded++
		c.waiting.push(a)
	default: // too many wait already
		c.crowded++
		a.phase.settle(a, false)
	}
}

// maxBacklog bounds the arrivals that wait for a worker, at 40 bytes each. Of a target that is stuck nothing more is
// learnt from those beyond it.
const maxBacklog = 1 << 17

// start adds a worker. The lock is held.
func (c *crew) start() *worker {
	w := c.hire(len(c.workers))
	c.workers = append(c.workers, w)
	c.all.Go(func() {
		for a := range w.next {
			for more := true; more; a, more = c.another(w, a.phase) {
				w.serve(a)
			}
		}
	})
	return w
}

// another is what a worker who is done does next: the next turn of a closed loop, or the arrival that has waited longest.
func (c *crew) another(w *worker, loop *phase) (arrival, bool) {
	if a, ok := loop.again(); ok {
		return a, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if a, ok := c.waiting.pop(); ok {
		return a, true
	}
	if c.closing {
		close(w.next)
		return arrival{}, false
	}
	c.idle = append(c.idle, w)
	return arrival{}, false
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

// abandon gives up the arrivals that nobody has begun with.
func (c *crew) abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for a, ok := c.waiting.pop(); ok; a, ok = c.waiting.pop() {
		a.phase.settle(a, false)
	}
}

// takeCrowded is how many arrivals have found everybody busy since the last call.
func (c *crew) takeCrowded() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.crowded
	c.crowded = 0
	return n
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
}

// A backlog is a queue of arrivals. The zero value is empty.
type backlog struct {
	arrivals []arrival // a ring
	first, n int
}

func (b *backlog) len() int { return b.n }

func (b *backlog) push(a arrival) {
	if b.n == len(b.arrivals) {
		grown := make([]arrival, max(64, 2*b.n))
		for i := range b.n {
			grown[i] = b.arrivals[(b.first+i)%len(b.arrivals)]
		}
		b.arrivals, b.first = grown, 0
	}
	b.arrivals[(b.first+b.n)%len(b.arrivals)] = a
	b.n++
}

func (b *backlog) pop() (arrival, bool) {
	if b.n == 0 {
		return arrival{}, false
	}
	a := b.arrivals[b.first]
	b.first, b.n = (b.first+1)%len(b.arrivals), b.n-1
	return a, true
}
