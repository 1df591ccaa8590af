package uncertain

import (
	"math"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// LeastSpells is how many independent busy spells beyond a percentile a run has to meet for its interval to have an upper end. It was
// found by simulation: with five, the interval of the p90 held the truth in 89 % of the runs where a queue with a load of 0.9 got 100/s
// for 30 s, with six in 95 %.
const LeastSpells = 6

// Percentile is the percentile q of Accepted, 0.99 for p99, in seconds: the times that the interval of a share q of n allows. The
// upper end is open where the run met too few busy spells, or where it lies among exchanges that timed out; the figure is then a
// lower bound if it lies among them itself. A total with more digits than the blocks have, of the same exchanges, makes the
// figures as precise as it is; nil for none.
func (r Run) Percentile(q, confidence float64, total *hdrhistogram.Histogram) Interval {
	return r.Percentiles(confidence, total, q)[0]
}

// Percentiles are the intervals of several percentiles of the same times: see [Run.Percentile].
func (r Run) Percentiles(confidence float64, total *hdrhistogram.Histogram, qs ...float64) []Interval {
	intervals := make([]Interval, len(qs))
	by := func(values curve) {
		for i, q := range qs {
			intervals[i] = r.percentile(q, confidence, values)
		}
	}
	if total != nil && total.TotalCount() > 0 {
		withCurve(total, by)
	} else {
		by(r.whole)
	}
	return intervals
}

// percentile is one of values, the times of the run in any precision.
func (r Run) percentile(q, confidence float64, values curve) Interval {
	if len(values) == 0 {
		return unknown(0)
	}
	at, n := r.whole.at(q), float64(r.whole.count())
	share := clusterOf(r.beyond(at)).atLeast(r.floor(at)).interval(1-q, n, confidence)
	i := share.complement()
	i.Value = values.at(q) / nanoseconds
	if !i.Known() {
		i = unknown(i.Value)
	} else {
		low, high := values.binOf(i.Low), values.binOf(i.High)
		i.Low, i.High = min(i.Value, float64(low.from)/nanoseconds), max(i.Value, float64(high.to)/nanoseconds)
		if r.spells(q) < LeastSpells {
			i.High = math.Inf(1)
		}
	}
	return r.censor(i)
}

const nanoseconds = 1e9 // in a second

// spells is about how many independent busy spells were beyond a percentile.
func (r Run) spells(q float64) float64 {
	bulk := 1.0
	for _, at := range []float64{0.5, 0.9} {
		bulk = max(bulk, clusterOf(r.beyond(r.whole.at(at))).deff)
	}
	return float64(r.whole.count()) / bulk * (1 - q)
}

// censor opens an interval that reaches among the exchanges that timed out.
func (r Run) censor(i Interval) Interval {
	if r.counts.Censored == 0 {
		return i
	}
	from := r.counts.From.Seconds() * (1 - half)
	i.AtLeast = i.Value >= from
	if i.High >= from {
		i.High = math.Inf(1)
	}
	return i
}

// half is half of a bin of two digits.
const half = 1.0 / 256
