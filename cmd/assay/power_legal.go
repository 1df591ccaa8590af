package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
	report "github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/suites/power"
)

// variations looks up the legal variations that the flags name; no names mean all of them, as nil.
func (f powerFlags) variations() ([]legal.Variation, error) {
	if len(f.scenario) > 0 && !f.legal {
		return nil, phrase.Failed(phrase.ScenarioOfLegal, f.scenario[0], f.scenario[0])
	}
	var list []legal.Variation
	for _, name := range f.scenario {
		variation, err := legal.Find(name)
		if err != nil {
			return nil, phrase.Failed(phrase.At, "--scenario", err)
		}
		list = append(list, variation)
	}
	return list, nil
}

// runLegal runs the legal matrix. Faults of options are tried as if they were legal.
func runLegal(ctx context.Context, around surroundings, flags powerFlags, options power.Options, in messages.Printer, out io.Writer) error {
	if !flags.quiet {
		options.LegalProgress = func(done, total int, row report.LegalRow) { _ = console.WriteLegalRow(out, in, done, total, row) }
	}
	matrix, err := power.RunLegal(ctx, options)
	if ctx.Err() != nil {
		return &exitError{code: exitUnknown, err: phrase.Failed(phrase.RunInterrupted)}
	}
	if err != nil {
		return err
	}
	if err := writeLegalMatrix(flags.out, in, matrix); err != nil {
		return err
	}
	if flags.json {
		err = report.WriteLegalJSON(around.stdout, matrix)
	}
	err = errors.Join(err, console.WriteLegal(out, in, matrix))
	if err == nil && !matrix.Holds() {
		return &exitError{code: exitFails}
	}
	return err
}

func writeLegalMatrix(dir string, in messages.Printer, matrix report.LegalMatrix) error {
	return writeMatrixFiles(dir, matrix, []matrixFile[report.LegalMatrix]{
		{"legal.json", report.WriteLegalJSON}, {"legal.md", inLanguage(in, markdown.WriteLegal)}, {"legal.html", inLanguage(in, page.WriteLegal)},
	})
}

// listVariations prints the legal variations.
func listVariations(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, variation := range legal.All() {
		_, _ = fmt.Fprintf(table, "%s\t%s (Legal: %s)\n", variation.Name, variation.Does, variation.Legal) // Flush has its error
	}
	return table.Flush()
}
