package power_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestProblems(t *testing.T) {
	want := []string{
		"the reference is condemned by http.allow: a 405 without Allow",
		"untried could not be tried: no port",
		"survivor survived code.single-use",
		"accused is condemned by code.single-use, which it does not break",
		"pat.exact condemns nothing",
	}
	if diff := cmp.Diff(want, golden.Power().Problems()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if golden.Power().Holds() {
		t.Error("the matrix holds")
	}
}

// TestSummarySaysWhatWasTried: a matrix of narrowed runs says so, and one of whole runs does not.
func TestSummarySaysWhatWasTried(t *testing.T) {
	m := golden.Power()
	if said := "Of the faults, 1 were tried by 2 of 4 requirements on average"; !strings.Contains(m.Summary(), said) {
		t.Errorf("no %q in %q", said, m.Summary())
	}
	for i := range m.Faults {
		m.Faults[i].Tried = nil
	}
	if strings.Contains(m.Summary(), "on average") {
		t.Errorf("of whole runs: %q", m.Summary())
	}
}

func TestReadJSONReadsWhatWriteJSONWrote(t *testing.T) {
	var text bytes.Buffer
	if err := power.WriteJSON(&text, golden.Power()); err != nil {
		t.Fatal(err)
	}
	read, err := power.ReadJSON(&text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(golden.Power(), read, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := power.ReadJSON(strings.NewReader(`{"schema":"assay.power/2"}`)); err == nil || !strings.Contains(err.Error(), "assay.power/2") {
		t.Errorf("another schema: %v", err)
	}
}
