package console

import (
	"fmt"
	"io"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/power"
)

// WriteLegalRow writes a row of the legal matrix when it is done; done of total rows are.
func WriteLegalRow(w io.Writer, in messages.Printer, done, total int, row power.LegalRow) error {
	_, err := fmt.Fprintf(w, "%3d/%d  %s %s\n", done, total, pad(row.Name(), rowColumns), in.Say(row.Outcome()))
	return err
}

// WriteLegal writes the summary of a legal matrix, and a line for each thing that keeps the matrix from holding.
func WriteLegal(w io.Writer, in messages.Printer, m power.LegalMatrix) error {
	return writeMatrix(w, in, m.Summary(), m.Problems())
}
