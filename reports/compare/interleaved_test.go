package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// blocksOf are the 20 parts of a run whose times are spread around a median, and differ from part to part as by says.
func blocksOf(p50 float64, failed int64, by func(block int) float64) uncertain.Run {
	slots := make([]uncertain.Slot, 20)
	for i := range slots {
		for n := range 500 {
			slots[i].Accept(time.Duration(p50 * (0.5 + float64(n)/500) * by(i) * 1e9))
		}
		slots[i].Sent, slots[i].Failed, slots[i].Wanted, slots[i].Answered = 500, failed, 500, 500-failed
	}
	return uncertain.NewRun(slots, 60*time.Second)
}

func steady(int) float64 { return 1 }

// weather is a factor that differs widely from block to block.
func weather(block int) float64 { return 1 + float64(block*7%20)/20 }

// sideOf is a report of such a run.
func sideOf(n int, p50 float64, by func(int) float64) (benchmark.Report, uncertain.Run) {
	blocks := blocksOf(p50, 0, by)
	report := made(n, p50)
	report.Response.P50 = blocks.Percentile(0.5, 0.95, nil).Value
	report.Response.P90 = blocks.Percentile(0.9, 0.95, nil).Value
	report.Response.P99 = blocks.Percentile(0.99, 0.95, nil).Value
	report.Response.Mean = blocks.Mean(0.95).Value
	return report, blocks
}

// paired compares two sides of one run.
func paired(t *testing.T, a, b benchmark.Report, one, two uncertain.Run) Comparison {
	t.Helper()
	options := tolerant()
	options.Interleaved = &[2]uncertain.Run{one, two}
	c, err := New([]benchmark.Report{a}, []benchmark.Report{b}, options)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// One interleaved run decides: what disturbs both sides at the same time hides no difference and makes none.
func TestOneInterleavedRunDecides(t *testing.T) {
	for _, by := range []func(int) float64{steady, weather} {
		for _, test := range []struct {
			slower  float64
			verdict Verdict
			outcome Outcome
		}{{1, Same, Held}, {1.02, Same, Held}, {1.2, Worse, Regressed}, {0.8, Better, Held}} {
			a, one := sideOf(1, 0.010, by)
			b, two := sideOf(2, 0.010*test.slower, by)
			c := paired(t, a, b, one, two)
			for _, name := range []string{"p50", "p90", "p99", "mean"} {
				row := row(t, c, name)
				if row.Verdict != test.verdict || row.Low == nil || row.Change < test.slower-1-0.01 || row.Change > test.slower-1+0.01 {
					t.Errorf("slower by %g: %+v", test.slower, row)
				}
				if row.A != map[string]float64{"p50": a.Response.P50, "p90": a.Response.P90, "p99": a.Response.P99, "mean": a.Response.Mean}[name] {
					t.Errorf("%s of A is %g, and not that of its report", name, row.A)
				}
			}
			if c.Outcome != test.outcome || !c.Interleaved || c.FalseAlarm == nil {
				t.Errorf("slower by %g: %s %q", test.slower, c.Outcome, c.Reasons)
			}
		}
	}
}

// Noise that differs between the sides is no difference, and what is not known asks for a longer run.
func TestAnInterleavedRunThatCannotTell(t *testing.T) {
	a, one := sideOf(1, 0.010, weather)
	b, two := sideOf(2, 0.010, func(block int) float64 { return weather((block + 3) % 20) })
	c := paired(t, a, b, one, two)
	if c.Outcome != Undecided || !strings.Contains(fmt.Sprint(c.Reasons), "use a longer --duration") || strings.Contains(fmt.Sprint(c.Reasons), "alternately") {
		t.Errorf("%s %q", c.Outcome, c.Reasons)
	}
	if least := row(t, c, "p50").Detectable; least == nil || *least < 0.05 {
		t.Errorf("p50 could have seen %v", least)
	}
	short := uncertain.NewRun(nil, time.Second)
	if c = paired(t, a, b, short, short); c.Outcome != Undecided || !strings.Contains(fmt.Sprint(c.Reasons), "too short to show") {
		t.Errorf("%s %q", c.Outcome, c.Reasons)
	}
}

// Errors are worse where chance does not explain them.
func TestErrorsOfAnInterleavedRun(t *testing.T) {
	for _, test := range []struct {
		failed  int64
		verdict Verdict
		outcome Outcome
	}{{0, Same, Held}, {21, Worse, Regressed}} {
		a, one := sideOf(1, 0.010, steady)
		b, _ := sideOf(2, 0.010, steady)
		b = erring(b, test.failed*60, 0)
		c := paired(t, a, b, one, blocksOf(0.010, test.failed, steady))
		if row := row(t, c, "errors"); row.Verdict != test.verdict || c.Outcome != test.outcome {
			t.Errorf("%d failed: %+v, %s %q", test.failed, row, c.Outcome, c.Reasons)
		}
	}
}

// A false alarm is as rare as the interval promises, and three runs a side tell what they could have seen.
func TestWhatRunsApartCouldHaveSeen(t *testing.T) {
	c := compared(t, several(1, 1.02, 0.97, 1.01), several(11, 1.03, 0.98, 1.00))
	p50 := row(t, c, "p50")
	if p50.Detectable == nil || *p50.Detectable < *p50.High-p50.Change || *p50.Detectable > 1 {
		t.Errorf("could have seen %v; the interval is from %g to %g", p50.Detectable, *p50.Low, *p50.High)
	}
	if c.FalseAlarm == nil || *c.FalseAlarm <= 0 || *c.FalseAlarm > 0.05 {
		t.Errorf("false alarm %v", c.FalseAlarm)
	}
	if few := compared(t, several(1, 1), several(11, 1)); few.FalseAlarm != nil || slices.ContainsFunc(few.Figures, func(r Row) bool { return r.Detectable != nil }) {
		t.Errorf("%+v", few)
	}
}

// A count that is the same in every part of both sides has a verdict and no interval: one of no width would claim that chance does nothing.
func TestNothingDiffersHasNoInterval(t *testing.T) {
	a, one := sideOf(1, 0.01, weather)
	b, two := sideOf(2, 0.01, weather)
	for _, row := range paired(t, a, b, one, two).Figures {
		switch row.Name {
		case errorsFigure, throughputFigure:
			if row.Low != nil || row.High != nil || row.Verdict != Same {
				t.Errorf("%+v", row)
			}
		case "p50":
			if row.Low == nil || row.Verdict != Same {
				t.Errorf("%+v", row)
			}
		}
	}
}
