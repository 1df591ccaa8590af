package console

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/power"
)

// WritePowerRow writes a row of the kill matrix when it is done; done of total rows are.
func WritePowerRow(w io.Writer, done, total int, row power.Row) error {
	_, err := fmt.Fprintf(w, "%3d/%d  %-40s %v\n", done, total, row.Name(), row.IDs())
	return err
}

// WritePower writes the summary of a kill matrix, and a line for each thing that keeps the matrix from holding.
func WritePower(w io.Writer, m power.Matrix) error {
	return writeMatrix(w, m.Summary(), m.Problems())
}

func writeMatrix(w io.Writer, summary string, problems []string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n", summary)
	for _, line := range problems {
		fmt.Fprintf(&text, "  %s\n", line)
	}
	_, err := io.WriteString(w, text.String())
	return err
}
