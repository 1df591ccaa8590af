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
	for _, change := range m.Changes() {
		changed(&out, in, "matrix.new", m.Columns[change.Before], change.New)
		changed(&out, in, "matrix.gone", m.Columns[change.Before], change.Gone)
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

// changed lists what is new, or gone, since another run of the implementation.
func changed(out *strings.Builder, in messages.Printer, key string, before matrix.Column, ids []string) {
	if len(ids) == 0 {
		return
	}
	shown := make([]string, len(ids))
	for i, id := range ids {
		shown[i] = code(id)
	}
	fmt.Fprintf(out, "%s\n\n", in.Text("map.dot", in.Text(key, code(before.Name)), strings.Join(shown, ", ")))
}
