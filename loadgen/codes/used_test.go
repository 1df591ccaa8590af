package codes

import (
	"fmt"
	"testing"
	"time"
)

func TestTakeAlternatesBetweenNewestAndOldest(t *testing.T) {
	now := time.Now()
	u := NewUsed(0)
	for i := range 4 {
		u.Add(UsedCode{Text: fmt.Sprint(i), Accepted: now})
	}
	var order string
	for c, ok := u.Take(now); ok; c, ok = u.Take(now) {
		order += c.Text
	}
	if order != "3021" {
		t.Errorf("taken in the order %s", order)
	}
}

func TestTakeSkipsCodesThatProveNothing(t *testing.T) {
	now := time.Now()
	u := NewUsed(10 * time.Second)
	u.Add(UsedCode{Text: "within the grace", Accepted: now})
	if c, ok := u.Take(now.Add(9 * time.Second)); ok {
		t.Errorf("took %q", c.Text)
	}
	if _, ok := u.Take(now.Add(10 * time.Second)); !ok {
		t.Error("no code after the grace")
	}
	u = NewUsed(0)
	u.Add(UsedCode{Text: "too old", Accepted: now, UseBy: now.Add(time.Second)})
	u.Add(UsedCode{Text: "of unknown lifetime, and too old", Accepted: now})
	if c, ok := u.Take(now.Add(staleAfter + time.Second)); ok {
		t.Errorf("took %q", c.Text)
	}
}

func TestOldestAndNewestOfManyAreKept(t *testing.T) {
	began := time.Now()
	u := NewUsed(0)
	const many = 10 * keptUsed
	for i := range many {
		u.Add(UsedCode{Text: fmt.Sprint(i), Accepted: began.Add(time.Duration(i))})
	}
	for _, want := range []string{fmt.Sprint(many - 1), "0", fmt.Sprint(many - 2)} {
		if c, _ := u.Take(began.Add(many)); c.Text != want {
			t.Errorf("took %s, want %s", c.Text, want)
		}
	}
	if len(u.spread.codes)+len(u.last.codes) != keptUsed+keptLast {
		t.Errorf("%d codes are kept", len(u.spread.codes)+len(u.last.codes))
	}
}

// Replays reach far back in a fast run, too: a target may forget after half a minute, or after some number of codes.
func TestReplaysOfAFastRunReachFarBack(t *testing.T) {
	u, began := NewUsed(0), time.Now()
	var oldest time.Duration
	for n := range 60 * 2000 { // 2000/s for a minute, with 20 replays a second
		now := began.Add(time.Duration(n) * time.Second / 2000)
		u.Add(UsedCode{Text: "x", Accepted: now})
		if n%100 == 0 {
			c, _ := u.Take(now)
			oldest = max(now.Sub(c.Accepted), oldest)
		}
	}
	if oldest < 30*time.Second {
		t.Errorf("the oldest replay is of a code used %s before", oldest)
	}
}
