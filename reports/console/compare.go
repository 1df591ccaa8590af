package console

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/compare"
)

// WriteCompare writes a comparison of load runs as a table, with its outcome, and says how it was computed.
func WriteCompare(w io.Writer, c compare.Comparison) error {
	var text strings.Builder
	fmt.Fprintf(&text, "A  %s\nB  %s\n\n", side(c.A), side(c.B))
	if len(c.Figures) > 0 {
		fmt.Fprintf(&text, "%-12s %10s %10s %11s   %-22s  %s\n", "", "A", "B", "change", "95% interval", "")
	}
	for _, row := range c.Figures {
		interval := "-"
		if row.Low != nil && row.High != nil {
			interval = row.ShowChange(*row.Low) + " to " + row.ShowChange(*row.High)
		}
		verdict := strings.ReplaceAll(string(row.Verdict), "-", " ")
		if !row.Decides {
			verdict = "(" + verdict + ")"
		}
		fmt.Fprintf(&text, "%-12s %10s %10s %11s   %-22s  %s\n", row.Name, row.ShowA(), row.ShowB(), row.ShowChange(row.Change), interval, verdict)
	}
	fmt.Fprintf(&text, "\n%-9s%s\n", "OUTCOME", strings.ToUpper(strings.ReplaceAll(string(c.Outcome), "-", " ")))
	for _, reason := range c.Reasons {
		fmt.Fprintf(&text, "%-9s- %s\n", "", shown(reason.String()))
	}
	for _, note := range c.Notes {
		fmt.Fprintf(&text, "NOTE     %s\n", shown(note.String()))
	}
	if len(c.Figures) > 0 {
		fmt.Fprintf(&text, `
A figure of a run is one sample; the interval is Welch's, over the runs, and needs three runs a side. With
fewer runs, only errors and "silent" are compared, by their own counts. Worse: the whole interval is beyond
%+g%%; for errors and "silent", beyond %+g points. Verdicts in parentheses decide nothing.
`, 100*c.Tolerance, 100*c.ErrorTolerance)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// side describes one side of a comparison.
func side(s compare.Side) string {
	runs := "runs"
	if s.Runs == 1 {
		runs = "run"
	}
	text := fmt.Sprintf("%d %s, %g seconds, %d exchanges, %d failed", s.Runs, runs, s.Seconds, s.Sent, s.Failed)
	if s.Incorrect > 0 {
		text += fmt.Sprintf(", %d incorrect", s.Incorrect)
	}
	return text
}
