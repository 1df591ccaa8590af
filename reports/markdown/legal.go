package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/power"
)

// WriteLegal writes a legal matrix as a table.
func WriteLegal(w io.Writer, in messages.Printer, m power.LegalMatrix) error {
	var text strings.Builder
	above(&text, in, "legal.title", m.Summary(), m.Problems())
	fmt.Fprintf(&text, "\n%s\n", columns(in, "legal.variation", "legal.does", "legal.why", "legal.result", "legal.tried"))
	for _, row := range m.Variations {
		tried := in.Text("legal.all")
		if len(row.Only) > 0 {
			tried = strings.Join(row.Only, ", ") + ": " + row.Narrowed
		}
		fmt.Fprintf(&text, "| `%s` | %s | %s | %s | %s |\n", row.Name(), escapeCell(row.Does), escapeCell(row.Legal), in.Say(row.Outcome()), escapeCell(tried))
	}
	_, err := io.WriteString(w, text.String())
	return err
}
