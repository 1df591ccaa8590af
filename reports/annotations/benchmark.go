package benchmark

import (
	"io"

	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/messages"
)

// WriteAnnotations writes why a run is no pass as workflow commands, which GitHub shows beside the change: an error where
// the implementation fell short, a warning where that could not be told.
func WriteAnnotations(w io.Writer, in messages.Printer, report Report) error {
	kind := annotations.Warning
	switch ExitCode(report.Outcome) {
	case exitHolds:
		return nil
	case exitFails:
		kind = annotations.Error
	}
	written := annotations.NewWriter(w)
	for _, reason := range report.Reasons {
		written.Add(kind, report.Outcome.Text(in), reason)
	}
	return written.Err()
}
