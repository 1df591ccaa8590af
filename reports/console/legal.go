package console

import (
	"fmt"
	"io"

	"github.com/unified-login/assay/reports/power"
)

// WriteLegalRow writes a row of the legal matrix when it is done; done of total rows are.
func WriteLegalRow(w io.Writer, done, total int, row power.LegalRow) error {
	_, err := fmt.Fprintf(w, "%3d/%d  %-40s %s\n", done, total, row.Name(), row.Outcome())
	return err
}

// WriteLegal writes the summary of a legal matrix, and a line for each thing that keeps the matrix from holding.
func WriteLegal(w io.Writer, m power.LegalMatrix) error {
	return writeMatrix(w, m.Summary(), m.Problems())
}
