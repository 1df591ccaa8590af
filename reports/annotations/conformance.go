package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/messages"
)

// WriteAnnotations writes what failed, could not be told or warned as workflow commands, which GitHub shows beside the
// change: an error for what makes a declared profile nonconformant, a warning for the rest.
func WriteAnnotations(w io.Writer, in messages.Printer, report Report) error {
	written := annotations.NewWriter(w)
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Warn, assay.Error} {
		for _, result := range report.Requirements {
			if result.Verdict != verdict {
				continue
			}
			kind := annotations.Warning
			if result.violated() && slices.ContainsFunc(report.Declared(), result.requirement().Binding) {
				kind = annotations.Error
			}
			written.Add(kind, in.Text("verdict."+string(verdict))+": "+result.ID, annotation(in, report, result)...)
		}
	}
	return written.Err()
}

// annotation is a requirement's sentence and what came instead on each endpoint.
func annotation(in messages.Printer, report Report, result Result) []string {
	lines := []string{in.Says(report.Suite.Digest, result.ID, result.Says)}
	if result.Reason != "" {
		lines = append(lines, result.Reason)
	}
	for i, finding := range telling(result) {
		if i == shownFindings {
			break
		}
		where := cmp.Or(string(finding.Endpoint), in.Text("finding.host"))
		lines = append(lines, fmt.Sprintf("%s: %s %s; %s %s", where, in.Text("finding.expected"), finding.Expected,
			in.Text("finding.actual"), finding.Actual))
	}
	return lines
}
