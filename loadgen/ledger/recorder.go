package ledger

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
type Sample struct {
	Endpoint                    assay.Endpoint
	Verdict                     Verdict
	Response, Service, Lateness int64 // without a schedule, nothing is late: late is less than 0
	Censored                    bool  // it was given up, and took longer than is said
	Uncompared                  bool  // it was accepted, and nothing was known of its user to compare the identity with
}

// times are three histograms of the same exchanges, in nanoseconds.
type Times struct {
	Response, Service, Lateness *hdrhistogram.Histogram
	Censored                    int64
}

func newTimes() Times { return Times{newHistogram(), newHistogram(), newHistogram(), 0} }

func (t *Times) record(s Sample) {
	_ = t.Response.RecordValue(clamp(s.Response)) // clamped, it always fits
	_ = t.Service.RecordValue(clamp(s.Service))
	if s.Lateness >= 0 {
		_ = t.Lateness.RecordValue(clamp(s.Lateness))
	}
	if s.Censored {
		t.Censored++
	}
}

func clamp(nanoseconds int64) int64 { return max(0, min(nanoseconds, longest)) }

func (t *Times) add(o Times) {
	t.Response.Merge(o.Response)
	t.Service.Merge(o.Service)
	t.Lateness.Merge(o.Lateness)
	t.Censored += o.Censored
}

func (t *Times) reset() {
	t.Response.Reset()
	t.Service.Reset()
	t.Lateness.Reset()
	t.Censored = 0
}

// A sheet is what was counted in some time.
type Window struct {
	Times      Times
	ByEndpoint [2]Counts // login, phone
	Attempts   Attempts
	Uncompared int64
}

func NewWindow() *Window { return &Window{Times: newTimes()} }

func (s *Window) Counts() Counts {
	sum := s.ByEndpoint[0]
	sum.Add(s.ByEndpoint[1])
	return sum
}

// right is how many arrivals came to what they should. The two halves of a race are one arrival.
func (s *Window) Right() int64 { return s.Counts().Right() - s.Attempts.Races }

func (s *Window) Add(o *Window) {
	s.Times.add(o.Times)
	s.ByEndpoint[0].Add(o.ByEndpoint[0])
	s.ByEndpoint[1].Add(o.ByEndpoint[1])
	s.Attempts.Add(o.Attempts)
	s.Uncompared += o.Uncompared
}

func (s *Window) reset() {
	s.Times.reset()
	s.ByEndpoint, s.Attempts, s.Uncompared = [2]Counts{}, Attempts{}, 0
}

func Index(endpoint assay.Endpoint) int {
	if endpoint == assay.Phone {
		return 1
	}
	return 0
}

// A ledger counts what many workers report: on one of several sheets each, so that they do not wait for one another. Once
// a second the sheets are collected.
type Recorder struct {
	parts [parts]part
}

const parts = 4

type part struct {
	mu            sync.Mutex
	window, spare *Window
	_             [64]byte // keeps two parts off one cache line
}

func NewRecorder() *Recorder {
	l := &Recorder{}
	for i := range l.parts {
		l.parts[i].window, l.parts[i].spare = NewWindow(), NewWindow()
	}
	return l
}

// record counts a worker's exchange.
func (l *Recorder) Record(worker int, s Sample, tried Attempts) {
	part := &l.parts[worker%parts]
	part.mu.Lock()
	part.window.Times.record(s)
	part.window.ByEndpoint[Index(s.Endpoint)][s.Verdict]++
	part.window.Attempts.Add(tried)
	if s.Uncompared {
		part.window.Uncompared++
	}
	part.mu.Unlock()
}

// collect moves everything counted since the last time into the sheet, which it clears first. Only one goroutine
// collects.
func (l *Recorder) Collect(into *Window) {
	into.reset()
	for i := range l.parts {
		part := &l.parts[i]
		part.mu.Lock()
		full := part.window
		part.window, part.spare = part.spare, full
		part.mu.Unlock()
		into.Add(full)
		full.reset()
	}
}

// right is how many arrivals came to what they should, of those that were not collected yet.
func (l *Recorder) Right() (n int64) {
	for i := range l.parts {
		part := &l.parts[i]
		part.mu.Lock()
		n += part.window.Right()
		part.mu.Unlock()
	}
	return n
}
