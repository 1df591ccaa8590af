package power_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestProblems(t *testing.T) {
	want := []string{
		"the reference is condemned by http.allow: a 405 without Allow",
		"the Node platform was not judged by pat.exact: no twin",
		"untried could not be tried: no port",
		"survivor survived code.single-use",
		"node/survivor survived code.single-use",
		"accused is condemned by code.single-use, which it does not break",
		"pat.exact condemns nothing",
	}
	if diff := cmp.Diff(want, messages.For(messages.English).SayEach(golden.Power().Problems())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if golden.Power().Holds() {
		t.Error("the matrix holds")
	}
}

// TestSummarySaysWhatWasTried: a matrix of narrowed runs says so, and one of whole runs does not.
func TestSummarySaysWhatWasTried(t *testing.T) {
	m := golden.Power()
	if said := "1 of the runs were narrowed to 2 of 4 requirements on average"; !strings.Contains(messages.For(messages.English).SayAll(m.Summary()), said) {
		t.Errorf("no %q in %q", said, m.Summary())
	}
	for i := range m.Faults {
		m.Faults[i].Tried = nil
	}
	if strings.Contains(messages.For(messages.English).SayAll(m.Summary()), "on average") {
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

// TestSummaryCountsAFaultOnce: the rows of the Node platform are counted beside those of the reference, with their cost.
func TestSummaryCountsAFaultOnce(t *testing.T) {
	m := golden.Power()
	for _, part := range []string{
		"Faults: 4, condemned 2, survived 1, falsely accused 1. Of these also on the Node platform: 2, condemned 1, survived 1, falsely accused 0, 1.5 s each.",
		"The reference or the Node platform is not clean.",
	} {
		if !strings.Contains(messages.For(messages.English).SayAll(m.Summary()), part) {
			t.Errorf("no %q in %q", part, m.Summary())
		}
	}
	m.Reference.Condemned, m.Node.NotJudged = nil, nil
	if said := "The reference and the Node platform are clean."; !m.Clean() || !strings.Contains(messages.For(messages.English).SayAll(m.Summary()), said) {
		t.Errorf("no %q in %q", said, m.Summary())
	}
	m.Faults, m.Node, m.NoNode = m.On(power.OnReference), nil, "no node here"
	if said := "None on the Node platform: no node here. "; !strings.Contains(messages.For(messages.English).SayAll(m.Summary()), said) {
		t.Errorf("no %q in %q", said, m.Summary())
	}
	m.NoNode = ""
	if strings.Contains(messages.For(messages.English).SayAll(m.Summary()), "Node") {
		t.Errorf("without any: %q", m.Summary())
	}
}

// TestName: a row of an older file has no implementation, and is the reference's.
func TestName(t *testing.T) {
	for want, row := range map[string]power.Row{
		"the reference": {}, "the Node platform": {On: power.OnNode}, "json-bom": {Fault: "json-bom", On: power.OnReference},
		"node/json-bom": {Fault: "json-bom", On: power.OnNode},
	} {
		if row.Name() != want {
			t.Errorf("%+v is %q, want %q", row, row.Name(), want)
		}
	}
}
