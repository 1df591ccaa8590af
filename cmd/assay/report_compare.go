package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// The defaults of --tolerance and --tolerance-errors.
const defaultTolerance, defaultErrorTolerance = 0.05, 0.001

func reportCompareCommand(around surroundings) *cobra.Command {
	var options compare.Options
	var asJSON, asMarkdown bool
	var lang, out string
	command := &cobra.Command{
		Use:   "compare A B",
		Short: "Say whether the load runs of one build are worse than those of another",
		Long: `Say whether the load runs B are worse than A. Each side is a benchmark.json or a directory
that has one, or several of them separated by commas. The runs' own p50, p99 and share of
errors decide; of closed loops, the throughput too; and the figure "silent", the share of
the time in which nothing was answered, where it is worse. Two runs of one build differ as
well: three runs a side, made alternately, show by how much. With fewer runs, times are not
compared, and B is worse only by more errors or silences than chance explains. A difference
of times that is less than twice the generator's own delay is not known. The output says how
often such a comparison finds the same build worse, and the smallest change that it sees.
Of the two sides of assay load --against, their comparison.json is printed; those of several
such runs are compared by the differences within each.

Exit code 0: B is not worse. 1: B is worse, violates a service level that A holds, or has
incorrect answers and A has none. 2: wrong usage, or a file contradicts itself. 3: not
known, or the runs cannot be compared: their plans differ, or the generator was the
bottleneck in one, for example.`,
		Example: `  assay report compare a1,a2,a3 b1,b2,b3 --tolerance 0.02
  assay report compare before after --out comparison
  assay report compare before after --json`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) != 2 {
				return phrase.Failed(phrase.CompareSides, command.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			around := around.lasting()
			var sides [2][]benchmark.Report
			for i, list := range args {
				for path := range strings.SplitSeq(list, ",") {
					report, err := readBenchmark(path)
					if err != nil {
						return err
					}
					sides[i], options.Files[i] = append(sides[i], report), append(options.Files[i], path)
				}
			}
			if asJSON && asMarkdown {
				return phrase.Failed(phrase.CompareForms)
			}
			in, err := printer(lang)
			if err != nil {
				return err
			}
			comparison, err := comparisonOf(sides, options)
			if err != nil {
				return err
			}
			write := func(w io.Writer, c compare.Comparison) error { return console.WriteCompareIn(w, in, c) }
			switch {
			case asJSON:
				write = compare.WriteJSON
			case asMarkdown:
				write = func(w io.Writer, c compare.Comparison) error { return markdown.WriteCompare(w, in, c) }
			}
			if err := write(around.stdout, comparison); err != nil {
				return err
			}
			if err := keepComparison(around, out, asJSON || asMarkdown, in, comparison, sides); err != nil {
				return err
			}
			if comparison.Interleaved {
				return pairExit(comparison, [2]benchmark.Report{sides[0][0], sides[1][0]})
			}
			return comparisonExit(comparison.Outcome)
		},
	}
	flags := command.Flags()
	flags.Float64Var(&options.Tolerance, "tolerance", defaultTolerance, "`SHARE` of A by which a time or the throughput of B may be worse")
	flags.Float64Var(&options.ErrorTolerance, "tolerance-errors", defaultErrorTolerance, "`SHARE` by which the errors and the silent time of B may exceed those of A")
	flags.StringVar(&out, "out", "", "`DIR` for "+comparisonPage+", which draws the first run of A and that of B over each other, and "+comparisonFile)
	flags.BoolVar(&asMarkdown, "markdown", false, "print the comparison as Markdown, for a pull request or a job summary")
	registerLanguage(flags, &lang, "the comparison and the page")
	flags.BoolVar(&asJSON, "json", false, "print the comparison as JSON; see assay schema comparison")
	return command
}

// keepComparison writes the files of --out, if there is one. It lists them on standard error where standard output is for a program.
func keepComparison(around surroundings, out string, formal bool, in messages.Printer, c compare.Comparison, sides [2][]benchmark.Report) error {
	if out == "" {
		return nil
	}
	files, err := writeComparison(out, in, c, sides)
	if err != nil {
		return err
	}
	to := around.stdout
	if formal {
		to = around.stderr
	}
	return tellWritten(to, files)
}

// comparisonExit is the exit code of an outcome.
func comparisonExit(outcome compare.Outcome) error {
	switch outcome {
	case compare.Held:
		return nil
	case compare.Regressed:
		return &exitError{code: exitFails}
	default:
		return &exitError{code: exitUnknown}
	}
}
