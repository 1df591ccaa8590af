package sample_test

import (
	"io"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
)

// TestWhatFollowsIsListedBeneathItsRoot: a violation that follows another is named with its root, in every format, and has
// no entry of its own among what needs attention.
func TestWhatFollowsIsListedBeneathItsRoot(t *testing.T) {
	report := sample.Conformant().Report
	for i, result := range report.Requirements {
		if result.ID == "pat.missing" || result.ID == "pat.exact" {
			report.Requirements[i].Verdict = assay.Fail
		}
	}
	report = conformance.Conclude(assay.Requirements(), report)
	in := messages.For(messages.English)
	for name, test := range map[string]struct {
		write     func(io.Writer) error
		says, not string
	}{
		"console": {func(w io.Writer) error { return console.NewConformance(w, terminal.Options{}).Summary(report, nil) },
			"followed  FAIL by pat.exact", "FAIL      pat.exact"},
		"markdown": {func(w io.Writer) error { return markdown.WriteConformance(w, in, report) }, "Followed by `pat.exact`", "** `pat.exact`"},
		"page":     {func(w io.Writer) error { return page.WriteConformance(w, in, report, page.Evidence{}) }, "Follows from <code>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := test.write(&out); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), test.says) || test.not != "" && strings.Contains(out.String(), test.not) {
				t.Errorf("it does not say %q, or says %q", test.says, test.not)
			}
		})
	}
}
