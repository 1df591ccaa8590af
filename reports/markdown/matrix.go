package matrix

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
)

// WriteMarkdown writes a matrix as tables of GitHub's Markdown: the outcomes, then every requirement, those that differ in
// bold.
func WriteMarkdown(w io.Writer, in messages.Printer, m Matrix) error {
	var out strings.Builder
	fmt.Fprintf(&out, "## %s\n\n", in.Text("matrix.title"))
	if len(m.Sets) > 1 {
		fmt.Fprintf(&out, "%s\n\n", in.Text("matrix.sets"))
	}
	head, rule := "| |", "| --- |"
	outcome := "| **" + in.Text("profiles.outcome") + "** |"
	for _, column := range m.Columns {
		head += " " + markdown.Cell(column.Name) + " |"
		rule += " --- |"
		outcome += " " + conformance.MarkdownOutcome(in, column.Report.Outcome) + " |"
	}
	fmt.Fprintf(&out, "%s\n%s\n%s\n", head, rule, outcome)
	for _, row := range m.Rows {
		id := markdown.Cell(row.ID)
		if row.Differs {
			id = "**" + id + "**"
		}
		line := "| " + id + " |"
		for _, verdict := range row.Verdicts {
			line += " " + markdown.Verdict(in, verdict) + " |"
		}
		out.WriteString(line + "\n")
	}
	fmt.Fprintf(&out, "\n%s\n", in.Text("matrix.differ", m.Differing(), len(m.Rows)))
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	return nil
}
