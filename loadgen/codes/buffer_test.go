package codes

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestACodeOfHalfItsLifetimeIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewBuffer(8)
		now := time.Now()
		s.put([]Code{{Text: "old", UseBy: now.Add(time.Second)}, {Text: "young", UseBy: now.Add(time.Minute)}, {Text: "ageless"}})
		time.Sleep(time.Second)
		for _, want := range []string{"young", "ageless"} {
			if c, err := s.Take(t.Context()); c.Text != want || err != nil {
				t.Errorf("took %q, %v; want %q", c.Text, err, want)
			}
		}
		if s.aged.Load() != 1 || s.starved.Load() != 0 {
			t.Errorf("%d aged, %d starved; want 1 and 0", s.aged.Load(), s.starved.Load())
		}
	})
}

func TestAnEmptyStockStarvesTheGenerator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewBuffer(4)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := s.Take(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(2 * time.Second)
		s.put([]Code{{Text: "a"}, {Text: "b"}})
		time.Sleep(time.Second)
		s.put([]Code{{Text: "c"}})
		all.Wait()
		if s.starved.Load() != 3 || time.Duration(s.starvedFor.Load()) != 7*time.Second {
			t.Errorf("%d starved for %s; want 3 for 7s", s.starved.Load(), time.Duration(s.starvedFor.Load()))
		}
	})
}

func TestWhoWaitsForACodeIsToldThatNoneComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, why := NewBuffer(4), errors.New("the driver died")
		go func() {
			time.Sleep(time.Second)
			s.close(why)
		}()
		if _, err := s.Take(t.Context()); !errors.Is(err, why) {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := NewBuffer(4).Take(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAStockIsNeverOverfull(t *testing.T) {
	s := NewBuffer(4)
	for range 4 {
		if n := s.room(3); n != 1 {
			t.Fatalf("room for %d at once", n)
		}
	}
	if n := s.room(1); n != 0 {
		t.Fatalf("room for %d beside the 4 that are asked for", n)
	}
	s.put(make([]Code, 6)) // more than were asked for
	if s.Depth() != 4 {
		t.Errorf("%d in stock", s.Depth())
	}
}

func TestAStockThatGrowsKeepsItsCodes(t *testing.T) {
	s := NewBuffer(4)
	s.put([]Code{{Text: "a"}, {Text: "b"}, {Text: "c"}, {Text: "d"}})
	_, _, _ = s.next()
	s.put([]Code{{Text: "e"}}) // around the ring
	s.Grow(6)
	s.Grow(5) // which it has
	s.put([]Code{{Text: "f"}, {Text: "g"}, {Text: "beyond"}})
	var order string
	for s.Depth() > 0 {
		c, _, _ := s.next()
		order += c.Text
	}
	if order != "bcdefg" || s.capacity() != 6 {
		t.Errorf("took %q of a stock of %d", order, s.capacity())
	}
}

func TestARunBeginsWithAFullStock(t *testing.T) {
	died := errors.New("the driver died")
	soon := func(useBy time.Duration) Code { return Code{Text: "soon", UseBy: time.Now().Add(useBy)} }
	for name, of := range map[string]struct {
		put  func(*Buffer)
		want time.Duration
		err  error
	}{
		"full":              {func(s *Buffer) { s.put(make([]Code, 2)) }, 0, nil},
		"filled":            {func(s *Buffer) { s.put(make([]Code, 1)); time.Sleep(time.Second); s.put(make([]Code, 1)) }, time.Second, nil},
		"never full":        {func(s *Buffer) { time.Sleep(time.Minute); s.put(make([]Code, 1)) }, time.Minute + fillTime, nil},
		"codes that expire": {func(s *Buffer) { s.put([]Code{soon(time.Second)}) }, time.Second / 2, nil},
		"no codes":          {func(s *Buffer) { time.Sleep(time.Second); s.close(died) }, time.Second, died},
		"no more codes":     {func(s *Buffer) { s.put(make([]Code, 1)); time.Sleep(time.Second); s.close(died) }, time.Second, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := NewBuffer(2)
				began := time.Now()
				go of.put(s)
				err := s.WaitFull(t.Context())
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
