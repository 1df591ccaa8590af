package suites

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// slots bound how many exchanges and driver requests are in flight. A goroutine holds a slot while it asks the driver or
// the target, and never waits for a second one. The exchanges of a race share the slot of their trial.
type slots struct {
	all  int64
	free *semaphore.Weighted
	solo sync.Mutex
}

func newSlots(n int) *slots { return &slots{all: int64(n), free: semaphore.NewWeighted(int64(n))} }

func (s *slots) enter()         { s.take(1) }
func (s *slots) leave()         { s.free.Release(1) }
func (s *slots) tryEnter() bool { return s.free.TryAcquire(1) }

// take waits for n slots. It cannot fail: the context does not end, because a run that ends empties the slots soon.
func (s *slots) take(n int64) { _ = s.free.Acquire(context.Background(), n) }

// alone takes all slots but one, once their holders have left them; the caller must hold none. end gives them back.
// Only one goroutine at a time can be alone: a second one would wait for the last slot, in front of the first.
func (s *slots) alone() (end func()) {
	s.solo.Lock()
	s.take(s.all - 1)
	return func() {
		s.free.Release(s.all - 1)
		s.solo.Unlock()
	}
}

// shrink leaves n slots, at least one. The caller is alone.
func (s *slots) shrink(n int) { s.all = max(1, min(s.all, int64(n))) }

// share does n independent pieces of work. The caller, who holds a slot, does one after the other; while slots are free,
// other goroutines take part. The first panic stops the work and is raised again in the caller.
func (s *slots) share(n int, do func(i int)) {
	w := &work{n: n, do: do}
	var helpers sync.WaitGroup
	for started := 1; ; {
		for ; started < n && w.left() && s.tryEnter(); started++ {
			helpers.Go(func() {
				defer s.leave()
				for w.one() {
				}
			})
		}
		if !w.one() {
			break
		}
	}
	helpers.Wait()
	if w.broken != nil {
		panic(w.broken)
	}
}

// work is the pieces that goroutines share.
type work struct {
	n  int
	do func(i int)

	mu     sync.Mutex
	next   int // the first piece that nobody has begun
	broken any // the value of the first panic
}

func (w *work) left() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.next < w.n && w.broken == nil
}

// one does a piece and reports whether there was one left.
func (w *work) one() bool {
	w.mu.Lock()
	if w.next == w.n || w.broken != nil {
		w.mu.Unlock()
		return false
	}
	i := w.next
	w.next++
	w.mu.Unlock()
	defer func() {
		if cause := recover(); cause != nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.broken == nil {
				w.broken = cause
			}
		}
	}()
	w.do(i)
	return true
}
