package compare

import (
	"slices"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// Tags and machines that differ are noted, and decide nothing.
func TestWhatDiffersAroundTheRunsIsNoted(t *testing.T) {
	a, b := several(1, 1.00, 1.001, 0.999), several(11, 1.001, 1.002, 1.000)
	plain := compared(t, a, b)
	for i := range a {
		a[i].Tags = map[string]string{"build": "1", "env": "x", "run": string(rune('a' + i))}
		a[i].Generator.Machine = &benchmark.Machine{Cores: 2, OS: "linux", Arch: "amd64", GoVersion: "go1"}
		b[i].Tags = map[string]string{"build": "2", "env": "x"}
		b[i].Generator.Machine = &benchmark.Machine{Cores: 4, OS: "linux", Arch: "amd64", GoVersion: "go1"}
	}
	c := compared(t, a, b)
	want := []string{"the tag build differs: 1 in A, 2 in B", "the tag run differs: a, b, c in A, — in B",
		"the runs were made on different machines: 2 cores · linux amd64 · go1; 4 cores · linux amd64 · go1"}
	if got := phrase.Strings(c.Notes); !slices.Equal(got, want) || c.Outcome != plain.Outcome || len(plain.Notes) > 0 {
		t.Errorf("%s %q, want %q", c.Outcome, got, want)
	}
	for i := range b {
		b[i].Tags, b[i].Generator.Machine = a[i].Tags, nil
	}
	if c := compared(t, a, b); len(c.Notes) != 1 {
		t.Errorf("%q", phrase.Strings(c.Notes)) // the tag run has several values in each side
	}
}

// Runs with other stages are not compared.
func TestOtherStagesAreAnotherPlan(t *testing.T) {
	a, b := made(1, 0.010), made(2, 0.010)
	a.Plan.Shape, b.Plan.Shape = benchmark.Staged, benchmark.Staged
	a.Plan.Stages = []benchmark.PlanStage{{Name: "a", Shape: "constant", Rate: 500, Duration: 30}}
	b.Plan.Stages = []benchmark.PlanStage{{Name: "a", Shape: "ramp", Rate: 500, To: 900, Duration: 30}}
	c := compared(t, []benchmark.Report{a}, []benchmark.Report{b})
	if reason := phrase.Join(c.Reasons...).String(); c.Outcome != Incomparable || reason != "B ("+"started "+b.Started.UTC().Format("2006-01-02 15:04:05 UTC")+
		") has another plan than the first run of A: stages a 500/s..900/s ramp 30s instead of a 500/s constant 30s; make both sides with the same flags" {
		t.Errorf("%s %s", c.Outcome, reason)
	}
}
