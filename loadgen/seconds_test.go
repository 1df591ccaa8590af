//go:build !race

package loadgen

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/hdrlog"
)

// A keeper keeps what checkpoints give.
type keeper struct {
	complete, open []Second
	start          time.Time
	mostOpen       int
}

func (k *keeper) keep(s Seconds) {
	if s.Start.IsZero() {
		return
	}
	if k.start != s.Start {
		k.complete = nil
	}
	k.start, k.open = s.Start, s.Open
	k.complete = append(k.complete, s.Complete...)
	k.mostOpen = max(k.mostOpen, len(s.Open))
}

// times are the sums of both kinds, by second.
func (k *keeper) times(t *testing.T) (accepted, others map[int]int64, sum *hdrhistogram.Histogram) {
	t.Helper()
	accepted, others, sum = map[int]int64{}, map[int]int64{}, hdrhistogram.New(1000, int64(10*time.Minute), 3)
	last := -1
	for _, one := range slices.Concat(k.complete, k.open) {
		if one.Second <= last {
			t.Errorf("second %d follows %d", one.Second, last)
		}
		last = one.Second
		if one.Accepted != nil {
			accepted[one.Second] = one.Accepted.TotalCount()
			sum.Merge(must(hdrhistogram.Decode(must(one.Accepted.EncodeV2()))))
		}
		if one.Others != nil {
			others[one.Second] = one.Others.TotalCount()
		}
	}
	return accepted, others, sum
}

// measured makes a run and keeps its seconds.
func (k *keeper) measured(r *run) (benchmark.Report, Histograms) {
	r.config.Checkpoint = func(_ benchmark.Report, h Histograms) { k.keep(h.Seconds) }
	r.monitor.checkpoint = r.checkpoint
	p := r.measure(r.plan)
	h := p.histograms()
	k.keep(h.Seconds)
	return benchmark.Conclude(r.report(p)), h
}

// An exchange counts in the second in which it was due, whenever it was answered, and all seconds together are the whole.
func TestSecondsAreThoseInWhichExchangesWereDue(t *testing.T) {
	stall := func(_, _ time.Time) time.Duration { return time.Millisecond }
	for name, plan := range map[string]Plan{
		"a schedule":      {Rate: 20, Duration: 12 * time.Second, WarmUp: 2 * time.Second},
		"a slow one":      {Rate: 0.4, Duration: 12 * time.Second},
		"poisson":         {Rate: 20, Duration: 12 * time.Second, Shape: "poisson"},
		"few workers":     {Rate: 20, Duration: 12 * time.Second, InFlight: 2},
		"a closed loop":   {Closed: true, Duration: 12 * time.Second, InFlight: 2},
		"what is refused": {Rate: 20, Duration: 12 * time.Second, Mix: Mix{Login: 0.5, BadPAT: 0.5}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := stage{wait: stall}
			s.wait = func(start, sent time.Time) time.Duration { // nothing is answered from 5 s to 8 s
				if at := sent.Sub(start) - plan.WarmUp; at >= 5*time.Second && at < 8*time.Second {
					return 8*time.Second - at
				}
				return 50 * time.Millisecond
			}
			r := s.open(t, plan)
			defer r.close()
			k := &keeper{}
			report, h := k.measured(r)
			accepted, others, sum := k.times(t)
			if len(k.open) > 0 || !sum.Equals(h.Response) || sum.TotalCount() == 0 {
				t.Errorf("%s: %d times of sign-ins in the seconds, %d in all; %d seconds are open", name, sum.TotalCount(), h.Response.TotalCount(), len(k.open))
			}
			total := int64(0)
			for _, n := range others {
				total += n
			}
			if want := report.All.Samples - h.Response.TotalCount(); total != want {
				t.Errorf("%s: %d other times, want %d", name, total, want)
			}
			if plan.Closed {
				return
			}
			due := newPhase(t.Context(), Measured, must(r.plan.schedule()), plan.Duration)
			for second := range 12 {
				want := due.due(time.Duration(second+1)*time.Second, 0) - due.due(time.Duration(second)*time.Second, 0)
				if got := accepted[second] + others[second]; got != want {
					t.Errorf("%s: second %d has %d times, and %d were due", name, second, got, want)
				}
			}
		})
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// A run that is killed at any moment has lost no more than what was answered since its last checkpoint, although some of it is still open.
func TestSecondsOfAKilledRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := stage{}.open(t, Plan{Rate: 20, Duration: 40 * time.Second})
		defer r.close()
		truth := &tally{}
		r.connectBy(func() engine.Connection {
			return &talliedConnection{fakeConnection{wait: func(sent time.Time) time.Duration {
				if sent.Second()%7 == 0 {
					return 9 * time.Second // and one of these is open at any time
				}
				return 10 * time.Millisecond
			}}, truth}
		})
		k := &keeper{}
		checkpoints := 0
		r.config.Checkpoint = func(_ benchmark.Report, h Histograms) {
			now := time.Now()
			k.keep(h.Seconds)
			_, _, sum := k.times(t)
			if n := sum.TotalCount(); n < truth.by(now.Add(-1)) || n > truth.by(now) {
				t.Errorf("checkpoint %d: %d times of %d", checkpoints, n, truth.by(now))
			}
			checkpoints++
		}
		r.monitor.checkpoint = r.checkpoint
		r.measure(r.plan)
		if checkpoints < 8 || k.mostOpen > 16 {
			t.Errorf("%d checkpoints, up to %d open seconds", checkpoints, k.mostOpen)
		}
	})
}

