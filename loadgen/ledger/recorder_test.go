package ledger

import (
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/steady/steadytest"
	"github.com/unified-login/assay/loadgen/engine"
)

// No answer comes late because the machine's clock is set.
func TestTheGapOfAClockThatIsSet(t *testing.T) {
	began := time.Now()
	l := NewRecorder()
	l.Begin(began)
	for i, by := range []time.Duration{0, time.Hour, -25 * time.Hour, time.Hour} {
		x := Exchange{Answer: engine.Answer{Status: 200, Sent: began, Done: steadytest.Set(began.Add(time.Duration(i)*time.Second), by)}}
		l.Record(0, x.Sample(Accepted), Attempts{})
	}
	if got := l.Gap(); got != time.Second {
		t.Errorf("the gap is %s, want 1s", got)
	}
}

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

// Nothing is lost or counted twice, however many workers record while the counts are taken.
func TestRecorderLosesNothing(t *testing.T) {
	const workers, each = 3*parts + 1, 5*batch + 7
	l, into, sum := NewRecorder(), NewWindow(), NewWindow()
	var recording sync.WaitGroup
	for w := range workers {
		recording.Go(func() {
			for range each {
				l.Record(w, Sample{Verdict: Accepted, Response: 1000, Lateness: -1}, Attempts{})
			}
		})
	}
	for range 20 {
		l.Collect(into)
		sum.Add(into)
	}
	recording.Wait()
	if l.Right()+sum.Right() != workers*each {
		t.Errorf("%d and %d of %d", sum.Right(), l.Right(), workers*each)
	}
	l.Collect(into)
	sum.Add(into)
	if l.Collect(into); into.Counts().Sum() > 0 || into.Times.SignIns[0].Response.Count() > 0 {
		t.Errorf("%d were counted twice", into.Counts().Sum())
	}
	if all := sum.Times.SignIns[0].Response; sum.Counts()[Accepted] != workers*each || all.Count() != workers*each || all.Sum != 1000*workers*each {
		t.Errorf("%d exchanges, %d times of %d", sum.Counts()[Accepted], all.Count(), workers*each)
	}
}

// The sums are those of adding up, whichever of the parts have times.
func TestSumsOfTimes(t *testing.T) {
	for parts := range 16 {
		var times Times
		var want [3]int64 // of sign-ins, and of all
		for n, s := range []Sample{{Endpoint: assay.Login, Verdict: Accepted}, {Endpoint: assay.Phone, Verdict: Accepted},
			{Endpoint: assay.Login, Verdict: ReplayRefused}, {Endpoint: assay.Login, Verdict: Faulty}} {
			if parts>>n&1 == 0 {
				continue
			}
			s.Server, s.Lateness, s.Response, s.Service = -1, -1, int64(1e6<<n), int64(1e5<<n)
			times.record(s, Attempts{})
			if want[2] += s.Response; n < 2 {
				want[0], want[1] = want[0]+s.Response, want[1]+s.Service
			}
		}
		before := times.SignIns
		sum, all := times.Sum(), times.All()
		if got := [3]int64{sum.Response.Sum, sum.Service.Sum, all.Sum}; got != want || times.SignIns != before {
			t.Errorf("of parts %04b: %d, want %d", parts, got, want)
		}
		for name, h := range map[string]*Histogram{"response": &sum.Response, "service": &sum.Service, "all": &all} {
			if int(h.Count()) != int(h.Values().TotalCount()) || h.Count() == 0 != (h.Sum == 0) {
				t.Errorf("of parts %04b: %d times of %s", parts, h.Count(), name)
			}
		}
	}
}
