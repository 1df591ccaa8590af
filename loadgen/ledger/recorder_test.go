package ledger

import "testing"

// A race is one arrival of the schedule, so a run never achieves more than it offers.
func TestRaceIsOneArrival(t *testing.T) {
	l := NewRecorder()
	l.Record(0, Sample{Verdict: Accepted}, Attempts{Races: 1})
	l.Record(1, Sample{Verdict: ReplayRefused}, Attempts{Replays: 1})
	l.Record(2, Sample{Verdict: Accepted}, Attempts{})
	into := NewWindow()
	if got := l.Right(); got != 2 {
		t.Errorf("a race and one more arrival count as %d", got)
	}
	if l.Collect(into); into.Right() != 2 || into.Counts().Sum() != 3 {
		t.Errorf("%d arrivals, %d exchanges", into.Right(), into.Counts().Sum())
	}
}
