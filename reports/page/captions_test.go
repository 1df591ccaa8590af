package page_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
)

// The caption of the rates says of the target only what the outcome allows: of a saturated generator, nothing.
func TestCaptionsFollowTheOutcome(t *testing.T) {
	for outcome, want := range map[benchmark.Outcome]string{
		benchmark.Passed:    "fewer were answered correctly than the schedule offers.",
		benchmark.Incorrect: "fewer were answered correctly than the schedule offers; wrong answers are among the failed ones.",
		benchmark.Saturated: "the load generator did not send on schedule, or the answers were not correct; the figures do not tell which.",
	} {
		report := sample.Load()
		report.Outcome = outcome
		if text := loadPage(t, report, page.LoadEvidence{}); !strings.Contains(text, want) {
			t.Errorf("%s: no %q", outcome, want)
		}
	}
}

// A comparison draws both runs over each other where it has them, and names the machine if it was one.
func TestRunsOverEachOther(t *testing.T) {
	c := compare.Comparison{Outcome: compare.Held, Tolerance: 0.05, ErrorTolerance: 0.001}
	a, b := sample.Load(), sample.IncorrectLoad()
	drawn := func(sides [2]benchmark.Report) string {
		var out strings.Builder
		if err := page.WriteCompare(&out, messages.For(messages.English), c, sides); err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(out.String(), "<body>")
		return body
	}
	both := drawn([2]benchmark.Report{a, b})
	for _, part := range []string{`<h2 id="times">`, `<h2 id="distribution">`, ">A p99</text>", ">B p50</text>", "Measured from <bdi>Some CPU · 8 cores, 1.5 of them allowed"} {
		if !strings.Contains(both, part) {
			t.Errorf("no %s", part)
		}
	}
	if one := drawn([2]benchmark.Report{a, {}}); strings.Contains(one, `<h2 id="times">`) {
		t.Error("one run is drawn over nothing")
	}
	machine := *b.Generator.Machine
	machine.Cores = 4
	b.Generator.Machine = &machine
	if apart := drawn([2]benchmark.Report{a, b}); strings.Contains(apart, "Measured from") {
		t.Error("runs of two machines have one")
	}
}
