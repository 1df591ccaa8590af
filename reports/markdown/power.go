package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/power"
)

// WritePower writes a kill matrix as two tables: the faults, and the requirements.
func WritePower(w io.Writer, in messages.Printer, m power.Matrix) error {
	var text strings.Builder
	above(&text, in, "power.title", m.Summary(), m.Problems())
	fmt.Fprintf(&text, "\n## %s\n\n%s\n", in.Text("power.rows"), columns(in, "power.fault", "power.broken", "power.by"))
	for _, row := range m.Faults {
		fmt.Fprintf(&text, "| `%s` | %s | %s |\n", row.Name(), escapeCell(row.Breaks), strings.Join(row.IDs(), ", "))
	}
	fmt.Fprintf(&text, "\n## %s\n\n| %s | %s | %s | |\n| --- | --: | --: | --- |\n", in.Text("section.requirements"), in.Text("power.requirement"), in.Text("power.total"),
		in.Text("power.alone"))
	for _, column := range m.Requirements {
		fmt.Fprintf(&text, "| %s | %d | %d | %s |\n", column.ID, column.Kills, column.Alone, column.Exempt)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// above writes what stands above the tables of a matrix.
func above(text *strings.Builder, in messages.Printer, title string, summary, problems []phrase.Phrase) {
	fmt.Fprintf(text, "# %s\n\n%s\n", in.Text(title), in.SayAll(summary))
	for _, line := range in.SayEach(problems) {
		fmt.Fprintf(text, "\n- **%s**", escapeCell(line))
	}
	if len(problems) > 0 {
		text.WriteString("\n")
	}
}

// columns are the first two lines of a table.
func columns(in messages.Printer, keys ...string) string {
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = in.Text(key)
	}
	return "| " + strings.Join(names, " | ") + " |\n" + strings.Repeat("| --- ", len(keys)) + "|"
}

func escapeCell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
