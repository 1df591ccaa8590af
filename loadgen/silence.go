package loadgen

import (
	"cmp"
	"math"
	"slices"
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

	mu      sync.Mutex
	total   time.Duration
	times   int64
	longest []benchmark.Quiet // the longest ones
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
		} else if quiet, ok := p.quiet(time.Duration(before), min(time.Duration(now), p.duration())); ok {
			s.mu.Lock()
			s.total, s.times = s.total+min(time.Duration(now), p.duration())-time.Duration(before), s.times+1
			s.longest = withLongest(s.longest, quiet)
			s.mu.Unlock()
		}
		return
	}
}

// quiet is the silence between two moments of the phase; false if it is too short, or too few arrivals were due.
func (p *phase) quiet(from, to time.Duration) (quiet benchmark.Quiet, ok bool) {
	if to-from < silentFor {
		return quiet, false
	}
	due := p.due(to, 0) - p.due(from, 0)
	return benchmark.Quiet{From: inSeconds(int64(from)), Seconds: inSeconds(int64(to - from)), Due: due}, due >= silentDue
}

// withLongest adds a silence to the longest ones, in place of the shortest of them if there are enough.
func withLongest(longest []benchmark.Quiet, quiet benchmark.Quiet) []benchmark.Quiet {
	longest = append(longest, quiet)
	if len(longest) <= benchmark.MostQuiet {
		return longest
	}
	shortest := 0
	for i, one := range longest {
		if one.Seconds < longest[shortest].Seconds {
			shortest = i
		}
	}
	return slices.Delete(longest, shortest, shortest+1)
}

// silent is the sum of the silences so far; nil in a closed loop, where nothing is due. Before the first answer, one is on its way
// for the shortest time of a sign-in.
func (p *phase) silent(shortest time.Duration) *benchmark.Silence {
	if p.Closed() || p.elapsed == 0 {
		return nil
	}
	s := &p.silence
	s.mu.Lock()
	total, times, longest := inSeconds(int64(s.total)), s.times, slices.Clone(s.longest)
	s.mu.Unlock()
	last, first := time.Duration(s.last.Load()), time.Duration(s.first.Load())
	if last == unheard {
		last, first = shortest, 0
	}
	for _, edge := range [][2]time.Duration{{shortest, first}, {last, p.elapsed}} {
		if quiet, ok := p.quiet(edge[0], min(edge[1], p.limit())); ok {
			total, times, longest = total+quiet.Seconds, times+1, withLongest(longest, quiet)
		}
	}
	slices.SortFunc(longest, func(a, b benchmark.Quiet) int { return cmp.Compare(a.From, b.From) })
	return &benchmark.Silence{Seconds: total, Times: times, Longest: longest}
}
