package uncertain

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The range and precision of the histograms of slots, in nanoseconds and significant digits. They are packed: a run keeps hundreds of them,
// and an ordinary one takes 31 KB whatever is in it.
const (
	shortest = int64(time.Microsecond)
	longest  = int64(10 * time.Minute)
	digits   = 2
)

// A Slot is what was due in one stretch of a run, whenever it was answered: a stall does not move the exchanges that it delays into
// another stretch. The zero value is a stretch in which nothing was due.
type Slot struct {
	// Accepted has the response times of what percentiles are about: the accepted sign-ins, and those that timed out instead, at
	// their time-out. Others has those of all other exchanges. Nil stands for none.
	Accepted, Others *hdrhistogram.PackedHistogram
	Counts
}

// Counts are the numbers of a [Slot]. They add up.
type Counts struct {
	// Sent is the number of exchanges that were due and were sent, and Failed that of those which count as errors.
	Sent, Failed int64
	// Asked is the number of seconds in which something was due, and Silent that of those in which nothing was answered.
	Asked, Silent int64
	// Wanted is the number of arrivals that ask for a correct answer, and Answered that of those which got it, whenever that was.
	Wanted, Answered int64
	// Censored is the number of times in Accepted that are lower bounds, because the exchange timed out.
	Censored int64
	// From is the least of these lower bounds; 0 without any.
	From time.Duration
	// Total is the sum of the response times in Accepted, for the mean. It is read off the histogram where it is 0.
	Total time.Duration
}

// Accept records the response time of an accepted sign-in. It counts nothing but the time.
func (s *Slot) Accept(response time.Duration) {
	s.Total += record(&s.Accepted, response)
}

// Censor records a sign-in that timed out after a time. It counts nothing but the time.
func (s *Slot) Censor(after time.Duration) {
	s.Total += record(&s.Accepted, after)
	s.censor(1, after)
}

// Other records the response time of any other exchange. It counts nothing but the time.
func (s *Slot) Other(response time.Duration) {
	_ = record(&s.Others, response)
}

func record(to **hdrhistogram.PackedHistogram, of time.Duration) time.Duration {
	if *to == nil {
		*to = hdrhistogram.NewPacked(shortest, longest, digits)
	}
	of = max(0, min(of, time.Duration(longest)))
	_ = (*to).RecordValue(int64(of)) // always in range
	return of
}

// Add adds another slot, which stays as it is.
func (s *Slot) Add(o Slot) {
	merge(&s.Accepted, o.Accepted)
	merge(&s.Others, o.Others)
	s.add(o.Counts)
}

func merge(to **hdrhistogram.PackedHistogram, from *hdrhistogram.PackedHistogram) {
	switch {
	case timesIn(from) == 0:
	case *to == nil:
		*to = from.Clone()
	default:
		(*to).Merge(from) // has the same range
	}
}

func timesIn(h *hdrhistogram.PackedHistogram) int64 {
	if h == nil {
		return 0
	}
	return h.TotalCount()
}

// isAs reports whether nothing was counted since a copy of the slot was made: times are only ever added.
func (s *Slot) isAs(earlier Slot) bool {
	return s.Counts == earlier.Counts && timesIn(s.Accepted) == timesIn(earlier.Accepted) && timesIn(s.Others) == timesIn(earlier.Others)
}

func (c *Counts) add(o Counts) {
	c.censor(o.Censored, o.From)
	c.Sent, c.Failed = c.Sent+o.Sent, c.Failed+o.Failed
	c.Asked, c.Silent = c.Asked+o.Asked, c.Silent+o.Silent
	c.Wanted, c.Answered = c.Wanted+o.Wanted, c.Answered+o.Answered
	c.Total += o.Total
}

func (c *Counts) censor(n int64, from time.Duration) {
	if n <= 0 {
		return
	}
	if c.Censored == 0 || from < c.From {
		c.From = from
	}
	c.Censored += n
}
