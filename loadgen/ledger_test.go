package loadgen

import "testing"

// A race is one arrival of the schedule, so a run cannot achieve more than was offered.
func TestARaceIsOneArrival(t *testing.T) {
	l := newLedger()
	l.record(0, sample{verdict: Accepted}, attempts{races: 1})
	l.record(1, sample{verdict: ReplayRefused}, attempts{replays: 1})
	l.record(2, sample{verdict: Accepted}, attempts{})
	into := newSheet()
	if got := l.right(); got != 2 {
		t.Errorf("%d arrivals of a race and another", got)
	}
	if l.collect(into); into.right() != 2 || into.counts().sum() != 3 {
		t.Errorf("%d arrivals, %d exchanges", into.right(), into.counts().sum())
	}
}
