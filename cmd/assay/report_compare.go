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
		Short: "Say whether one load run is slower than another, or whether that is noise",
		Long: `Say whether the load run B is slower than A, or whether that is noise. Each side is a
benchmark.json or a directory that has one, or several of them separated by commas, which
shows the noise between runs. The seconds of the runs are compared; a side needs at least
ten.

Exit code 0: B is not worse, or the difference is noise. 1: B is worse than A by more
than the tolerance and more than noise. 2: bad usage.`,
		Example: `  assay report compare before after
  assay report compare a1,a2,a3 b1,b2,b3 --tolerance 0.02`,
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
	command.Flags().Float64Var(&tolerance, "tolerance", 0.05, "`SHARE` of A by which B may be worse")
	return command
}
