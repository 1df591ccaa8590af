package power_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestLegalProblems(t *testing.T) {
	want := []string{
		"accused: fail of code.single-use: <accepted>",
		"untold was not judged by pat.exact: no twin",
		"untried could not be tried: no port",
	}
	m := golden.Legal()
	if diff := cmp.Diff(want, messages.For(messages.English).SayEach(m.Problems())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if m.Holds() {
		t.Error("the matrix holds")
	}
	m.Variations = m.Variations[:2]
	if !m.Holds() || m.CleanRows() != 2 || len(m.Problems()) != 0 {
		t.Errorf("two clean rows: %s %v", m.Summary(), m.Problems())
	}
	if (power.LegalMatrix{}).Holds() {
		t.Error("a matrix of nothing holds")
	}
}

func TestLegalRowJudge(t *testing.T) {
	for _, test := range []struct {
		verdict assay.Verdict
		exempt  bool
		want    string
	}{
		{assay.Pass, false, "clean"},
		{assay.Observed, false, "clean"},
		{assay.Warn, false, "accused by http.allow"},
		{assay.Fail, false, "accused by http.allow"},
		{assay.Error, false, "accused by http.allow"},
		{assay.Error, true, "accused by http.allow"},
		{assay.Untested, false, "not judged by 1"},
		{assay.Untested, true, "clean"},
	} {
		row := power.LegalRow{Passed: 1}
		row.Judge("http.allow", test.verdict, "why", test.exempt)
		if row.Outcome().String() != test.want || row.Clean() != (test.want == "clean") {
			t.Errorf("%s, exempt %v: %s, clean %v; want %s", test.verdict, test.exempt, row.Outcome(), row.Clean(), test.want)
		}
	}
	row := power.LegalRow{Warns: []string{"http.allow"}, Untested: []string{"pat.exact"}}
	row.Judge("http.allow", assay.Warn, "", false)
	row.Judge("pat.exact", assay.Untested, "", false)
	if row.Outcome().String() != "warned by http.allow" || row.Clean() {
		t.Errorf("%s, clean %v: a row that passed nothing is not clean", row.Outcome(), row.Clean())
	}
	if row.Judge("http.allow", assay.Fail, "", false); row.Outcome().String() != "accused by http.allow, warned by http.allow" {
		t.Errorf("a failure within the list of warnings: %s", row.Outcome())
	}
}

func TestReadLegalJSONReadsWhatWriteLegalJSONWrote(t *testing.T) {
	var text bytes.Buffer
	if err := power.WriteLegalJSON(&text, golden.Legal()); err != nil {
		t.Fatal(err)
	}
	read, err := power.ReadLegalJSON(&text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(golden.Legal(), read, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := power.ReadLegalJSON(bytes.NewReader([]byte(`{"schema":"assay.power/1"}`))); err == nil {
		t.Error("another schema is read")
	}
}
