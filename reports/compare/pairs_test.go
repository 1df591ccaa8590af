package compare

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// pair are the two sides of the nth run of assay load --against: what disturbed the run disturbed both.
func pair(n int, weather, slower float64) (a, b benchmark.Report) {
	a, b = made(n, 0.010*weather), made(n, 0.010*weather*slower)
	b.Started = a.Started.Add(time.Millisecond)
	a.Pair, b.Pair = &benchmark.Pair{Side: "A", Other: b.Started}, &benchmark.Pair{Side: "B", Other: a.Started}
	return a, b
}

// pairs are several of them, in weather that differs by far more than the tolerance.
func pairs(slower ...float64) (a, b []benchmark.Report) {
	for i, by := range slower {
		one, two := pair(i+1, []float64{1, 1.5, 0.8, 2}[i], by)
		a, b = append(a, one), append(b, two)
	}
	return a, b
}

// The sides of several runs of two targets are judged by the differences within each: what the runs differ in is no noise.
func TestPairsAreComparedAsPairs(t *testing.T) {
	for _, test := range []struct {
		slower  []float64
		verdict Verdict
		outcome Outcome
	}{
		{[]float64{1.001, 0.999, 1}, Same, Held},
		{[]float64{1.2, 1.21, 1.19, 1.2}, Worse, Regressed},
		{[]float64{0.8, 0.81, 0.79}, Better, Held},
		{[]float64{1.2, 0.8, 1.1}, Unknown, Undecided},
	} {
		a, b := pairs(test.slower...)
		b[0], b[len(b)-1] = b[len(b)-1], b[0] // in whatever order they are named
		c := compared(t, a, b)
		if got := row(t, c, "p50"); got.Verdict != test.verdict || got.Low == nil || c.Outcome != test.outcome || c.Pairs != len(a) || c.Interleaved {
			t.Errorf("slower by %v: %+v of %d pairs, %s %q", test.slower, got, c.Pairs, c.Outcome, c.Reasons)
		}
	}
	a, b := pairs(1.2, 1.21, 1.19)
	if c := compared(t, []benchmark.Report{b[0], a[1], a[2]}, []benchmark.Report{a[0], b[1], b[2]}); c.Pairs != 3 || row(t, c, "p50").Verdict != Unknown {
		t.Errorf("B of one pair was named as A: %+v", c)
	}
	for i := range a { // both sides of a run have the same delay of the generator
		a[i].Generator.Delay.Heartbeat = benchmark.Times{P50: 0.1, P99: 0.2, Samples: 6000}
		b[i].Generator.Delay.Heartbeat = a[i].Generator.Delay.Heartbeat
	}
	if got := row(t, compared(t, a, b), "p50"); got.Verdict != Worse || got.OwnDelay != 0 {
		t.Errorf("%+v", got)
	}
}

// Two pairs show no noise, and what is not known asks for more pairs.
func TestFewPairs(t *testing.T) {
	a, b := pairs(1.2, 1.21)
	c := compared(t, a, b)
	const want = "not known: p50, p99; make 3 pairs with assay load --against: 2 do not show how much they differ"
	if c.Outcome != Undecided || c.Pairs != 2 || fmt.Sprint(c.Reasons) != "["+want+"]" {
		t.Errorf("%s %q", c.Outcome, c.Reasons)
	}
	a, b = pairs(1.2, 0.8, 1.1)
	if c = compared(t, a, b); !strings.Contains(fmt.Sprint(c.Reasons), "; make more pairs with assay load --against") {
		t.Errorf("%q", c.Reasons)
	}
}

// Pairs are not mixed with runs that were made apart, nor with half a pair: neither noise is that of the other.
func TestPairsAndOtherRunsAreNotMixed(t *testing.T) {
	a, b := pairs(1, 1, 1)
	apart := made(20, 0.010)
	_, others := pairs(1, 1, 1, 1)
	for name, sides := range map[string][2][]benchmark.Report{
		"a run made apart on both sides": {append(a[:2:2], apart), append(b[:2:2], made(21, 0.010))},
		"a pair more on one side":        {a, b[:2]},
		"both sides of a pair in A":      {append(a[:2:2], b[0]), several(30, 1, 1, 1)},
		"half of another pair":           {a, append(b[:2:2], others[3])},
		"one pair and a run":             {append(a[:1:1], apart), b[:1]},
	} {
		c := compared(t, sides[0], sides[1])
		if c.Outcome != Incomparable || len(c.Figures) > 0 || len(c.Reasons) != 1 || c.Reasons[0].Key() != phrase.CompareMixedPairs {
			t.Errorf("%s: %s %q", name, c.Outcome, c.Reasons)
		}
	}
	// Halves of different runs have no moment in common.
	var c []benchmark.Report
	for n := range 3 {
		_, one := pair(40+n, 1, 1)
		c = append(c, one)
	}
	if got := compared(t, a, c); got.Pairs != 0 || got.Outcome == Incomparable {
		t.Errorf("%+v", got)
	}
}
