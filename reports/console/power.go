package console

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/power"
)

// rowColumns is the width of the names of rows.
const rowColumns = 40

// WritePowerRow writes a row of the kill matrix when it is done; done of total rows are.
func WritePowerRow(w io.Writer, in messages.Printer, done, total int, row power.Row) error {
	_, err := fmt.Fprintf(w, "%3d/%d  %s %v\n", done, total, pad(in.Say(row.Named()), rowColumns), row.IDs())
	return err
}

// WritePower writes the summary of a kill matrix, and a line for each thing that keeps the matrix from holding.
func WritePower(w io.Writer, in messages.Printer, m power.Matrix) error {
	return writeMatrix(w, in, m.Summary(), m.Problems())
}

func writeMatrix(w io.Writer, in messages.Printer, summary, problems []phrase.Phrase) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n", in.SayAll(summary))
	for _, line := range in.SayEach(problems) {
		fmt.Fprintf(&text, "  %s\n", line)
	}
	_, err := io.WriteString(w, text.String())
	return err
}
