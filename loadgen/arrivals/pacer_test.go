package arrivals

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// vegeta's Attacker sends every arrival of the schedule once, and none of them early.
func TestAttackerFollowsThePacer(t *testing.T) {
	for _, shape := range []Shape{Ramp, Poisson} {
		to := 0.0
		if shape == Ramp {
			to = 1500
		}
		schedule, err := New(shape, 500, to, 200*time.Millisecond, 1)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(http.NotFoundHandler())
		pacer := NewPacer(schedule)
		targeter := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: server.URL})
		before := time.Now()
		var sent []uint64
		var began []time.Time
		for result := range vegeta.NewAttacker().Attack(targeter, pacer, 0, "") {
			sent = append(sent, result.Seq)
			intended := pacer.Intended(result.Seq)
			began = append(began, intended.Add(-schedule.At(int(result.Seq))))
			if result.Timestamp.Before(intended) {
				t.Errorf("%s: arrival %d was sent %v early", shape, result.Seq, intended.Sub(result.Timestamp))
			}
		}
		server.Close()
		slices.Sort(sent)
		for n, seq := range sent {
			if uint64(n) != seq {
				t.Fatalf("%s: arrival %d is followed by arrival %d", shape, n-1, seq)
			}
		}
		if len(sent) != schedule.Len() {
			t.Errorf("%s: %d sent, want %d", shape, len(sent), schedule.Len())
		}
		if began[0].Before(before) || slices.ContainsFunc(began, func(b time.Time) bool { return !b.Equal(began[0]) }) {
			t.Errorf("%s: the schedule does not start with the attack", shape)
		}
	}
}

func TestPacerStops(t *testing.T) {
	schedule, err := New(Constant, 10, 0, time.Second, 0)
	if err != nil {
		t.Fatal(err)
	}
	pacer := NewPacer(schedule)
	if wait, stop := pacer.Pace(time.Hour, 0); stop || wait > -time.Hour {
		t.Errorf("an hour late: wait %v, stop %v", wait, stop)
	}
	if wait, stop := pacer.Pace(0, 9); stop || wait > -time.Hour+time.Second {
		t.Errorf("the last arrival: wait %v, stop %v", wait, stop)
	}
	if _, stop := pacer.Pace(0, 10); !stop {
		t.Error("it does not stop after the last arrival")
	}
	if pacer.Rate(0) != 10 {
		t.Errorf("rate %v", pacer.Rate(0))
	}
}
