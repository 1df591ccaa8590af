package suites

import (
	"fmt"
	"runtime"
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
		together := make(chan struct{}, 1) // filled when as many as may are at work
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
			together <- <-together // which comes only if so many are at work at once
			for range 100 {
				runtime.Gosched() // any more would come now
			}
			running.Add(-1)
		})
		s.leave()
		if int(most.Load()) != test.together || len(s.free) != 0 {
			t.Errorf("%+v: %d together, %d slots taken in the end", test, most.Load(), len(s.free))
		}
		for i := range done {
			if done[i].Load() != 1 {
				t.Errorf("%+v: piece %d was done %d times", test, i, done[i].Load())
			}
		}
	}
}

// TestShareBreaks: the first panic is the caller's, and nothing more is begun.
func TestShareBreaks(t *testing.T) {
	s := newSlots(3)
	var begun atomic.Int64
	s.enter()
	defer func() {
		if cause := fmt.Sprint(recover()); cause != "piece" || begun.Load() > 3 || len(s.free) != 1 {
			t.Errorf("%s after %d pieces, %d slots taken", cause, begun.Load(), len(s.free))
		}
	}()
	s.share(100, func(int) {
		begun.Add(1)
		panic("piece")
	})
}

// TestAlone: as long as one is alone, nobody else holds a slot but the one who shares the last with it.
func TestAlone(t *testing.T) {
	s := newSlots(4)
	end := s.alone()
	s.enter()
	if s.tryEnter() {
		t.Error("a second one has a slot")
	}
	s.leave()
	end()
	for range 4 {
		if !s.tryEnter() {
			t.Fatal("a slot was not given back")
		}
	}
}
