package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/messages"
)

// WriteMatrix writes a matrix as a table: a row of outcomes, then a row for each requirement, in bold where verdicts differ.
func WriteMatrix(w io.Writer, in messages.Printer, m matrix.Matrix) error {
	var out strings.Builder
	fmt.Fprintf(&out, "## %s\n\n", in.Text("matrix.title"))
	if len(m.Sets) > 1 {
		fmt.Fprintf(&out, "%s\n\n", in.Text("matrix.sets"))
	}
	head, rule := "| |", "| --- |"
	outcomes := "| **" + in.Text("profiles.outcome") + "** |"
	for _, column := range m.Columns {
		head += " " + cell(column.Name) + " |"
		rule += " --- |"
		outcomes += " " + outcome(in, column.Report.Outcome) + " |"
	}
	fmt.Fprintf(&out, "%s\n%s\n%s\n", head, rule, outcomes)
	for _, row := range m.Rows {
		id := cell(row.ID)
		if row.Differs {
			id = "**" + id + "**"
		}
		line := "| " + id + " |"
		for _, verdict := range row.Verdicts {
			line += " " + shownVerdict(in, verdict) + " |"
		}
		out.WriteString(line + "\n")
	}
	fmt.Fprintf(&out, "\n%s\n", in.Text("matrix.differ", m.Differing(), len(m.Rows)))
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	return nil
}
