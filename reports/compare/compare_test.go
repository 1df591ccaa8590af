package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay/reports/benchmark"
)

// made is a run whose times vary by a tenth around p50.
func made(p50 float64, seconds int, seed uint64) benchmark.Report {
	random := rand.New(rand.NewPCG(seed, 7))
	report := benchmark.Report{Outcome: benchmark.Passed, Plan: benchmark.Plan{Shape: "constant", Rate: 500, Duration: float64(seconds)}}
	for i := range seconds {
		vary := func(x float64) float64 { return x * (1 + 0.1*(random.Float64()-0.5)) }
		report.Timeline = append(report.Timeline, benchmark.Second{Second: i, Offered: 500, Answered: 500,
			P50: vary(p50), P90: vary(2 * p50), P99: vary(5 * p50)})
	}
	return report
}

func verdicts(t *testing.T, a, b []benchmark.Report, tolerance float64) (all []Verdict) {
	t.Helper()
	c, err := New(a, b, tolerance)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range c.Rows {
		all = append(all, row.Verdict)
	}
	return all
}

func TestVerdicts(t *testing.T) {
	base := []benchmark.Report{made(0.010, 30, 1)}
	for _, test := range []struct {
		name      string
		b         benchmark.Report
		tolerance float64
		want      Verdict
	}{
		{"nothing", made(0.010, 30, 2), 0.05, Same},
		{"a tenth slower", made(0.011, 30, 3), 0.05, Worse},
		{"a tenth faster", made(0.009, 30, 4), 0.05, Better},
		{"a tenth slower, and tolerated", made(0.011, 30, 5), 0.2, Same},
		{"about as much as is tolerated", made(0.0105, 30, 6), 0.05, Noise},
	} {
		if got := verdicts(t, base, []benchmark.Report{test.b}, test.tolerance); got[0] != test.want || got[3] != Same {
			t.Errorf("%s: p50 is %s and throughput %s, want %s and same", test.name, got[0], got[3], test.want)
		}
	}
}

func TestLessThroughputIsWorse(t *testing.T) {
	slow := made(0.010, 30, 2)
	for i := range slow.Timeline {
		slow.Timeline[i].Failed = 100
	}
	if got := verdicts(t, []benchmark.Report{made(0.010, 30, 1)}, []benchmark.Report{slow}, 0.05); got[3] != Worse || got[0] != Same {
		t.Errorf("%v", got)
	}
}

// The verdict on runs that differ as much within a side as between the sides is noise.
func TestRunsThatDifferAmongThemselvesAreNoise(t *testing.T) {
	a := []benchmark.Report{made(0.008, 30, 1), made(0.010, 30, 2), made(0.013, 30, 3)}
	b := []benchmark.Report{made(0.009, 30, 4), made(0.012, 30, 5), made(0.014, 30, 6)}
	if got := verdicts(t, a, b, 0.05); got[0] != Noise {
		t.Errorf("%v", got)
	}
}

func TestTheResultDependsOnTheRunsOnly(t *testing.T) {
	a, b := []benchmark.Report{made(0.010, 30, 1)}, []benchmark.Report{made(0.0105, 30, 2)}
	var answers [2]Comparison
	for i := range answers {
		c, err := New(a, b, 0.05)
		if err != nil {
			t.Fatal(err)
		}
		answers[i] = c
	}
	if diff := cmp.Diff(answers[0], answers[1]); diff != "" || answers[0].A != (Side{Runs: 1, Seconds: 30}) {
		t.Errorf("%+v, and a second time: %s", answers[0], diff)
	}
}

func TestNewRefusesWhatCannotBeCompared(t *testing.T) {
	good := []benchmark.Report{made(0.010, 30, 1)}
	dead := made(0, 30, 1)
	for name, try := range map[string]func() error{
		"too short":     func() error { _, err := New(good, []benchmark.Report{made(0.01, 9, 1)}, 0.05); return err },
		"nothing":       func() error { _, err := New(good, []benchmark.Report{dead}, 0.05); return err },
		"NaN tolerance": func() error { _, err := New(good, good, math.NaN()); return err },
		"tolerance 5":   func() error { _, err := New(good, good, 5); return err },
	} {
		if err := try(); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := made(0.010, 30, 1)
	other.Plan.Rate, other.Outcome = 700, benchmark.Saturated
	if c, err := New(good, []benchmark.Report{other}, 0.05); err != nil || len(c.Remarks) != 3 {
		t.Errorf("%v, %v", c.Remarks, err)
	}
}

// One run does not show the noise between runs.
func TestOneRunOfASide(t *testing.T) {
	one, two := []benchmark.Report{made(0.010, 30, 1)}, []benchmark.Report{made(0.010, 30, 2), made(0.010, 30, 3)}
	for name, test := range map[string]struct {
		a, b []benchmark.Report
		want bool
	}{"one a side": {one, one, true}, "one of one": {two, one, true}, "several": {two, two, false}} {
		c, err := New(test.a, test.b, 0.05)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.ContainsFunc(c.Remarks, func(r string) bool {
			return strings.HasPrefix(r, "one run of a side does not show the noise between runs; ")
		})
		if got != test.want {
			t.Errorf("%s: warned %t: %q", name, got, c.Remarks)
		}
	}
}

// The values are those that R's wilcox.test(exact = FALSE, correct = FALSE) gives.
func TestMannWhitney(t *testing.T) {
	for _, test := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 2, 3, 4, 5}, []float64{6, 7, 8, 9, 10}, 0.009023},
		{[]float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, 1},
		{[]float64{1, 1, 1}, []float64{1, 1, 1}, 1},
	} {
		if got := mannWhitney(test.a, test.b); math.Abs(got-test.want) > 1e-5 {
			t.Errorf("%v and %v: %g, want %g", test.a, test.b, got, test.want)
		}
	}
}
