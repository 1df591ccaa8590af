package matrix_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/sample"
)

func TestNew(t *testing.T) {
	held, failed, other := sample.Conformant().Report, sample.Nonconformant().Report, sample.Conformant().Report
	other.Implementation.Version = "5.0"
	other.Suite.Digest = "sha256:other"
	other.Requirements = []conformance.Result{
		{ID: "code.single-use", Level: assay.Must, Verdict: assay.Pass}, {ID: "new.one", Says: "New.", Verdict: assay.Warn},
	}
	m := matrix.New([]matrix.Source{{File: "a.json", Report: held}, {File: "b.json", Report: failed}, {File: "c.json", Report: other}})
	var names []string
	for _, column := range m.Columns {
		names = append(names, column.Name)
	}
	want := []string{"Acme Mini-Platform 4.2.0 (a.json)", "Acme Mini-Platform 4.2.0 (b.json)", "Acme Mini-Platform 5.0"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if len(m.Rows) != len(held.Requirements)+1 || len(m.Sets) != 2 {
		t.Errorf("%d rows, sets %v", len(m.Rows), m.Sets)
	}
	rows := map[string]matrix.Row{}
	for _, row := range m.Rows {
		rows[row.ID] = row
	}
	for id, want := range map[string]matrix.Row{
		"code.single-use":       {Verdicts: []assay.Verdict{assay.Pass, assay.Pass, assay.Pass}},
		"code.single-use-later": {Verdicts: []assay.Verdict{assay.Pass, assay.Fail, ""}, Differs: true},
		"new.one":               {Verdicts: []assay.Verdict{"", "", assay.Warn}, Differs: true},
	} {
		if got := rows[id]; !cmp.Equal(got.Verdicts, want.Verdicts) || got.Differs != want.Differs {
			t.Errorf("%s: %+v", id, got)
		}
	}
}

func TestAReportWithoutANameHasTheNameOfItsFile(t *testing.T) {
	m := matrix.New([]matrix.Source{{File: "a.json"}, {File: "b.json"}})
	if m.Columns[0].Name != "a.json" || m.Columns[1].Name != "b.json" || m.Differing() != 0 {
		t.Errorf("%+v", m)
	}
}
