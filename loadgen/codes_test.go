package loadgen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestACodeOfHalfItsLifetimeIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStock(8)
		now := time.Now()
		s.put([]code{{text: "old", useBy: now.Add(time.Second)}, {text: "young", useBy: now.Add(time.Minute)}, {text: "ageless"}})
		time.Sleep(time.Second)
		for _, want := range []string{"young", "ageless"} {
			if c, err := s.take(t.Context()); c.text != want || err != nil {
				t.Errorf("took %q, %v; want %q", c.text, err, want)
			}
		}
		if s.aged.Load() != 1 || s.starved.Load() != 0 {
			t.Errorf("%d aged, %d starved; want 1 and 0", s.aged.Load(), s.starved.Load())
		}
	})
}

func TestAnEmptyStockStarvesTheGenerator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStock(4)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := s.take(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(2 * time.Second)
		s.put([]code{{text: "a"}, {text: "b"}})
		time.Sleep(time.Second)
		s.put([]code{{text: "c"}})
		all.Wait()
		if s.starved.Load() != 3 || time.Duration(s.starvedFor.Load()) != 7*time.Second {
			t.Errorf("%d starved for %s; want 3 for 7s", s.starved.Load(), time.Duration(s.starvedFor.Load()))
		}
	})
}

func TestWhoWaitsForACodeIsToldThatNoneComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, why := newStock(4), errors.New("the driver died")
		go func() {
			time.Sleep(time.Second)
			s.end(why)
		}()
		if _, err := s.take(t.Context()); !errors.Is(err, why) {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := newStock(4).take(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAStockIsNeverOverfull(t *testing.T) {
	s := newStock(4)
	for range 4 {
		if n := s.room(3); n != 1 {
			t.Fatalf("room for %d at once", n)
		}
	}
	if n := s.room(1); n != 0 {
		t.Fatalf("room for %d beside the 4 that are asked for", n)
	}
	s.put(make([]code, 6)) // more than were asked for
	if s.depth() != 4 {
		t.Errorf("%d in stock", s.depth())
	}
}

func TestTheLastCodesAreKnownForGiven(t *testing.T) {
	g := newGiven()
	for i := range 3 * keptGiven {
		if g.again(fmt.Sprint(i)) {
			t.Fatalf("%d is taken for one that was given before", i)
		}
	}
	for _, i := range []int{3*keptGiven - 1, 2 * keptGiven} {
		if !g.again(fmt.Sprint(i)) {
			t.Errorf("%d is not known any more", i)
		}
	}
	if g.again("0") {
		t.Error("the first one is known, after three times as many as are kept")
	}
}

func TestAStockThatGrowsKeepsItsCodes(t *testing.T) {
	s := newStock(4)
	s.put([]code{{text: "a"}, {text: "b"}, {text: "c"}, {text: "d"}})
	_, _, _ = s.next()
	s.put([]code{{text: "e"}}) // around the ring
	s.grow(6)
	s.grow(5) // which it has
	s.put([]code{{text: "f"}, {text: "g"}, {text: "beyond"}})
	var order string
	for s.depth() > 0 {
		c, _, _ := s.next()
		order += c.text
	}
	if order != "bcdefg" || s.capacity() != 6 {
		t.Errorf("took %q of a stock of %d", order, s.capacity())
	}
}

// A code that waits for minutes may have expired when its turn comes, and the driver need not have said so.
func TestASlowRunKeepsFewCodes(t *testing.T) {
	for _, test := range []struct {
		plan Plan
		want int
	}{
		{Plan{Rate: 0.1}, 8}, {Plan{Rate: 1}, 20}, {Plan{Rate: 10}, 200}, {Plan{Rate: 100}, 256}, {Plan{Rate: 500}, 1000},
		{Plan{Rate: 1, To: 500}, 1000}, {Plan{Rate: 1e6}, 1 << 15}, {Plan{Closed: true}, 1 << 14},
	} {
		if got := test.plan.stock(); got != test.want {
			t.Errorf("at %g/s to %g/s %d codes are kept, want %d", test.plan.Rate, test.plan.To, got, test.want)
		}
	}
}

// A driver may be slow by the request or by the code.
func TestABatchGrowsAsLongAsItPays(t *testing.T) {
	for _, test := range []struct {
		request, code time.Duration
		least, most   int
	}{
		{0, time.Microsecond, mostBatch, mostBatch},
		{300 * time.Millisecond, 0, mostBatch / 2, mostBatch}, // a driver that is far away
		{3 * time.Second, 100 * time.Microsecond, mostBatch / 2, mostBatch},
		{100 * time.Millisecond, 0, mostBatch / 2, mostBatch},
		{0, 5 * time.Millisecond, leastBatch, 2 * leastBatch},
		{0, 50 * time.Millisecond, 1, 4},
		{0, time.Second, 1, 1},
	} {
		b := batch{size: leastBatch}
		for range 40 {
			b.took(b.size, test.request+time.Duration(b.size)*test.code)
		}
		if b.size < test.least || b.size > test.most {
			t.Errorf("%s a request and %s a code: batches of %d", test.request, test.code, b.size)
		}
	}
}

func TestARunBeginsWithAFullStock(t *testing.T) {
	died := errors.New("the driver died")
	soon := func(useBy time.Duration) code { return code{text: "soon", useBy: time.Now().Add(useBy)} }
	for name, of := range map[string]struct {
		put  func(*stock)
		want time.Duration
		err  error
	}{
		"full":              {func(s *stock) { s.put(make([]code, 2)) }, 0, nil},
		"filled":            {func(s *stock) { s.put(make([]code, 1)); time.Sleep(time.Second); s.put(make([]code, 1)) }, time.Second, nil},
		"never full":        {func(s *stock) { time.Sleep(time.Minute); s.put(make([]code, 1)) }, time.Minute + fillTime, nil},
		"codes that expire": {func(s *stock) { s.put([]code{soon(time.Second)}) }, time.Second / 2, nil},
		"no codes":          {func(s *stock) { time.Sleep(time.Second); s.end(died) }, time.Second, died},
		"no more codes":     {func(s *stock) { s.put(make([]code, 1)); time.Sleep(time.Second); s.end(died) }, time.Second, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStock(2)
				began := time.Now()
				go of.put(s)
				err := s.stocked(t.Context())
				if long := time.Since(began); long != of.want || !errors.Is(err, of.err) {
					t.Errorf("after %s: %v; want %s, %v", long, err, of.want, of.err)
				}
				if s.starved.Load() != 0 {
					t.Errorf("%d starved before anything was sent", s.starved.Load())
				}
			})
		})
	}
}
