package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/power"
)

// WritePower writes a kill matrix as two tables: the faults, and the requirements.
func WritePower(w io.Writer, m power.Matrix) error {
	var text strings.Builder
	fmt.Fprintf(&text, "# What the suite catches\n\n%s\n", m.Summary())
	for _, line := range m.Problems() {
		fmt.Fprintf(&text, "\n- **%s**", line)
	}
	text.WriteString("\n## Faults\n\n| fault | what is broken | detected by |\n| --- | --- | --- |\n")
	for _, row := range m.Faults {
		fmt.Fprintf(&text, "| `%s` | %s | %s |\n", row.Name(), escapeCell(row.Breaks), strings.Join(row.IDs(), ", "))
	}
	text.WriteString("\n## Requirements\n\n| requirement | faults detected | by it alone | |\n| --- | --: | --: | --- |\n")
	for _, column := range m.Requirements {
		fmt.Fprintf(&text, "| %s | %d | %d | %s |\n", column.ID, column.Kills, column.Alone, column.Exempt)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func escapeCell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
