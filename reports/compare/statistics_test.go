package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
)

// Ties lower the deviation of the rank sum. The value is that of R's formula for exact = FALSE, correct = FALSE; without the
// correction for ties it would be 0.0601.
func TestMannWhitneyCorrectsForTies(t *testing.T) {
	a, b := []float64{1, 1, 2, 2, 3}, []float64{2, 3, 3, 3, 4}
	if got, want := mannWhitney(a, b), 0.0486323; math.Abs(got-want) > 1e-6 {
		t.Errorf("p = %g, want %g", got, want)
	}
}

// Seconds that depend on their neighbours carry less information than the same values in random order, so their interval
// is wider. A bootstrap of single seconds does not see the order.
func TestTheIntervalIsWiderForDependentSeconds(t *testing.T) {
	const seconds = 60
	var trend, shuffled []float64
	for i := range seconds {
		trend = append(trend, 1+float64(i)/seconds)
	}
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(seconds) {
		shuffled = append(shuffled, trend[i])
	}
	width := func(values []float64) float64 {
		low, high := interval([][]float64{values}, [][]float64{values})
		return high - low
	}
	if dependent, independent := width(trend), width(shuffled); dependent < 1.5*independent {
		t.Errorf("the interval of a trend is %.3f wide, that of the shuffled trend %.3f", dependent, independent)
	}
}

// In the seconds after the plan's duration a run only waits for late answers. They are not compared.
func TestSecondsAfterThePlanAreIgnored(t *testing.T) {
	drained := made(0.010, 30, 1)
	for i := range 31 {
		drained.Timeline = append(drained.Timeline, benchmark.Second{Second: 30 + i, Answered: 1, P50: 5, P90: 5, P99: 5})
	}
	c, err := New([]benchmark.Report{drained}, []benchmark.Report{made(0.010, 30, 2)}, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	if c.A.Seconds != 30 {
		t.Errorf("%d seconds are compared, want 30", c.A.Seconds)
	}
	for _, row := range c.Rows {
		if row.Verdict != Same {
			t.Errorf("%s is %s: %g and %g", row.Name, row.Verdict, row.A, row.B)
		}
	}
}
