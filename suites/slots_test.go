package suites

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestShare: every piece is done once, by as many at a time as there are slots.
func TestShare(t *testing.T) {
	for _, test := range []struct{ slots, pieces, together int }{
		{1, 10, 1}, {4, 10, 4}, {16, 3, 3}, {3, 1, 1}, {2, 0, 0},
	} {
		s := newSlots(test.slots)
		var running, most atomic.Int64
		done := make([]atomic.Int64, test.pieces)
		together := make(chan struct{}, 1) // filled when as many as allowed are at work
		s.enter()
		s.share(test.pieces, func(i int) {
			done[i].Add(1)
			now := running.Add(1)
			for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
			}
			if now == int64(test.together) {
				select {
				case together <- struct{}{}:
				default:
				}
			}
			together <- <-together // filled only if that many are at work at once
			for range 100 {
				runtime.Gosched() // let one too many begin
			}
			running.Add(-1)
		})
		s.leave()
		if taken := takenOf(s); int(most.Load()) != test.together || taken != 0 {
			t.Errorf("%+v: %d together, %d slots taken in the end", test, most.Load(), taken)
		}
		for i := range done {
			if done[i].Load() != 1 {
				t.Errorf("%+v: piece %d was done %d times", test, i, done[i].Load())
			}
		}
	}
}

// TestShareBreaks: the caller gets the first panic, and no further piece is begun.
func TestShareBreaks(t *testing.T) {
	s := newSlots(3)
	var begun atomic.Int64
	s.enter()
	defer func() {
		if cause := fmt.Sprint(recover()); cause != "piece" || begun.Load() > 3 || takenOf(s) != 1 {
			t.Errorf("%s after %d pieces", cause, begun.Load())
		}
	}()
	s.share(100, func(int) {
		begun.Add(1)
		panic("piece")
	})
}

// takenOf counts the slots that are taken, and takes the rest.
func takenOf(s *slots) (taken int64) {
	for taken = s.all; s.tryEnter(); taken-- {
	}
	return taken
}

// TestAlone: one slot is left to the goroutine that is alone, and all are free again afterwards.
func TestAlone(t *testing.T) {
	s := newSlots(4)
	end := s.alone()
	s.enter()
	if s.tryEnter() {
		t.Error("a second one has a slot")
	}
	s.leave()
	end()
	if taken := takenOf(s); taken != 0 {
		t.Errorf("%d slots were not given back", taken)
	}
}

// TestAloneOneAfterTheOther: two that want to be alone, while others come and go, do not wait for each other.
func TestAloneOneAfterTheOther(t *testing.T) {
	for _, n := range []int{1, 2, 5} {
		s := newSlots(n)
		var inside, most atomic.Int64
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				if i%4 == 0 {
					defer s.alone()()
				}
				s.enter()
				defer s.leave()
				if now := inside.Add(1); now > most.Load() {
					most.Store(now)
				}
				runtime.Gosched()
				inside.Add(-1)
			})
		}
		all.Wait()
		if taken := takenOf(s); taken != 0 || most.Load() > int64(n) {
			t.Errorf("%d slots: %d taken in the end, %d at once", n, taken, most.Load())
		}
	}
}

// TestExclusively: while a trial is alone, nobody else gets a slot; afterwards they are free again, also where it was stopped.
func TestExclusively(t *testing.T) {
	p := &script{answer: always(denied)}
	s, calls, shared := p.session(t), 0, false
	free := func() bool {
		got := s.slots.tryEnter()
		if got {
			s.slots.leave()
		}
		return got
	}
	attempt(t, s, entry{body: func(t *Trial) {
		t.exclusively(func() {
			calls, shared = calls+1, free()
			panic(stop{})
		})
	}}, "code.missing")
	if calls != 1 || shared || !free() {
		t.Errorf("%d calls; a slot is free meanwhile: %v, afterwards: %v", calls, shared, free())
	}
}
