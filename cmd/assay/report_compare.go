package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/console"
)

func reportCompareCommand(around surroundings) *cobra.Command {
	var options compare.Options
	var asJSON bool
	command := &cobra.Command{
		Use:   "compare A B",
		Short: "Say whether the load runs of one build are worse than those of another",
		Long: `Say whether the load runs B are worse than A. Each side is a benchmark.json or a directory
that has one, or several of them separated by commas. The runs' own p50, p99 and share of
errors decide; of closed loops, the throughput too; and the figure "silent", the share of
the time in which nothing was answered, where it is worse. Two runs of one build differ as
well: three runs a side, made alternately, show by how much. With fewer runs, times are not
compared, and B is worse only by more errors or silences than chance explains. A difference
of times that is less than twice the generator's own delay is not known.

Exit code 0: B is not worse. 1: B is worse, violates a service level that A holds, or has
incorrect answers and A has none. 2: wrong usage, or a file contradicts itself. 3: not
known, or the runs cannot be compared: their plans differ, or the generator was the
bottleneck in one, for example.`,
		Example: `  assay report compare a1,a2,a3 b1,b2,b3 --tolerance 0.02
  assay report compare before after --json`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%s needs two sides, not %d; separate several runs of a side by commas: a1,a2 b1,b2",
					command.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
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
			comparison, err := compare.New(sides[0], sides[1], options)
			if err != nil {
				return err
			}
			return tellComparison(around, comparison, asJSON)
		},
	}
	flags := command.Flags()
	flags.Float64Var(&options.Tolerance, "tolerance", 0.05, "`SHARE` of A by which a time or the throughput of B may be worse")
	flags.Float64Var(&options.ErrorTolerance, "tolerance-errors", 0.001, "`SHARE` by which the errors and the silent time of B may exceed those of A")
	flags.BoolVar(&asJSON, "json", false, "print the comparison as JSON; see assay schema comparison")
	return command
}

// tellComparison prints a comparison, and turns its outcome into the exit code.
func tellComparison(around surroundings, c compare.Comparison, asJSON bool) error {
	write := console.WriteCompare
	if asJSON {
		write = compare.WriteJSON
	}
	if err := write(around.stdout, c); err != nil {
		return err
	}
	switch c.Outcome {
	case compare.Held:
		return nil
	case compare.Regressed:
		return &exitError{code: exitFails}
	default:
		return &exitError{code: exitUnknown}
	}
}
