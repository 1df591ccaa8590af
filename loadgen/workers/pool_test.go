package workers

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
)

// A counted worker counts its open connection.
type counted struct{ open *atomic.Int64 }

func (c *counted) Connect() error         { return nil }
func (c *counted) Live() bool             { return true }
func (c *counted) Connected(Arrival) bool { return true }
func (c *counted) Close()                 { c.open.Add(-1) }

// A plain waiter waits by the runtime's timers, which synctest controls.
type plain struct{}

func (plain) Until(moment time.Time) bool {
	time.Sleep(time.Until(moment))
	return true
}

func (plain) Close() {}

func newTestPool(limit, keep int, open *atomic.Int64) *Pool[*counted] {
	waiters := make([]Waiter, MaxWaiting)
	for i := range waiters {
		waiters[i] = plain{}
	}
	return New(Options[*counted]{Limit: limit, Keep: keep, Waiters: waiters, Connections: func() int { return int(open.Load()) },
		New: func(int) *counted { open.Add(1); return &counted{open} }})
}

func newTestJob(t *testing.T, rate float64, duration time.Duration, serve func()) *Job[*counted] {
	t.Helper()
	schedule, err := arrivals.New(arrivals.Constant, rate, 0, duration, 0)
	if err != nil {
		t.Fatal(err)
	}
	return NewJob(t.Context(), schedule, func(*counted, Arrival) Result { serve(); return Sent })
}

// Workers that a stall needed end after they have been idle for some time, and those that are to stay do not.
func TestIdleWorkersEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, keep = 500, 8
		var open, served atomic.Int64
		p := newTestPool(2000, keep, &open)
		if err := p.Warm(); err != nil || open.Load() != keep {
			t.Fatalf("%d workers, %v", open.Load(), err)
		}
		began := time.Now()
		j := newTestJob(t, rate, 15*time.Second, func() {
			served.Add(1)
			time.Sleep(max(time.Until(began.Add(time.Second)), time.Millisecond))
		})
		j.Begin(0, nil)
		p.Follow(j)
		for range 15 {
			time.Sleep(time.Second)
			p.Tick()
		}
		p.Abandon(j)
		j.Wait()
		synctest.Wait()
		if open.Load() != keep || served.Load() != 15*rate || j.Offered() != 15*rate || j.Unsent() != 0 {
			t.Errorf("%d workers are left, %d served, %d offered, %d unsent", open.Load(), served.Load(), j.Offered(), j.Unsent())
		}
		if workers := p.Peak(); workers < rate*9/10 {
			t.Errorf("at most %d workers", workers)
		}
		p.Close()
		if open.Load() != 0 {
			t.Errorf("%d workers are open after the end", open.Load())
		}
	})
}

// An arrival that no worker took is offered and unsent, and is reported as lost.
func TestAbandonedArrivalsAreUnsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open, lost atomic.Int64
		p := newTestPool(1, 1, &open)
		defer p.Close()
		var j *Job[*counted]
		j = newTestJob(t, 10, time.Second, func() { <-j.Context().Done() })
		j.Begin(0, func(Arrival) { lost.Add(1) })
		p.Follow(j)
		time.Sleep(time.Second)
		if got := p.Overdue(j); got != 9 {
			t.Errorf("%d overdue, want all but the one that is served", got)
		}
		p.Abandon(j)
		j.Wait()
		if j.Offered() != 10 || j.Unsent() != 9 || lost.Load() != 9 {
			t.Errorf("%d offered, %d unsent, %d lost", j.Offered(), j.Unsent(), lost.Load())
		}
	})
}

// A closed loop has as many arrivals at the same time as workers, and its numbers have no gaps.
func TestClosedLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open, inFlight atomic.Int64
		p := newTestPool(4, 4, &open)
		defer p.Close()
		numbers := make(chan uint64, 1000)
		j := NewJob(context.Background(), nil, func(_ *counted, a Arrival) Result {
			if n := inFlight.Add(1); n > 4 {
				t.Errorf("%d arrivals at the same time", n)
			}
			time.Sleep(10 * time.Millisecond)
			inFlight.Add(-1)
			numbers <- a.N
			return Sent
		})
		j.Begin(7, nil)
		p.RunLoop(j, 4)
		time.Sleep(time.Second)
		j.End()
		j.Wait()
		seen := map[uint64]bool{}
		for range len(numbers) {
			seen[<-numbers] = true
		}
		for n := uint64(7); n < j.NextNumber(); n++ {
			if !seen[n] {
				t.Errorf("arrival %d is missing", n)
			}
		}
		if j.Offered() != int64(len(seen)) || len(seen) < 400 {
			t.Errorf("%d offered, %d served", j.Offered(), len(seen))
		}
	})
}
