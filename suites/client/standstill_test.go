package client

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
)

// A process that stood still for a good part of a time limit blames nobody for its end; one that ran all the time does.
func TestStandstillExcusesATimeout(t *testing.T) {
	late := assay.Failure{Kind: assay.TimedOut, Text: "no whole answer within 10s"}
	synctest.Test(t, func(t *testing.T) {
		s := watchStandstill()
		time.Sleep(10 * time.Second)
		if stood := s.end(); stood != 0 || excuse(late, stood, 10*time.Second) != late {
			t.Errorf("it ran, and stood still for %s", stood)
		}
	})
	s := watchStandstill()
	s.mu.Lock() // a process that stands still looks at no clock
	s.last = s.last.Add(-4 * time.Second)
	s.mu.Unlock()
	stood := s.end()
	want := assay.Failure{Kind: assay.Interrupted, Text: "this process stood still for " + stood.Round(100*time.Millisecond).String()}
	if got := excuse(late, stood, 10*time.Second); got != want || stood < 3*time.Second {
		t.Errorf("%+v after %s, want %+v", got, stood, want)
	}
	cut := assay.Failure{Kind: assay.BrokenOff}
	if got := excuse(cut, stood, 10*time.Second); got != cut {
		t.Errorf("an ended connection became %+v", got)
	}
	if got := excuse(late, stood, time.Minute); got != late {
		t.Errorf("a short standstill made %+v", got)
	}
}
