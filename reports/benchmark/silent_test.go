package benchmark

import (
	"slices"
	"testing"

	"github.com/unified-login/assay/reports/phrase"
)

// A run says when nothing was answered, and how many exchanges waited.
func TestSilenceIsSaid(t *testing.T) {
	one := []Quiet{{From: 3.5, Seconds: 1.9, Due: 95}}
	for want, test := range map[string]struct {
		silence *Silence
		late    float64
	}{
		"": {&Silence{}, 0},
		"nothing was answered for 1.90s: from 3.5s to 5.4s of the run, while 95 exchanges were due":                                                   {&Silence{1.9, 1, one}, 0.4},
		"nothing was answered for 1.90s: from 3.5s to 5.4s of the run, while 95 exchanges were due; the generator itself stood still for up to 1.80s": {&Silence{1.9, 1, one}, 1.8},
		"nothing was answered for 9.00s in all: from 3.5s to 5.4s of the run, while 95 exchanges were due, and 12 shorter times":                      {&Silence{9, 13, one}, 0},
	} {
		report := Report{Plan: Plan{Shape: "constant"}, Exchanges: Exchanges{Sent: 500, Accepted: 500}, Silence: test.silence}
		report.Generator.Delay.Heartbeat = Times{Max: test.late, Samples: 1000}
		notes := phrase.Strings(Conclude(report).Notes)
		if want == "" && slices.ContainsFunc(notes, func(note string) bool { return note != "" }) || want != "" && !slices.Contains(notes, want) {
			t.Errorf("%q, not %q", notes, want)
		}
	}
}
