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

// A race is right if both of its answers are. One that neither is takes nothing from the other arrivals.
func TestLostRacesCostNoOtherArrival(t *testing.T) {
	l := NewRecorder()
	l.Record(0, Sample{Verdict: Accepted}, Attempts{})
	for i, race := range [][2]Verdict{{InDoubt, InDoubt}, {Faulty, Overloaded}, {Accepted, InDoubt}, {Faulty, ReplayRefused}} {
		l.Record(i, Sample{Verdict: race[0]}, RaceOf(race[0], race[1]))
		l.Record(i, Sample{Verdict: race[1]}, Attempts{Replays: 1})
	}
	into := NewWindow()
	if l.Collect(into); into.Right() != 1 || into.Tried().Races != 4 {
		t.Errorf("%d arrivals, %d races", into.Right(), into.Tried().Races)
	}
}