// The open seconds are bounded, whatever an arrival waits for: what it becomes then counts in the earliest that is open.
func TestOpenSecondsAreBounded(t *testing.T) {
	var s seconds
	began := time.Now()
	s.begin(began, 10*time.Second, false)
	at := func(second int) time.Time { return began.Add(time.Duration(second)*time.Second + time.Millisecond) }
	due := func(within time.Duration) int64 { return int64((within + time.Second - 1) / time.Second) } // one a second, at its start
	for second := range 1000 {
		if second != 3 { // which waits for a code
			s.note(at(second), ofSignIn, 1e6)
			s.note(at(second), settled, 0)
		}
		s.collect(time.Duration(second+1)*time.Second, due)
		if len(s.open) > 10+spareSeconds {
			t.Fatalf("%d open seconds", len(s.open))
		}
	}
	s.note(at(3), ofSignIn, 1e6)
	s.lost(workers.Arrival{Due: at(3)})
	s.note(at(1000), ofOther, 1e6)
	s.collect(1001*time.Second, due)
	k := &keeper{}
	k.keep(s.take(true))
	accepted, others, sum := k.times(t)
	if sum.TotalCount() != 1000 || accepted[3] != 0 || others[1000] != 1 || len(s.open) > 0 {
		t.Errorf("%d times, %d in second 3, %d others", sum.TotalCount(), accepted[3], others[1000])
	}
}

// Without a checkpoint nobody asks for the seconds, and nothing is kept.
func TestNoSecondsWithoutACheckpoint(t *testing.T) {
	var s seconds
	s.note(time.Now(), ofSignIn, 1)
	s.collect(time.Hour, func(time.Duration) int64 { return 0 })
	if taken := s.take(true); len(s.events) > 0 || !taken.Start.IsZero() || len(taken.Complete) > 0 {
		t.Errorf("%+v", taken)
	}
}

// What it costs to note an exchange and its arrival, with what adding them up takes.
func BenchmarkSeconds(b *testing.B) {
	var s seconds
	began := time.Now()
	s.begin(began, 10*time.Second, false)
	const rate = 10_000
	due := func(within time.Duration) int64 { return int64(within / (time.Second / rate)) }
	for i := range b.N {
		at := began.Add(time.Duration(i) * time.Second / rate)
		s.note(at, ofSignIn, int64(1e6+i%97*i%89*1000))
		s.note(at, settled, 0)
		if i%rate == rate-1 {
			s.collect(time.Duration(i/rate+1)*time.Second, due)
			if taken := s.take(false); i%(5*rate) == 0 {
				for _, one := range taken.Complete {
					_ = hdrlog.Write(discard{}, began, one.Second, hdrlog.Accepted, one.Accepted)
				}
			}
		}
	}
}

type discard struct{}

func (discard) Write(text []byte) (int, error) { return len(text), nil }
