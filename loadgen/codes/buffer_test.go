package codes

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestTakeDropsAgedCodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuffer(8)
		now := time.Now()
		b.add([]Code{{Text: "old", UseBy: now.Add(time.Second)}, {Text: "young", UseBy: now.Add(time.Minute)}, {Text: "ageless"}})
		time.Sleep(time.Second)
		for _, want := range []string{"young", "ageless"} {
			if c, err := b.Take(t.Context()); c.Text != want || err != nil {
				t.Errorf("took %q, %v; want %q", c.Text, err, want)
			}
		}
		if b.aged.Load() != 1 || b.starved.Load() != 0 {
			t.Errorf("%d aged, %d starved; want 1 and 0", b.aged.Load(), b.starved.Load())
		}
	})
}

func TestTakeFromAnEmptyBufferStarves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuffer(4)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := b.Take(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(2 * time.Second)
		b.add([]Code{{Text: "a"}, {Text: "b"}})
		time.Sleep(time.Second)
		b.add([]Code{{Text: "c"}})
		all.Wait()
		if b.starved.Load() != 3 || time.Duration(b.starvedForNS.Load()) != 7*time.Second {
			t.Errorf("%d starved for %s; want 3 for 7s", b.starved.Load(), time.Duration(b.starvedForNS.Load()))
		}
	})
}

func TestTakeFailsWhenTheBufferCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, why := NewBuffer(4), errors.New("the driver died")
		go func() {
			time.Sleep(time.Second)
			b.close(why)
		}()
		if _, err := b.Take(t.Context()); !errors.Is(err, why) {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := NewBuffer(4).Take(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestReserveNeverOverfills(t *testing.T) {
	b := NewBuffer(4)
	for _, want := range []int{3, 1} {
		if n := b.reserve(3); n != want {
			t.Fatalf("reserved %d, want %d", n, want)
		}
	}
	if n := b.reserve(1); n != 0 {
		t.Fatalf("reserved %d more than the capacity", n)
	}
	b.add(make([]Code, 6)) // more than were requested
	if b.Depth() != 4 {
		t.Errorf("%d codes", b.Depth())
	}
}

func TestGrowKeepsTheCodes(t *testing.T) {
	b := NewBuffer(4)
	b.add([]Code{{Text: "a"}, {Text: "b"}, {Text: "c"}, {Text: "d"}})
	_, _, _ = b.next()
	b.add([]Code{{Text: "e"}}) // wraps around the ring
	b.grow(6)
	b.grow(5) // changes nothing
	b.add([]Code{{Text: "f"}, {Text: "g"}, {Text: "beyond"}})
	var order string
	for b.Depth() > 0 {
		c, _, _ := b.next()
		order += c.Text
	}
	if order != "bcdefg" || b.capacity() != 6 {
		t.Errorf("took %q of a buffer of %d", order, b.capacity())
	}
}

func TestWaitFull(t *testing.T) {
	died := errors.New("the driver died")
	soon := func(useBy time.Duration) Code { return Code{Text: "soon", UseBy: time.Now().Add(useBy)} }
	for name, of := range map[string]struct {
		put  func(*Buffer)
		want time.Duration
		err  error
	}{
		"full":              {func(b *Buffer) { b.add(make([]Code, 2)) }, 0, nil},
		"filled":            {func(b *Buffer) { b.add(make([]Code, 1)); time.Sleep(time.Second); b.add(make([]Code, 1)) }, time.Second, nil},
		"never full":        {func(b *Buffer) { time.Sleep(time.Minute); b.add(make([]Code, 1)) }, time.Minute + maxFillTime, nil},
		"codes that expire": {func(b *Buffer) { b.add([]Code{soon(time.Second)}) }, time.Second / 2, nil},
		"no codes":          {func(b *Buffer) { time.Sleep(time.Second); b.close(died) }, time.Second, died},
		"no more codes":     {func(b *Buffer) { b.add(make([]Code, 1)); time.Sleep(time.Second); b.close(died) }, time.Second, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := NewBuffer(2)
				began := time.Now()
				go of.put(b)
				err := b.WaitFull(t.Context())
				if long := time.Since(began); long != of.want || !errors.Is(err, of.err) {
					t.Errorf("after %s: %v; want %s, %v", long, err, of.want, of.err)
				}
				if b.starved.Load() != 0 {
					t.Errorf("%d starved", b.starved.Load())
				}
			})
		})
	}
}
