package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/power"
)

// WriteLegal writes a legal matrix as a table.
func WriteLegal(w io.Writer, m power.LegalMatrix) error {
	var text strings.Builder
	fmt.Fprintf(&text, "# What the suite allows\n\n%s\n", m.Summary())
	for _, line := range m.Problems() {
		fmt.Fprintf(&text, "\n- **%s**", escapeCell(line))
	}
	text.WriteString("\n\n| variation | what is different | why it is legal | result | tried by |\n| --- | --- | --- | --- | --- |\n")
	for _, row := range m.Variations {
		tried := "all requirements"
		if len(row.Only) > 0 {
			tried = strings.Join(row.Only, ", ") + ": " + row.Narrowed
		}
		fmt.Fprintf(&text, "| `%s` | %s | %s | %s | %s |\n", row.Name(), escapeCell(row.Does), escapeCell(row.Legal), row.Outcome(), escapeCell(tried))
	}
	_, err := io.WriteString(w, text.String())
	return err
}
