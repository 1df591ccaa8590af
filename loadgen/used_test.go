package loadgen

import (
	"fmt"
	"testing"
	"time"
)

func TestReplaysTakeTheLastAndTheFirstInTurn(t *testing.T) {
	now := time.Now()
	u := newUsed(0)
	for i := range 4 {
		u.add(usedCode{text: fmt.Sprint(i), accepted: now})
	}
	var order string
	for c, ok := u.take(now); ok; c, ok = u.take(now) {
		order += c.text
	}
	if order != "3021" {
		t.Errorf("taken in the order %s", order)
	}
}

func TestAReplayThatProvesNothingIsNotMade(t *testing.T) {
	now := time.Now()
	u := newUsed(10 * time.Second)
	u.add(usedCode{text: "within the grace", accepted: now})
	if c, ok := u.take(now.Add(9 * time.Second)); ok {
		t.Errorf("took %q", c.text)
	}
	if _, ok := u.take(now.Add(10 * time.Second)); !ok {
		t.Error("nothing to take after the grace")
	}
	u = newUsed(0)
	u.add(usedCode{text: "too old", accepted: now, useBy: now.Add(time.Second)})
	u.add(usedCode{text: "of unknown lifetime, and too old", accepted: now})
	if c, ok := u.take(now.Add(staleAfter + time.Second)); ok {
		t.Errorf("took %q", c.text)
	}
}

func TestOfManyUsedCodesTheFirstAndTheLastAreRemembered(t *testing.T) {
	began := time.Now()
	u := newUsed(0)
	const many = 10 * keptUsed
	for i := range many {
		u.add(usedCode{text: fmt.Sprint(i), accepted: began.Add(time.Duration(i))})
	}
	for _, want := range []string{fmt.Sprint(many - 1), "0", fmt.Sprint(many - 2)} {
		if c, _ := u.take(began.Add(many)); c.text != want {
			t.Errorf("took %s, want %s", c.text, want)
		}
	}
	if len(u.spread.codes)+len(u.last.codes) != keptUsed+keptLast {
		t.Errorf("%d are kept", len(u.spread.codes)+len(u.last.codes))
	}
}

// However fast a run is, its replays reach back as far as they prove anything: a ledger may forget after half a minute, or
// after so many codes.
func TestReplaysOfAFastRunReachFarBack(t *testing.T) {
	u, began := newUsed(0), time.Now()
	var oldest time.Duration
	for n := range 60 * 2000 { // 2000/s for a minute, with 20 replays a second
		now := began.Add(time.Duration(n) * time.Second / 2000)
		u.add(usedCode{text: "x", accepted: now})
		if n%100 == 0 {
			c, _ := u.take(now)
			oldest = max(now.Sub(c.accepted), oldest)
		}
	}
	if oldest < 30*time.Second {
		t.Errorf("the oldest replay was of a code used %s before", oldest)
	}
}
