package loadgen

import (
	"slices"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// The stretches of a phase keep what was due in each part of its time, for the intervals of its figures: exchanges that wait in one
// queue are slow together, and how much so shows between parts. Their space is bounded: 64 parts at most of each kind of times,
// however long the phase is. They are safe for concurrent use.
type stretches struct {
	mu       sync.Mutex
	start    time.Time
	response [2]uncertain.Blocks // of sign-ins, with the counts of all exchanges, in the order of assay.Endpoints
	service  [2]uncertain.Blocks
	refusals uncertain.Blocks
	failures uncertain.Blocks
	lateness uncertain.Blocks

	last *stretches // the last copy; nil before the first
}

// begin prepares for a phase of a duration.
func (s *stretches) begin(start time.Time, duration time.Duration) {
	s.start = start
	for _, blocks := range s.all() {
		blocks.Every = uncertain.SlotLength(duration)
	}
}

func (s *stretches) all() []*uncertain.Blocks {
	return []*uncertain.Blocks{&s.response[0], &s.response[1], &s.service[0], &s.service[1], &s.refusals, &s.failures, &s.lateness}
}

// count adds an exchange.
func (s *stretches) count(x *ledger.Exchange, sample ledger.Sample, tried ledger.Attempts) {
	due := x.Due
	if x.Closed {
		due = x.Answer.Sent
	}
	at, i := due.Sub(s.start), ledger.Index(x.Endpoint)
	s.mu.Lock()
	defer s.mu.Unlock()
	slot := s.response[i].At(at)
	slot.Wanted, slot.Answered = slot.Wanted+1-tried.Races, slot.Answered-tried.Races
	if sample.Verdict.Right() {
		slot.Answered++
	}
	if asked := tried.ToRefuse() == 0; asked || sample.Verdict.Wrong() || sample.Verdict == ledger.Faulty { // as benchmark.Exchanges counts errors
		slot.Sent++
		if !sample.Verdict.Right() {
			slot.Failed++
		}
	}
	if tried.ToRefuse() > 0 {
		refusal := s.refusals.At(at)
		refusal.Sent++
		if !sample.Verdict.Right() {
			refusal.Failed++
		}
	}
	switch {
	case sample.SignIn(tried) && sample.Censored:
		slot.Censor(time.Duration(sample.Response))
		s.service[i].At(at).Censor(time.Duration(sample.Service))
	case sample.SignIn(tried):
		slot.Accept(time.Duration(sample.Response))
		s.service[i].At(at).Accept(time.Duration(sample.Service))
	case sample.Verdict.Right():
		s.refusals.At(at).Accept(time.Duration(sample.Response))
	default:
		s.failures.At(at).Accept(time.Duration(sample.Response))
	}
	if sample.Lateness >= 0 {
		s.lateness.At(at).Accept(time.Duration(sample.Lateness))
	}
}

// Parts of a phase, cut into blocks: of both endpoints, and of each.
type parts struct {
	response, service            uncertain.Run
	byEndpoint                   [2]endpointParts
	refusals, failures, lateness uncertain.Run
	all                          uncertain.Run
}

type endpointParts struct{ response, service uncertain.Run }

// cut cuts the measured time into blocks.
func (s *stretches) cut(measured time.Duration) parts {
	return s.parts(func(of *uncertain.Blocks) uncertain.Run { return of.Run(measured) })
}

// until cuts the time up to a moment, without what was due later.
func (s *stretches) until(moment time.Duration) parts {
	return s.parts(func(of *uncertain.Blocks) uncertain.Run { return of.Until(moment) })
}

// from cuts the measured time from a moment on, without what was due before.
func (s *stretches) from(moment, measured time.Duration) parts {
	return s.parts(func(of *uncertain.Blocks) uncertain.Run { return of.From(moment, measured) })
}

// copied is a copy for computations: they take so long that workers, which count meanwhile, would be late. It shares with the copy before
// what has not changed since. It is for one goroutine at a time.
func (s *stretches) copied() *stretches {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &stretches{start: s.start}
	earlier := &stretches{}
	if s.last != nil {
		earlier = s.last
	}
	to, before := c.all(), earlier.all()
	for i, blocks := range s.all() {
		*to[i] = blocks.CloneAfter(*before[i])
	}
	s.last = c
	return c
}

// parts cuts all kinds of times by a function.
func (s *stretches) parts(by func(*uncertain.Blocks) uncertain.Run) (p parts) {
	s = s.copied()
	cut := map[*uncertain.Blocks]uncertain.Run{} // most often a sum is of one
	run := func(of *uncertain.Blocks) uncertain.Run {
		if _, known := cut[of]; !known {
			cut[of] = by(of)
		}
		return cut[of]
	}
	both := func(of ...*uncertain.Blocks) uncertain.Run {
		var sum uncertain.Blocks
		of = slices.DeleteFunc(of, (*uncertain.Blocks).Empty)
		if len(of) == 1 {
			return run(of[0])
		}
		for _, blocks := range of {
			_ = sum.Merge(blocks) // all have the same slots
		}
		return by(&sum)
	}
	p.response, p.service = both(&s.response[0], &s.response[1]), both(&s.service[0], &s.service[1])
	for i := range assay.Endpoints() {
		p.byEndpoint[i] = endpointParts{run(&s.response[i]), run(&s.service[i])}
	}
	p.refusals, p.failures, p.lateness = run(&s.refusals), run(&s.failures), run(&s.lateness)
	p.all = both(&s.response[0], &s.response[1], &s.refusals, &s.failures)
	return p
}

// summaryOf summarizes a histogram, of what a run of blocks has counted, in seconds and with intervals.
func summaryOf(run uncertain.Run, h *ledger.Histogram) benchmark.Times {
	times := summary(h)
	if times.Samples == 0 {
		return times
	}
	all := run.Percentiles(uncertain.Confidence, h.Values(), 0.5, 0.9, 0.95, 0.99, 0.999)
	for i, figure := range []float64{times.P50, times.P90, times.P95, times.P99, times.P999} {
		all[i] = roundedInterval(all[i])
		all[i].Value = figure // of a finer histogram
	}
	if all[0].Known() {
		times.Intervals = &benchmark.Intervals{P50: all[0], P90: all[1], P95: all[2], P99: all[3], P999: all[4], Mean: roundedInterval(run.Mean(uncertain.Confidence))}
		times.Intervals.Mean.Value = times.Mean
		inOrder(&times.Intervals.P50, &times.Intervals.P90, &times.Intervals.P95, &times.Intervals.P99, &times.Intervals.P999)
	}
	return times
}

// inOrder lets the ends of the intervals of rising percentiles rise, too: what a percentile is certainly above, a higher one is above as
// well, and what one is certainly below, a lower one is.
func inOrder(rising ...*uncertain.Interval) {
	for i, one := range rising[1:] {
		if before := rising[i]; one.Known() && before.Known() {
			one.Low = max(one.Low, before.Low)
		}
	}
	for i := len(rising) - 1; i > 0; i-- {
		if one, before := rising[i], rising[i-1]; one.Known() && before.Known() {
			before.High = min(before.High, one.High)
		}
	}
}

// roundedInterval keeps as many decimals as figures have.
func roundedInterval(i uncertain.Interval) uncertain.Interval {
	i.Value, i.Low, i.Deff, i.Effective = rounded(i.Value), rounded(i.Low), rounded(i.Deff), rounded(i.Effective)
	if !i.Open() {
		i.High = rounded(i.High)
	}
	return i
}

// errorShare is the share of errors with its interval. It has none where some of them were excused.
func errorShare(run uncertain.Run, exchanges benchmark.Exchanges) uncertain.Interval {
	share := run.Errors(uncertain.Confidence)
	if rounded(share.Value) != rounded(exchanges.ErrorShare()) {
		return uncertain.Interval{}
	}
	return roundedInterval(share)
}
