package matrix_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/matrix"
)

// TestChanges: two runs of one implementation say what is new and what is gone, by their time and not by their place; an
// implementation with another name is compared with none.
func TestChanges(t *testing.T) {
	run := func(product string, day int, verdicts ...assay.Verdict) matrix.Source {
		report := conformance.Report{Implementation: assay.Implementation{Product: product}, Started: time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC)}
		for i, id := range []string{"code.a", "code.b", "code.c", "code.d"} {
			report.Requirements = append(report.Requirements, conformance.Result{ID: id, Verdict: verdicts[i]})
		}
		return matrix.Source{File: product, Report: report}
	}
	m := matrix.New([]matrix.Source{
		run("Acme", 3, assay.Pass, assay.Fail, assay.Fail, assay.Pass), // the last
		run("Acme", 1, assay.Fail, assay.Pass, assay.Untested, assay.Pass),
		run("Globex", 2, assay.Fail, assay.Fail, assay.Fail, assay.Fail),
		run("Acme", 2, assay.Waived, assay.Observed, assay.Untested, assay.Error),
	})
	want := []matrix.Change{{Before: 3, After: 0, New: []string{"code.b"}, Gone: []string{"code.a"}}}
	if diff := cmp.Diff(want, m.Changes()); diff != "" {
		t.Error(diff)
	}
	if all := matrix.New([]matrix.Source{run("", 1, assay.Fail, "", "", ""), run("", 2, assay.Pass, "", "", "")}).Changes(); len(all) > 0 {
		t.Errorf("runs without a name are of one implementation: %v", all)
	}
}
