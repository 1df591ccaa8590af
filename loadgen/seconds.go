package loadgen

import (
	"sync"
	"time"

	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/workers"
	"github.com/unified-login/assay/reports/hdrlog"
)

// A Second has the response times of the exchanges that were due in one second of a phase, in nanoseconds.
type Second struct {
	Second int // from the phase's start
	// Accepted are those of sign-ins, as in the report, and Others those of all other exchanges; nil for none.
	Accepted, Others *hdrlog.Times
}

// Seconds are those of a phase. Every complete second is given once, to Checkpoint or with the result of [Run]; an open one is given
// each time, as far as it is known.
type Seconds struct {
	Start          time.Time // of the phase; zero where nothing was kept
	Complete, Open []Second
}

// spareSeconds is how many seconds more than the time-out stay open. A second that is open for longer is complete all the same, and
// what is answered later counts in the earliest that is open: the memory is bounded whatever an exchange waits for.
const spareSeconds = 30

// The seconds of a phase keep the times of what was due in each second until all of it is settled. Workers only note events; the
// goroutine that counts a phase adds them up, once a second.
type seconds struct {
	start   time.Time // zero if nobody asked for the seconds
	closed  bool      // in a closed loop an exchange is due when it is sent, so that it is over after the time-out
	timeout time.Duration
	most    int // open seconds

	mu     sync.Mutex
	events []event
	spare  []event // for the next ones

	open     []openSecond // from first on
	complete []Second
	first    int
	before   int64 // arrivals that were due before first
}

// An event is about an exchange, or an arrival of a schedule, that was due in a second.
type event struct {
	second      int32
	kind        eventKind
	nanoseconds int64
}

type eventKind uint8

const (
	settled eventKind = iota // an arrival
	ofSignIn
	ofOther // any other exchange
)

type openSecond struct {
	Second
	settled int64 // arrivals
}

// begin prepares for a phase.
func (s *seconds) begin(start time.Time, timeout time.Duration, closed bool) {
	s.start, s.closed, s.timeout, s.most = start, closed, timeout, int(timeout/time.Second)+spareSeconds
}

// note adds an event at the time when its arrival was due.
func (s *seconds) note(due time.Time, kind eventKind, nanoseconds int64) {
	if s.start.IsZero() {
		return
	}
	at := event{int32(max(0, due.Sub(s.start)) / time.Second), kind, nanoseconds}
	s.mu.Lock()
	s.events = append(s.events, at)
	s.mu.Unlock()
}

// serve makes a worker send an arrival, and notes that it is settled. One that was not sent may be tried again: see lost.
func (s *seconds) serve(a workers.Arrival, send func() workers.Result) workers.Result {
	result := send()
	if result < workers.Unsent {
		s.lost(a)
	}
	return result
}

// lost notes an arrival that is never sent.
func (s *seconds) lost(a workers.Arrival) {
	if !s.closed {
		s.note(a.Due, settled, 0)
	}
}

// count notes the time of an exchange.
func (s *seconds) count(x *ledger.Exchange, sample ledger.Sample, tried ledger.Attempts) {
	kind := ofOther
	if sample.SignIn(tried) {
		kind = ofSignIn
	}
	s.note(x.Due, kind, sample.Response)
}

// collect adds up what happened since the last call, and completes the seconds of which everything is settled. due is how many arrivals
// are due before a time after the start; a closed loop does not need it.
func (s *seconds) collect(elapsed time.Duration, due func(time.Duration) int64) {
	s.mu.Lock()
	events := s.events
	s.events = s.spare[:0]
	s.mu.Unlock()
	for _, e := range events {
		s.add(e)
	}
	s.spare = events
	for len(s.open) > 0 && s.isComplete(elapsed, due) || len(s.open) > s.most {
		s.release()
		if !s.closed {
			s.before = due(time.Duration(s.first) * time.Second)
		}
	}
}

// isComplete reports whether everything is settled that was due in the earliest open second.
func (s *seconds) isComplete(elapsed time.Duration, due func(time.Duration) int64) bool {
	end := time.Duration(s.first+1) * time.Second
	if s.closed {
		return elapsed > end+s.timeout+time.Second // one more for what is late to be counted
	}
	return s.open[0].settled >= due(end)-s.before
}

func (s *seconds) add(e event) {
	i := max(0, int(e.second)-s.first)
	for len(s.open) <= i {
		s.open = append(s.open, openSecond{Second: Second{Second: s.first + len(s.open)}})
	}
	one := &s.open[i]
	switch e.kind {
	case settled:
		one.settled++
	case ofSignIn:
		recordIn(&one.Accepted, e.nanoseconds)
	default:
		recordIn(&one.Others, e.nanoseconds)
	}
}

func recordIn(h **hdrlog.Times, nanoseconds int64) {
	if *h == nil {
		*h = hdrlog.NewTimes()
	}
	hdrlog.Record(*h, nanoseconds)
}

// release completes the earliest open second.
func (s *seconds) release() {
	if one := s.open[0].Second; one.Accepted != nil || one.Others != nil {
		s.complete = append(s.complete, one)
	}
	s.open, s.first = s.open[1:], s.first+1
}

// take returns the seconds that were not given yet; all of them are complete if over.
func (s *seconds) take(over bool) Seconds {
	for over && len(s.open) > 0 {
		s.release()
	}
	if over { // a search has many phases
		s.events, s.spare = nil, nil
	}
	taken := Seconds{Start: s.start, Complete: s.complete}
	s.complete = nil
	for _, one := range s.open {
		if one.Accepted != nil || one.Others != nil {
			taken.Open = append(taken.Open, one.Second)
		}
	}
	return taken
}
