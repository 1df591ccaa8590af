package annotations

import (
	"io"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

// WriteBenchmark writes an annotation for each reason why a load run did not pass: an error if the implementation failed,
// a warning if the run could not decide that.
func WriteBenchmark(w io.Writer, in messages.Printer, report benchmark.Report) error {
	kind := Warning
	switch report.Outcome.Sign() {
	case assay.Pass:
		return nil
	case assay.Fail:
		kind = Error
	}
	written := NewWriter(w)
	for _, reason := range report.Reasons {
		written.Add(kind, figures.Outcome(in, report.Outcome), in.Say(reason))
	}
	return written.Err()
}
