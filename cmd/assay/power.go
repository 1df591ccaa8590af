package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/fixtures/faults"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
	report "github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/suites/power"
)

// powerFlags are the flags of assay power.
type powerFlags struct {
	out      string
	fault    []string
	legal    bool
	scenario []string
	thorough bool
	seed     uint64
	quiet    bool
	json     bool
	list     bool
	lang     string
}

// workerCommand is the hidden subcommand of a worker process of assay power.
const workerCommand = "power-worker"

func powerCommand(around surroundings) *cobra.Command {
	var flags powerFlags
	command := &cobra.Command{
		Use:   "power",
		Short: "Run the suite against every deliberately broken platform and print the kill matrix",
		Long: `Run the suite against every deliberately broken platform and host app, and print the kill
matrix: which requirement detected which fault. It tests the suite, not your platform.
The output directory gets power.json, power.md and power.html. Each fault is tried by the
requirements that it breaks, those that follow from them and a share of the rest, drawn
from the seed; by all of them with --thorough, or if --fault names it. The faults that
the Node platform can have, a second implementation, are tried on it as well.

With --legal, run it against every legal variation instead: platforms that keep the
contract in unusual ways. The output directory gets legal.json, legal.md and legal.html,
and exit code 0 means that none was failed, left in error, or warned beyond its list.
Each variation is judged by the requirements that it concerns and a share of the rest,
drawn from the seed; --thorough judges each by all of them.

Exit code 0: every fault was detected by the requirements that it breaks and by no
unrelated one, and every requirement passed on the reference platform. 1: otherwise.
3: interrupted.`,
		Example: `  assay power
  assay power --list                           what is broken, and how
  assay power --thorough                       every requirement on every fault
  assay power --fault ledger-check-then-act,pat-by-prefix
  assay serve --fault ledger-none              serve one of them
  assay power --legal
  assay power --legal --scenario gzip,code-jwt
  assay power --legal --thorough               every requirement on every variation
  assay power --legal --fault json-bom         a fault among them makes it exit with 1`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return runPower(command.Context(), around, flags) },
	}
	f := command.Flags()
	f.SortFlags = false
	f.StringVar(&flags.out, "out", "out", "`DIR` for the matrix")
	f.StringSliceVar(&flags.fault, "fault", nil, "try only the fault of that `NAME`; repeatable")
	f.BoolVar(&flags.legal, "legal", false, "run the suite against the legal variations; --fault then adds a fault to them")
	f.StringSliceVar(&flags.scenario, "scenario", nil, "with --legal, try only the variation of that `NAME`; repeatable")
	f.BoolVar(&flags.thorough, "thorough", false, "judge every fault or variation by every requirement; takes five times as long")
	f.Uint64Var(&flags.seed, "seed", 1, "seed `N` of users, mutations and order")
	f.BoolVar(&flags.list, "list", false, "list the faults, including those for load runs, and the legal variations; run nothing")
	registerLanguage(f, &flags.lang, "the console and the files")
	f.BoolVar(&flags.quiet, "quiet", false, "print the last line only")
	f.BoolVar(&flags.json, "json", false, "print power.json or legal.json to standard output, and everything else to standard error")
	return command
}

func runPower(ctx context.Context, around surroundings, flags powerFlags) error {
	around = around.lasting()
	list, err := named(flags.fault)
	if err != nil {
		return err
	}
	variations, err := flags.variations()
	if err != nil {
		return err
	}
	if flags.list {
		if err := listFaults(around.stdout); err != nil {
			return err
		}
		return listVariations(around.stdout)
	}
	in, err := printer(flags.lang)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(flags.out, 0o755); err != nil {
		return outError(flags.out, err)
	}
	self, err := os.Executable()
	if err != nil {
		return phrase.Failed(phrase.PowerWorkers, err)
	}
	out := around.stdout
	if flags.json {
		out = around.stderr
	}
	options := power.Options{Faults: list, Variations: variations, Thorough: flags.thorough, Seed: flags.seed, Worker: []string{self, workerCommand}, Log: around.stderr}
	if flags.legal {
		return runLegal(ctx, around, flags, options, in, out)
	}
	if !flags.quiet {
		options.Progress = func(done, total int, row report.Row) { _ = console.WritePowerRow(out, in, done, total, row) }
	}
	matrix, err := power.Run(ctx, options)
	if ctx.Err() != nil {
		return &exitError{code: exitUnknown, err: phrase.Failed(phrase.RunInterrupted)}
	}
	if err != nil {
		return err
	}
	if err := writeMatrix(flags.out, in, matrix); err != nil {
		return err
	}
	if flags.json {
		err = report.WriteJSON(around.stdout, matrix)
	}
	err = errors.Join(err, console.WritePower(out, in, matrix))
	if err == nil && !matrix.Holds() {
		return &exitError{code: exitFails}
	}
	return err
}

// named looks up faults; no names mean all faults, as nil.
func named(names []string) ([]faults.Fault, error) {
	var list []faults.Fault
	for _, name := range names {
		fault, err := faults.Find(name)
		if err != nil {
			return nil, phrase.Failed(phrase.At, "--fault", err)
		}
		if len(fault.Trips) == 0 { // no requirement names it, so the suite cannot catch it
			return nil, phrase.Failed(phrase.FaultOfLoad, name, name)
		}
		list = append(list, fault)
	}
	return list, nil
}

// listFaults prints the faults, then those that are for load runs only.
func listFaults(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, fault := range faults.All() {
		also := ""
		if power.OnNode(fault) {
			also = " (Also on the Node platform.)"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s%s\n", fault.Name, fault.Breaks, also) // Flush has its error
	}
	for _, fault := range faults.UnderLoad() {
		_, _ = fmt.Fprintf(table, "%s\t%s (For load runs: serve it.)\n", fault.Name, fault.Breaks)
	}
	return table.Flush()
}

func writeMatrix(dir string, in messages.Printer, matrix report.Matrix) error {
	return writeMatrixFiles(dir, matrix, []matrixFile[report.Matrix]{
		{"power.json", report.WriteJSON}, {"power.md", inLanguage(in, markdown.WritePower)}, {"power.html", inLanguage(in, page.WritePower)},
	})
}

// A matrixFile is one file of a matrix.
type matrixFile[M any] struct {
	name  string
	write func(io.Writer, M) error
}

// inLanguage is how a file is written in a language.
func inLanguage[M any](in messages.Printer, write func(io.Writer, messages.Printer, M) error) func(io.Writer, M) error {
	return func(w io.Writer, m M) error { return write(w, in, m) }
}

func writeMatrixFiles[M any](dir string, matrix M, files []matrixFile[M]) error {
	for _, file := range files {
		path := filepath.Join(dir, file.name)
		if err := writeFile(path, func(w io.Writer) error { return file.write(w, matrix) }); err != nil {
			return outError(dir, err)
		}
	}
	return nil
}

// powerWorkerCommand is a worker process of assay power.
func powerWorkerCommand(around surroundings) *cobra.Command {
	return &cobra.Command{
		Use:     workerCommand,
		Short:   "Run jobs for assay power in another process",
		Long:    "Run jobs for assay power in another process: jobs on standard input, results\non standard output.",
		Example: "  " + workerCommand + " < jobs.jsonl",
		Hidden:  true,
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			return power.Work(command.Context(), around.stdin, around.stdout)
		},
	}
}
