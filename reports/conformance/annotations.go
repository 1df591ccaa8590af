package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"assay"
	"assay/reports/messages"
	"assay/reports/visible"
)

// annotationLimit is how many annotations of a kind GitHub shows of one step.
const annotationLimit = 10

// WriteAnnotations writes what failed, could not be told or warned as workflow commands, which GitHub shows beside the
// change: an error for what makes a declared profile nonconformant, a warning for the rest.
func WriteAnnotations(w io.Writer, in messages.Printer, report Report) error {
	written := map[string]int{}
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Warn, assay.Error} {
		for _, result := range report.Requirements {
			if result.Verdict != verdict {
				continue
			}
			kind := "warning"
			if result.violated() && slices.ContainsFunc(report.Declared(), result.requirement().Binding) {
				kind = "error"
			}
			if written[kind]++; written[kind] > annotationLimit {
				continue
			}
			title := in.Text("verdict."+string(verdict)) + ": " + result.ID
			_, err := fmt.Fprintf(w, "::%s title=%s::%s\n", kind, property(title), data(annotation(in, report, result)))
			if err != nil {
				return fmt.Errorf("annotations: %w", err)
			}
		}
	}
	return nil
}

// annotation is a requirement's sentence and what came instead on each endpoint.
func annotation(in messages.Printer, report Report, result Result) string {
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
	for i, line := range lines {
		lines[i] = visible.Line(line, textLimit)
	}
	return strings.Join(lines, "\n")
}

// data and property escape what a workflow command takes for its own marks.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(visible.Line(s, textLimit)))
}
