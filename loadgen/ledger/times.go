package ledger

import (
	"math"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The range of the histograms, from a microsecond to ten minutes. Longer times count as ten minutes. The times of sign-ins have
// three digits, which is a precision of 0.1 %, and all others two: such a histogram takes an eighth of the memory.
const (
	shortest     = int64(time.Microsecond)
	longest      = int64(10 * time.Minute)
	digits, less = 3, 2
)

// maxServers bounds the API servers whose times are kept apart.
const maxServers = 32

// A Histogram is of times in nanoseconds. The zero value is empty, and takes no memory.
type Histogram struct {
	of *hdrhistogram.Histogram // nil before the first
	// Censored is the number of times that are lower bounds, because the exchange timed out, and From the least of them.
	Censored, From int64
	// Sum is that of the times themselves, which the histogram has with a few digits only.
	Sum int64
}

// Values returns the histogram; an empty one if nothing was recorded.
func (h *Histogram) Values() *hdrhistogram.Histogram {
	if h.of == nil {
		return hdrhistogram.New(shortest, longest, less)
	}
	return h.of
}

// Count is the number of times.
func (h *Histogram) Count() int64 {
	if h.of == nil {
		return 0
	}
	return h.of.TotalCount()
}

func (h *Histogram) record(nanoseconds int64, precision int, censored bool) {
	if h.of == nil {
		h.of = hdrhistogram.New(shortest, longest, precision)
	}
	nanoseconds = clamp(nanoseconds)
	_ = h.of.RecordValue(nanoseconds) // a clamped value is always in range
	h.Sum += nanoseconds
	if censored {
		h.censor(1, nanoseconds)
	}
}

// censor counts lower bounds, the least of which is from.
func (h *Histogram) censor(n, from int64) {
	if n == 0 {
		return
	}
	if h.Censored == 0 {
		h.From = math.MaxInt64
	}
	h.Censored, h.From = h.Censored+n, min(h.From, from)
}

func (h *Histogram) add(o *Histogram) {
	if o.Count() == 0 {
		return
	}
	if h.of == nil {
		h.of = o.of.Clone() // takes less time than a merge
	} else {
		h.of.Merge(o.of)
	}
	h.Sum += o.Sum
	h.censor(o.Censored, o.From)
}

func (h *Histogram) reset() {
	if h.of != nil {
		h.of.Reset()
	}
	h.Censored, h.From, h.Sum = 0, 0, 0
}

func clamp(nanoseconds int64) int64 { return max(0, min(nanoseconds, longest)) }

// SignIns are the times of sign-ins: of accepted exchanges, and of those that timed out instead. Response counts from the moment
// that the schedule intended, Service from the moment of sending, both to the last byte of the answer.
type SignIns struct{ Response, Service Histogram }

func (s *SignIns) add(o *SignIns) {
	s.Response.add(&o.Response)
	s.Service.add(&o.Service)
}

// Times are histograms of exchanges. Every exchange is in one of SignIns, Refusals and Failures.
type Times struct {
	// SignIns are in the order of [assay.Endpoints].
	SignIns [2]SignIns
	// Refusals are the response times of the other correct answers, and Failures those of the rest.
	Refusals, Failures Histogram
	// Lateness is from the moment that the schedule intended to that of sending, of all exchanges; a closed loop has none.
	Lateness Histogram
	// Servers are the service times of sign-ins by API server, of the first few servers.
	Servers [maxServers]Histogram
}

// SignIn reports whether the times of an exchange are those of a sign-in: it was accepted, or timed out instead.
func (s Sample) SignIn(tried Attempts) bool {
	return s.Verdict == Accepted || s.Censored && tried.ToRefuse() == 0
}

// record adds an exchange.
func (t *Times) record(s Sample, tried Attempts) {
	switch {
	case s.SignIn(tried):
		of := &t.SignIns[Index(s.Endpoint)]
		of.Response.record(s.Response, digits, s.Censored)
		of.Service.record(s.Service, digits, s.Censored)
		if s.Server >= 0 && s.Server < maxServers {
			t.Servers[s.Server].record(s.Service, less, s.Censored)
		}
	case s.Verdict.Right():
		t.Refusals.record(s.Response, less, s.Censored)
	default:
		t.Failures.record(s.Response, less, s.Censored)
	}
	if s.Lateness >= 0 {
		t.Lateness.record(s.Lateness, digits, false)
	}
}

// Both puts the sign-ins of both endpoints into sum, which it empties first.
func (t *Times) Both(sum *SignIns) {
	sum.Response.reset()
	sum.Service.reset()
	for i := range t.SignIns {
		sum.add(&t.SignIns[i])
	}
}

// Sum are the sign-ins of both endpoints. It may share memory with t, and is valid until t changes.
func (t *Times) Sum() SignIns {
	one, other := &t.SignIns[0], &t.SignIns[1]
	return SignIns{sumOf(&one.Response, &other.Response), sumOf(&one.Service, &other.Service)}
}

// All are the response times of all exchanges. It may share memory with t, and is valid until t changes.
func (t *Times) All() Histogram {
	return sumOf(&t.SignIns[0].Response, &t.SignIns[1].Response, &t.Refusals, &t.Failures)
}

// sumOf adds up histograms. If only one of them has times, it is that one.
func sumOf(all ...*Histogram) (sum Histogram) {
	all = slices.DeleteFunc(all, func(h *Histogram) bool { return h.Count() == 0 })
	if len(all) == 1 {
		return *all[0]
	}
	for _, one := range all {
		sum.add(one)
	}
	return sum
}

// each calls do with every histogram of t, and the same one of o.
func (t *Times) each(o *Times, do func(to, from *Histogram)) {
	for i := range t.SignIns {
		do(&t.SignIns[i].Response, &o.SignIns[i].Response)
		do(&t.SignIns[i].Service, &o.SignIns[i].Service)
	}
	do(&t.Refusals, &o.Refusals)
	do(&t.Failures, &o.Failures)
	do(&t.Lateness, &o.Lateness)
	for i := range t.Servers {
		do(&t.Servers[i], &o.Servers[i])
	}
}

func (t *Times) add(o *Times) { t.each(o, (*Histogram).add) }

func (t *Times) reset() { t.each(t, func(h, _ *Histogram) { h.reset() }) }
