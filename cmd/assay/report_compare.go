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
	var tolerance float64
	command := &cobra.Command{
		Use:   "compare A B",
		Short: "Tell whether one load run is slower than another, or whether it is noise",
		Long: `Tell whether the load run B is slower than A, or whether that is noise. Each side is a
benchmark.json or a directory that holds one, or several of them with commas: runs of
one side tell more of the noise. What is compared are the seconds of the runs, ten a
side at least.

Exit code 0: it is not, or that is noise. 1: B is worse than A by more than the
tolerance, and by more than noise. 2: bad usage.`,
		Example: `  assay report compare before after
  assay report compare a1,a2,a3 b1,b2,b3 --tolerance 0.02`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%s compares two sides, and %d were given; write several runs of a side with commas: a1,a2 b1,b2",
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
					sides[i] = append(sides[i], report)
				}
			}
			comparison, err := compare.New(sides[0], sides[1], tolerance)
			if err != nil {
				return err
			}
			if err := console.WriteCompare(around.stdout, comparison); err != nil {
				return err
			}
			if comparison.Worse() {
				return &exitError{code: exitFails}
			}
			return nil
		},
	}
	command.Flags().Float64Var(&tolerance, "tolerance", 0.05, "`SHARE` of A's figure that B may be worse by")
	return command
}
