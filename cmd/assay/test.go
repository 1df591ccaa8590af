package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/suites"
)

// testFlags are the flags of assay test.
type testFlags struct {
	target   targetFlags
	out      string
	only     []string
	skip     []string
	patience time.Duration
	timeout  time.Duration
	timed    bool // the timeout was given
	inFlight int
	seed     uint64
	quiet    bool
	json     bool
	lang     string

	driverOnly bool
}

func testCommand(around surroundings) *cobra.Command {
	var flags testFlags
	command := &cobra.Command{
		Use:   "test",
		Short: "Verify an implementation against the requirement set",
		Long: `Verify an implementation against the requirement set, and write what was found to
the output directory: conformance.json and transcript.jsonl, the record of every
exchange with its secrets replaced; and made of them report.html, summary.md, junit.xml,
badge.svg and transcript.har. In a GitHub workflow it annotates the change, and the
summary becomes the job's.

With --driver-only it is the driver that is checked, for its author: every op that it
offers is asked for, and nothing is sent to the platform.

Exit code 0: conformant. 1: not. 2: bad usage, or a driver that has problems.
3: could not tell.`,
		Example: `  assay test                                   the reference platform
  assay test --target target.yaml              an implementation
  assay test --target target.yaml --only 'code.*' --seed 7
  assay test --target target.yaml --json --out results | jq .outcome
  assay test --target target.yaml --driver-only`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if !command.Flags().Changed("seed") {
				flags.seed = rand.Uint64N(1 << 31) // short enough to be typed again
			}
			flags.timed = command.Flags().Changed("timeout")
			if flags.driverOnly {
				return testDriver(command, around, flags)
			}
			return test(command, around, flags)
		},
	}
	flags.register(command)
	return command
}

func (f *testFlags) register(command *cobra.Command) {
	f.target.register(command)
	flags := command.Flags()
	flags.StringSliceVar(&f.only, "only", nil, "try only the requirements whose id matches the `GLOB`; repeat for more")
	flags.StringSliceVar(&f.skip, "skip", nil, "leave out the requirements whose id matches the `GLOB`; repeat for more")
	flags.DurationVar(&f.patience, "patience", suites.DefaultPatience,
		"`DURATION` to wait at most for requirements about time, where the driver cannot advance the clock")
	flags.DurationVar(&f.timeout, "timeout", 0, "`DURATION` that one exchange may take (default 10s, or more where the target is slow)")
	flags.IntVar(&f.inFlight, "in-flight", suites.DefaultInFlight, "run up to `N` independent exchanges of one requirement together")
	flags.Uint64Var(&f.seed, "seed", 0, "seed `N` of users, mutations and order; a random one when not given")
	flags.StringVar(&f.out, "out", "out", "`DIR` for the results; those of an earlier run are replaced")
	registerLanguage(flags, &f.lang, "the page, the summary and the badge")
	flags.BoolVar(&f.quiet, "quiet", false, "print only what failed, and the outcome")
	flags.BoolVar(&f.driverOnly, "driver-only", false, "check the driver alone, and say what its author has to change")
	flags.BoolVar(&f.json, "json", false, "print conformance.json to standard output, and all else to standard error")
}

func (f testFlags) check() error {
	switch {
	case f.patience < 0:
		return fmt.Errorf("--patience %s is negative; 0s waits for nothing", f.patience)
	case f.timed && f.timeout <= 0:
		return fmt.Errorf("--timeout %s is not a time to wait; try 10s", f.timeout)
	case f.inFlight < 1:
		return fmt.Errorf("--in-flight %d leaves nothing to run; the least is 1", f.inFlight)
	case f.seed > math.MaxInt64:
		return fmt.Errorf("--seed %d is too large; the largest is %d", f.seed, math.MaxInt64)
	default:
		return nil
	}
}

// test runs the suite, writes what it found, and turns the outcome into the exit code. A directory that cannot be
// written to is noticed first; what an earlier run left in it goes when this one begins.
func test(command *cobra.Command, around surroundings, flags testFlags) (err error) {
	results, err := openResults(flags.out)
	if err != nil {
		return err
	}
	defer func() {
		failed := errors.Join(results.close(), results.tellLog(consoleWriter(around, flags.json), flags.quiet))
		if err == nil {
			err = failed
		}
	}()
	if err := flags.check(); err != nil {
		return err
	}
	in, err := printer(flags.lang)
	if err != nil {
		return err
	}
	limitMemory()
	under, err := flags.target.open(command.Context(), around, results.log)
	if err != nil {
		return err
	}
	defer under.close()
	console := newConsole(around, flags)
	config := flags.config(under)
	config.Command, config.Progress = again(command, flags.seed), console
	config.Redactor, config.Transcript = results.redactor, results.transcript
	session, err := suites.Open(config)
	if err != nil {
		return err
	}
	defer session.Close()
	if err := results.begin(); err != nil {
		return err
	}
	workflow := workflowOf(around, consoleWriter(around, flags.json))
	workflow.begin()
	console.Begin(session.Begin())
	report := suites.Run(command.Context(), session)
	files, err := results.write(report, in)
	annotate := func(w io.Writer) error { return annotations.WriteConformance(w, in, report) }
	summarize := func(w io.Writer) error { return markdown.WriteConformance(w, in, report) }
	if err := errors.Join(err, console.Summary(report, files), workflow.end(annotate, summarize)); err != nil {
		return err
	}
	return conclude(around, flags, report)
}

// limitMemory has the garbage collector keep the process below 256 MiB, whatever a target makes it remember. What the
// environment says in GOMEMLIMIT stands.
func limitMemory() {
	const limit = 160 << 20 // the rest is for what the runtime does not count
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(limit)
	}
}

// config is what the flags say of the run.
func (f testFlags) config(under implementation) suites.Config {
	patience := f.patience
	if patience == 0 {
		patience = -1 // the suite takes 0 for its default
	}
	return suites.Config{
		Target: under.target, Waivers: under.waivers, Host: under.host, Hello: under.hello,
		Only: f.only, Skip: f.skip, Patience: patience, Timeout: f.timeout, InFlight: f.inFlight,
		Seed: f.seed, Version: version(),
	}
}

// conclude prints the report where it was asked for. Its error holds the exit code, and why nothing could be told.
func conclude(around surroundings, flags testFlags, report conformance.Report) error {
	if flags.json {
		if err := conformance.WriteJSON(around.stdout, report); err != nil {
			return err
		}
	}
	code := conformance.ExitCode(report.Outcome)
	if code == exitHolds {
		return nil
	}
	exit := &exitError{code: code}
	if report.Error != "" {
		exit.err = errors.New(report.Error)
	}
	return exit
}

// consoleWriter is standard output, or standard error when that is taken by --json.
func consoleWriter(around surroundings, json bool) io.Writer {
	if json {
		return around.stderr
	}
	return around.stdout
}

func newConsole(around surroundings, flags testFlags) *console.Conformance {
	w := consoleWriter(around, flags.json)
	return console.NewConformance(w, consoleOptions(w, around, flags.quiet))
}

func consoleOptions(w io.Writer, around surroundings, quiet bool) terminal.Options {
	options := terminal.Options{Quiet: quiet}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		options.Terminal = true
		noColor, _ := around.env("NO_COLOR") // an empty one does not count: https://no-color.org
		options.Color = noColor == ""
		options.Width, _, _ = term.GetSize(int(file.Fd())) // 0 is a width that the console knows what to do with
	}
	return options
}
