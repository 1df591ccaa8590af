package loadgen

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
)

// Histograms reach from a microsecond to ten minutes, three digits exact: 0.1 %. What took longer counts as ten minutes.
const (
	shortest = int64(time.Microsecond)
	longest  = int64(10 * time.Minute)
	digits   = 3
)

func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(shortest, longest, digits) }

// A sample is one exchange as it is counted. Times are nanoseconds.
type sample struct {
	endpoint                assay.Endpoint
	verdict                 Verdict
	response, service, late int64 // without a schedule, nothing is late: late is less than 0
	censored                bool  // it was given up, and took longer than is said
	uncompared              bool  // it was accepted, and nothing was known of its user to compare the identity with
}

// times are three histograms of the same exchanges, in nanoseconds.
type times struct {
	response, service, late *hdrhistogram.Histogram
	censored                int64
}

func newTimes() times { return times{newHistogram(), newHistogram(), newHistogram(), 0} }

func (t *times) record(s sample) {
	_ = t.response.RecordValue(clamp(s.response)) // clamped, it always fits
	_ = t.service.RecordValue(clamp(s.service))
	if s.late >= 0 {
		_ = t.late.RecordValue(clamp(s.late))
	}
	if s.censored {
		t.censored++
	}
}

func clamp(nanoseconds int64) int64 { return max(0, min(nanoseconds, longest)) }

func (t *times) add(o times) {
	t.response.Merge(o.response)
	t.service.Merge(o.service)
	t.late.Merge(o.late)
	t.censored += o.censored
}

func (t *times) reset() {
	t.response.Reset()
	t.service.Reset()
	t.late.Reset()
	t.censored = 0
}

// A sheet is what was counted in some time.
type sheet struct {
	times      times
	byPoint    [2]counts // login, phone
	attempts   attempts
	uncompared int64
}

func newSheet() *sheet { return &sheet{times: newTimes()} }

func (s *sheet) counts() counts {
	sum := s.byPoint[0]
	sum.add(s.byPoint[1])
	return sum
}

// right is how many arrivals came to what they should. The two halves of a race are one arrival.
func (s *sheet) right() int64 { return s.counts().right() - s.attempts.races }

func (s *sheet) add(o *sheet) {
	s.times.add(o.times)
	s.byPoint[0].add(o.byPoint[0])
	s.byPoint[1].add(o.byPoint[1])
	s.attempts.add(o.attempts)
	s.uncompared += o.uncompared
}

func (s *sheet) reset() {
	s.times.reset()
	s.byPoint, s.attempts, s.uncompared = [2]counts{}, attempts{}, 0
}

func point(endpoint assay.Endpoint) int {
	if endpoint == assay.Phone {
		return 1
	}
	return 0
}

// A ledger counts what many workers report: on one of several sheets each, so that they do not wait for one another. Once
// a second the sheets are collected.
type ledger struct {
	parts [ledgerParts]ledgerPart
}

const ledgerParts = 4

type ledgerPart struct {
	mu           sync.Mutex
	sheet, spare *sheet
	_            [64]byte // keeps two parts off one cache line
}

func newLedger() *ledger {
	l := &ledger{}
	for i := range l.parts {
		l.parts[i].sheet, l.parts[i].spare = newSheet(), newSheet()
	}
	return l
}

// record counts a worker's exchange.
func (l *ledger) record(worker int, s sample, tried attempts) {
	part := &l.parts[worker%ledgerParts]
	part.mu.Lock()
	part.sheet.times.record(s)
	part.sheet.byPoint[point(s.endpoint)][s.verdict]++
	part.sheet.attempts.add(tried)
	if s.uncompared {
		part.sheet.uncompared++
	}
	part.mu.Unlock()
}

// collect moves everything counted since the last time into the sheet, which it clears first. Only one goroutine
// collects.
func (l *ledger) collect(into *sheet) {
	into.reset()
	for i := range l.parts {
		part := &l.parts[i]
		part.mu.Lock()
		full := part.sheet
		part.sheet, part.spare = part.spare, full
		part.mu.Unlock()
		into.add(full)
		full.reset()
	}
}

// right is how many arrivals came to what they should, of those that were not collected yet.
func (l *ledger) right() (n int64) {
	for i := range l.parts {
		part := &l.parts[i]
		part.mu.Lock()
		n += part.sheet.right()
		part.mu.Unlock()
	}
	return n
}
