package main

import (
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
)

func reportMatrixCommand(around surroundings) *cobra.Command {
	var out, lang string
	command := &cobra.Command{
		Use:   "matrix FILE...",
		Short: "Compare conformance reports side by side",
		Long: `Compare conformance reports side by side, of implementations or versions, requirement by
requirement. FILE is a conformance.json or a directory that has one. The matrix is
printed as Markdown; with --out, DIR gets matrix.html and matrix.md instead.`,
		Example: `  assay report matrix acme-4.1 acme-4.2
  assay report matrix a.json b.json c.json --out comparison`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) == 0 {
				return phrase.Failed(phrase.MatrixNeeds, command.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			around := around.lasting()
			in, err := printer(lang)
			if err != nil {
				return err
			}
			sources := make([]matrix.Source, len(args))
			for i, file := range args {
				report, err := readReport(file)
				if err != nil {
					return err
				}
				sources[i] = matrix.Source{File: file, Report: report}
			}
			return writeReportMatrix(around.stdout, out, in, matrix.New(sources))
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&out, "out", "", "`DIR` for matrix.html and matrix.md")
	registerLanguage(flags, &lang, "the matrix")
	return command
}

// writeReportMatrix writes the matrix to dir, or prints it if dir is empty.
func writeReportMatrix(stdout io.Writer, dir string, in messages.Printer, m matrix.Matrix) error {
	if dir == "" {
		return markdown.WriteMatrix(stdout, in, m)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return outError(dir, err)
	}
	var files []string
	for _, file := range []struct {
		name  string
		write func(io.Writer, messages.Printer, matrix.Matrix) error
	}{{"matrix.html", page.WriteMatrix}, {"matrix.md", markdown.WriteMatrix}} {
		path := filepath.Join(dir, file.name)
		if err := writeFile(path, func(w io.Writer) error { return file.write(w, in, m) }); err != nil {
			return outError(dir, err)
		}
		files = append(files, path)
	}
	return tellWritten(stdout, files)
}
