package loadgen

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
)

// beatEvery is the time between two beats: often enough for a p90 after a second and a p99 after ten, and seldom enough to cost
// a thousandth of a CPU.
const beatEvery = 10 * time.Millisecond

// A heartbeat measures how late this process runs: it waits beside the exchanges, as their workers do, and nothing that a
// target does can delay it. An answer that arrives at some moment is read as late as a beat that is due then.
type heartbeat struct {
	mu    sync.Mutex
	late  *hdrhistogram.Histogram // nanoseconds
	next  time.Time               // when the next beat is due; zero where no beat follows
	stops [keptStops]stop         // the last ones
	count int                     // of stops
}

// A stop is a time in which this process stood still: it was stopped, its container was frozen, or the machine had no time for it.
type stop struct{ from, to time.Time }

// keptStops is how many stops are remembered, and shortestStop how long one takes at least.
const keptStops, shortestStop = 64, 100 * time.Millisecond

func newHeartbeat() *heartbeat {
	const digits = 2
	return &heartbeat{late: hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), digits)}
}

// run beats until quit is closed or the waiter stops waiting. It closes the waiter.
func (h *heartbeat) run(by workers.Waiter, start time.Time, quit <-chan struct{}) {
	defer by.Close()
	h.expect(start.Add(beatEvery))
	defer h.expect(time.Time{})
	for due := start.Add(beatEvery); by.Until(due); {
		select {
		case <-quit:
			return
		default:
			due = h.beat(due, time.Now())
		}
	}
}

// beat records every beat that was due since the last one, up to now, and returns the next. While the process stood still, as
// many were due as at any other time.
func (h *heartbeat) beat(due, now time.Time) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Sub(due) >= shortestStop {
		h.stops[h.count%keptStops] = stop{due, now}
		h.count++
	}
	for ; !due.After(now); due = due.Add(beatEvery) {
		_ = h.late.RecordValue(min(int64(now.Sub(due)), h.late.HighestTrackableValue()))
	}
	h.next = due
	return due
}

// expect says when the next beat is due; the zero time says that none follows.
func (h *heartbeat) expect(next time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next = next
}

// stood is how long the process stood still between two moments, of which the later is now. A stop that has just ended counts,
// although its beat may be recorded later.
func (h *heartbeat) stood(from, now time.Time) (sum time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if late := now.Sub(h.next); !h.next.IsZero() && late >= shortestStop {
		sum = min(late, now.Sub(from))
	}
	for _, one := range h.stops[:min(h.count, keptStops)] {
		sum += max(0, min(one.to.Sub(from), now.Sub(from))-max(0, one.from.Sub(from)))
	}
	return sum
}

func (h *heartbeat) times() benchmark.Times {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.late.TotalCount() == 0 {
		return benchmark.Times{}
	}
	after := func(percentile float64) float64 { return inSeconds(h.late.ValueAtQuantile(percentile)) }
	return benchmark.Times{P50: after(50), P90: after(90), P95: after(95), P99: after(99), P999: after(99.9),
		Max: inSeconds(h.late.Max()), Mean: rounded(h.late.Mean() / 1e9), Samples: h.late.TotalCount()}
}
