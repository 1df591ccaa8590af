package uncertain

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Run is a measured time cut into blocks. Make one with [Blocks.Run] or [NewRun]. The zero value measured nothing: its figures are 0
// and have no intervals.
type Run struct {
	measured time.Duration
	blocks   []Slot
	lengths  []float64 // of the blocks, as shares of the measured time
	curves   []curve   // of Accepted, by block
	whole    curve     // their sum
	counts   Counts
	fine     *Run // the same time in parts of a fraction of a second; nil for a run of five seconds or more
}

// NewRun makes a run of blocks of the same length, such as those that a file keeps.
func NewRun(blocks []Slot, measured time.Duration) Run {
	r := Run{measured: measured, blocks: blocks, curves: make([]curve, len(blocks)), lengths: make([]float64, len(blocks))}
	var sum *hdrhistogram.PackedHistogram
	for i, block := range blocks {
		r.lengths[i] = 1 / float64(len(blocks))
		r.curves[i] = curveOfPacked(block.Accepted)
		merge(&sum, block.Accepted)
		r.counts.add(block.Counts)
	}
	r.whole = curveOfPacked(sum)
	return r
}

// Measured is the time that was measured.
func (r Run) Measured() time.Duration { return r.measured }

// Counts are those of the whole run.
func (r Run) Counts() Counts { return r.counts }

// parts are the parts of a share, by block.
func (r Run) parts(of func(Slot) Part) []Part {
	parts := make([]Part, len(r.blocks))
	for i, block := range r.blocks {
		parts[i] = of(block)
	}
	return parts
}

// Beyond are the exchanges among Accepted that took t or longer, by block. A time within half a bin of t, which is 0.4 % of it, may be
// counted on either side.
func (r Run) Beyond(t time.Duration) []Part { return r.beyond(float64(t)) }

func (r Run) beyond(t float64) []Part {
	parts := make([]Part, len(r.curves))
	for i, c := range r.curves {
		parts[i] = Part{Counted: c.beyond(t), Of: c.count()}
	}
	return parts
}

// Failed are the exchanges that count as errors, of those that were sent.
func (r Run) Failed() []Part { return r.parts(func(s Slot) Part { return Part{s.Failed, s.Sent} }) }

// Missed are the arrivals that ask for a correct answer and did not get it.
func (r Run) Missed() []Part {
	return r.parts(func(s Slot) Part { return Part{s.Wanted - s.Answered, s.Wanted} })
}

// Censored are the times among Accepted that are lower bounds.
func (r Run) Censored() []Part {
	return r.parts(func(s Slot) Part {
		return Part{s.Censored, timesIn(s.Accepted)}
	})
}

const (
	fewBeyond = 10 // of a tail that does not tell its own design effect
	slowest   = 30 // exchanges that stand for it
)

// floor are the shares of the bulk of which an exchange in the tail beyond t is worth no more: those beyond p50 and p90 where they lie
// below t, and that of the 30 slowest where fewer than ten are beyond.
func (r Run) floor(t float64) (bulk [][]Part) {
	for _, q := range []float64{0.5, 0.9} {
		if at := r.whole.at(q); at < t {
			bulk = append(bulk, r.beyond(at))
		}
	}
	if n := r.whole.count(); r.whole.beyond(t) < fewBeyond && n > slowest {
		bulk = append(bulk, r.beyond(r.whole.at(1-slowest/float64(n))))
	}
	return bulk
}

// ShareBeyond is the interval of the share of Accepted that took t or longer.
func (r Run) ShareBeyond(t time.Duration, confidence float64) Interval {
	return Share(r.Beyond(t), confidence, r.floor(float64(t))...)
}

// Errors is the share of errors among what was sent.
func (r Run) Errors(confidence float64) Interval { return Share(r.Failed(), confidence) }

// Throughput is the number of arrivals per second that were due in the measured time and got a correct answer, whenever that was: the
// share of them that did, times the offered rate of arrivals that ask for one. 250 of 250 at 50/s are 50/s.
func (r Run) Throughput(offered, confidence float64) Interval {
	return Share(r.Missed(), confidence).complement().times(offered)
}
