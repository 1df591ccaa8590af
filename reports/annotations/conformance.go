package annotations

import (
	"cmp"
	"fmt"
	"io"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
)

// shownFindings is how many findings of a requirement an annotation has; conformance.json has all of them.
const shownFindings = 2

// WriteConformance writes an annotation for each requirement that failed, warned or is in error: an error if it makes a
// declared profile nonconformant, else a warning.
func WriteConformance(w io.Writer, in messages.Printer, report conformance.Report) error {
	written := NewWriter(w)
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Warn, assay.Error} {
		for _, result := range report.Requirements {
			if result.Verdict != verdict {
				continue
			}
			kind := Warning
			if result.Violates(report) {
				kind = Error
			}
			written.Add(kind, in.Text("verdict."+string(verdict))+": "+result.ID, resultLines(in, report, result)...)
		}
	}
	return written.Err()
}

// resultLines are a requirement's sentence, and what was expected and seen on each endpoint.
func resultLines(in messages.Printer, report conformance.Report, result conformance.Result) []string {
	lines := []string{in.Says(report.Suite.Digest, result.ID, result.Says)}
	if !result.Reason.IsZero() {
		lines = append(lines, in.Say(result.Reason))
	}
	for i, finding := range result.Problems() {
		if i == shownFindings {
			break
		}
		where := cmp.Or(string(finding.Endpoint), in.Text("finding.host"))
		lines = append(lines, fmt.Sprintf("%s: %s %s; %s %s", where, in.Text("finding.expected"), finding.Expected,
			in.Text("finding.actual"), finding.Actual))
	}
	return lines
}
