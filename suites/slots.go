package suites

import "sync"

// slots bound how much of a run is under way at once. Whatever asks the driver or the target holds a slot, and whoever
// holds one never waits for another. Races are apart: all of one go through its one slot.
type slots struct {
	free chan struct{}
	solo sync.Mutex
}

func newSlots(n int) *slots { return &slots{free: make(chan struct{}, n)} }

func (s *slots) enter() { s.free <- struct{}{} }
func (s *slots) leave() { <-s.free }

// tryEnter takes a slot if one is free.
func (s *slots) tryEnter() bool {
	select {
	case s.free <- struct{}{}:
		return true
	default:
		return false
	}
}

// alone leaves a single slot to the caller, who holds none, once those who hold the others are done. What it returns
// ends that.
func (s *slots) alone() (end func()) {
	s.solo.Lock()
	for range cap(s.free) - 1 {
		s.enter()
	}
	return func() {
		for range cap(s.free) - 1 {
			s.leave()
		}
		s.solo.Unlock()
	}
}

// share does n pieces of work that do not depend on one another. The caller, who holds a slot, does one after the other,
// and as long as there are slots free, others help. The first panic ends it and is the caller's.
func (s *slots) share(n int, do func(i int)) {
	w := &work{n: n, do: do}
	var helpers sync.WaitGroup
	for recruited := 1; ; {
		for ; recruited < n && w.left() && s.tryEnter(); recruited++ {
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

// work is what is shared.
type work struct {
	n  int
	do func(i int)

	mu     sync.Mutex
	next   int // piece that nobody has begun
	broken any // what the first panic said
}

func (w *work) left() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.next < w.n && w.broken == nil
}

// one does a piece; false when there was none left.
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
