package arrivals

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

func newTestSleeper(t testing.TB, ctx context.Context) *Sleeper {
	t.Helper()
	s, err := NewSleeper(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// TestSleeperIsNeverEarly waits for many moments, most of them closer than a wait takes, some of them past.
func TestSleeperIsNeverEarly(t *testing.T) {
	s := newTestSleeper(t, t.Context())
	random := rand.New(rand.NewPCG(1, 2))
	moment := time.Now()
	for n := range 3000 {
		moment = moment.Add(time.Duration(random.ExpFloat64() * 50_000))
		if n%1000 == 0 {
			moment = time.Now().Add(10 * time.Millisecond)
		}
		if !s.Until(moment) {
			t.Fatalf("wait %d was interrupted", n)
		}
		if early := time.Until(moment); early > 0 {
			t.Fatalf("wait %d ended %v early", n, early)
		}
	}
}

// TestSleepersAreIndependent has several sleepers at once, while all processors are busy.
func TestSleepersAreIndependent(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var busy, sleepers sync.WaitGroup
	for range 4 {
		busy.Go(func() {
			for ctx.Err() == nil {
			}
		})
		s := newTestSleeper(t, t.Context())
		sleepers.Go(func() {
			for n := range 20 {
				moment := time.Now().Add(time.Duration(n) * 100 * time.Microsecond)
				if !s.Until(moment) || time.Until(moment) > 0 {
					t.Errorf("wait %d ended %v early", n, time.Until(moment))
				}
			}
		})
	}
	sleepers.Wait()
	stop()
	busy.Wait()
}

// TestSleeperIsInterrupted ends the context before, while and after the sleeper waits for next week.
func TestSleeperIsInterrupted(t *testing.T) {
	nextWeek := time.Now().Add(7 * 24 * time.Hour)
	for n := range 200 {
		ctx, stop := context.WithCancel(t.Context())
		s := newTestSleeper(t, ctx)
		if !s.Until(time.Now()) {
			t.Fatal("interrupted before the end of the context")
		}
		go func() {
			for range n * 100 { // from at once to some time into the wait
				_ = ctx.Err()
			}
			stop()
		}()
		if s.Until(nextWeek) {
			t.Fatal("waited until next week")
		}
		if s.Until(nextWeek) || s.Until(time.Now()) {
			t.Fatal("waited after the end of the context")
		}
	}
}

func TestSleeperOfAnEndedContextReturns(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if newTestSleeper(t, ctx).Until(time.Now().Add(time.Hour)) {
		t.Error("waited after the end of the context")
	}
}

func TestUntilAllocatesNothing(t *testing.T) {
	s := newTestSleeper(t, t.Context())
	if allocs := testing.AllocsPerRun(50, func() { s.Until(time.Now().Add(20 * time.Microsecond)) }); allocs != 0 {
		t.Errorf("%v allocations for a wait", allocs)
	}
}
