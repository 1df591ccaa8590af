package loadgen

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
)

const (
	// silentFor is how long nothing was answered in a silence, at least, and silentDue how many arrivals were due in that time.
	silentFor, silentDue = 500 * time.Millisecond, 10
	// unheard is the moment of the last answer before the first.
	unheard = math.MinInt64
)

// A silence counts the time in which arrivals were due and nothing was answered. Whole seconds of a timeline do not show it: a
// stall of 1.9 seconds may cover none but one of them. It is safe for concurrent use.
type silence struct {
	last, first atomic.Int64 // the moments of the last and the first answer, in nanoseconds from the start

	mu    sync.Mutex
	total time.Duration
	times int64
}

func (s *silence) begin() { s.last.Store(unheard) }

// heard notes an answer.
func (p *phase) heard(x *ledger.Exchange) {
	if p.Closed() || x.Answer.Status == 0 {
		return
	}
	s, now := &p.silence, int64(x.Answer.Done.Sub(p.Start()))
	for before := s.last.Load(); now > before; before = s.last.Load() {
		if !s.last.CompareAndSwap(before, now) {
			continue
		}
		if before == unheard {
			s.first.Store(now)
		} else if quiet, ok := p.quiet(time.Duration(before), min(time.Duration(now), p.duration)); ok {
			s.mu.Lock()
			s.total, s.times = s.total+quiet, s.times+1
			s.mu.Unlock()
		}
		return
	}
}

// quiet is how much of the phase's time a silence between two moments takes; false if it is too short, or too few arrivals were due.
func (p *phase) quiet(from, to time.Duration) (time.Duration, bool) {
	if to-from < silentFor {
		return 0, false
	}
	return to - from, p.due(to, 0)-p.due(from, 0) >= silentDue
}

// silent is the sum of the silences so far; nil in a closed loop, where nothing is due. Before the first answer, one is on its way
// for the shortest time of a sign-in.
func (p *phase) silent(shortest time.Duration) *benchmark.Silence {
	if p.Closed() || p.elapsed == 0 {
		return nil
	}
	s := &p.silence
	s.mu.Lock()
	total, times := s.total, s.times
	s.mu.Unlock()
	last, first := time.Duration(s.last.Load()), time.Duration(s.first.Load())
	if last == unheard {
		last, first = shortest, 0
	}
	for _, edge := range [][2]time.Duration{{shortest, first}, {last, p.elapsed}} {
		if quiet, ok := p.quiet(edge[0], min(edge[1], p.limit())); ok {
			total, times = total+quiet, times+1
		}
	}
	return &benchmark.Silence{Seconds: inSeconds(int64(total)), Times: times}
}
