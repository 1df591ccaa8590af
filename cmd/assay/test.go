package main

import (
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/cgroup"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites"
)

// testFlags are the flags of assay test.
type testFlags struct {
	target        targetFlags
	out           string
	only          []string
	skip          []string
	patience      time.Duration
	patienceLimit time.Duration
	timeout       time.Duration
	timed         bool // --timeout is set
	inFlight      int
	thorough      bool
	seed          uint64
	quiet         bool
	json          bool
	lang          string

	driverOnly bool
}

func testCommand(around surroundings) *cobra.Command {
	var flags testFlags
	command := &cobra.Command{
		Use:   "test",
		Short: "Verify an implementation against the requirement set",
		Long: paragraph("Verify an implementation against the requirement set. The results go to the output directory: "+reportFile+"; "+
			transcriptFile+", which records every exchange with its secrets replaced; and, rendered from these two, "+
			words.List(renderedOf(ofSuite))+". In a GitHub workflow, failures annotate the change, and the summary "+
			"becomes the job's summary.") + `

With --driver-only, assay checks only the driver, for its author: it requests every op
that the driver offers, and sends nothing to the platform.

Exit code 0: conformant. 1: nonconformant. 2: wrong usage, or a driver with problems.
3: no verdict.`,
		Example: `  assay test                                   verify the reference platform
  assay test --target target.yaml              verify an implementation
  assay test --target target.yaml --only 'code.*' --seed 7
  assay test --target target.yaml --json --out results | jq .outcome
  assay test --target target.yaml --driver-only`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if !command.Flags().Changed("seed") {
				flags.seed = rand.Uint64N(1 << 31) // short enough to type again
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
	flags.StringSliceVar(&f.only, "only", nil, "test only requirements whose ID matches `GLOB`; repeat for more")
	flags.StringSliceVar(&f.skip, "skip", nil, "skip requirements whose ID matches `GLOB`; repeat for more")
	f.target.registerWait(command)
	flags.DurationVar(&f.patience, "patience", suites.DefaultPatience,
		"longest `DURATION` to wait for requirements about time, if the driver cannot advance the clock")
	registerPatienceLimit(flags, &f.patienceLimit)
	flags.DurationVar(&f.timeout, "timeout", 0, "longest `DURATION` of one exchange (default 10s, or more if the target is slow)")
	flags.IntVar(&f.inFlight, "in-flight", suites.DefaultInFlight, "run up to `N` independent exchanges at once")
	flags.BoolVar(&f.thorough, "thorough", false, "try every member of large input classes, not only a sample drawn by the seed")
	flags.Uint64Var(&f.seed, "seed", 0, "seed `N` of users, mutations and order (default random)")
	flags.StringVar(&f.out, "out", "out", "`DIR` for the results; replaces those of an earlier run")
	registerLanguage(flags, &f.lang, "the console, the page, the summary and the badge")
	flags.BoolVar(&f.quiet, "quiet", false, "print only failures, warnings, waivers and the outcome")
	flags.BoolVar(&f.driverOnly, "driver-only", false, "check only the driver, and print what its author has to change")
	flags.BoolVar(&f.json, "json", false, "print conformance.json to standard output, and everything else to standard error")
}

func (f testFlags) check() error {
	switch {
	case f.patience < 0:
		return phrase.Failed(phrase.PatienceNegative, f.patience)
	case f.patienceLimit < 0:
		return phrase.Failed(phrase.PatienceLimitNegative, f.patienceLimit)
	case f.timed && f.timeout <= 0:
		return phrase.Failed(phrase.TimeoutNotPositive, f.timeout)
	case f.inFlight < 1:
		return phrase.Failed(phrase.InFlightRange, f.inFlight)
	case f.seed > math.MaxInt64:
		return phrase.Failed(phrase.SeedTooLarge, f.seed, math.MaxInt64)
	default:
		return f.target.checkWait()
	}
}

// test runs the suite, writes the results, and turns the outcome into the exit code. It checks first that it can write to
// the output directory; it removes the results of an earlier run when the new run begins.
func test(command *cobra.Command, around surroundings, flags testFlags) (err error) {
	around = around.lasting()
	results, err := openResults(flags.out, around)
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
	limitMemory(mostMemory)
	tellMemory(around.stderr, around.in, cgroup.Memory(), testTakes)
	tellAddresses(around.stderr, around.in, addresses())
	collectSeldom()
	if !flags.quiet {
		flags.target.teller = consoleWriter(around, flags.json)
	}
	under, err := flags.target.open(command.Context(), around, results.log)
	if err != nil {
		return early(command.Context(), err)
	}
	defer under.close()
	console := newConsole(around, flags).In(in)
	config := flags.config(under)
	config.Command, config.Progress = again(command, flags.seed), console
	config.TargetFlags = targetWords(command)
	if under.target.Driver.Kind() == assay.DriverExec {
		config.Host = &loggedHost{under.host, results.log}
	}
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
	defer func() { _ = workflow.resume() }() // for a return without a report
	console.Begin(session.Begin())
	ctx, stop := context.WithCancel(command.Context())
	defer stop()
	kept := results.keep(func(err error) { complain(around, err); stop() }, results.keepUsers(session), results.keepReport(session))
	report := suites.Run(ctx, session)
	kept()
	files, err := results.write(report, session.Users(), in)
	if err != nil {
		return results.untold(err) // and no verdict is printed: what was not written was not judged
	}
	annotate := func(w io.Writer) error { return annotations.WriteConformance(w, in, report) }
	summarize := func(w io.Writer) error { return markdown.WriteConformance(w, in, report) }
	if err := errors.Join(console.Summary(report, files), workflow.end(annotate, summarize)); err != nil {
		return err
	}
	return conclude(around, flags, report)
}

// config returns the configuration of the run.
func (f testFlags) config(under implementation) suites.Config {
	patience := f.patience
	if patience == 0 {
		patience = -1 // 0 selects the default of the suite
	}
	return suites.Config{
		Target: under.target, Waivers: under.waivers, Host: under.host, Hello: under.hello,
		Only: f.only, Skip: f.skip, Patience: patience, PatienceLimit: f.patienceLimit, Timeout: f.timeout, InFlight: f.inFlight,
		Seed: f.seed, Thorough: f.thorough, Version: version(),
	}
}

// conclude prints the report for --json. Its error holds the exit code, and the report's error if it has one.
func conclude(around surroundings, flags testFlags, report conformance.Report) error {
	if flags.json {
		if err := conformance.WriteJSON(around.stdout, report); err != nil {
			return err
		}
	}
	return exitOf(conformance.ExitCode(report.Outcome), report.Error)
}

// exitOf is the error that ends the command with code, and prints the report's error if it has one; nil for success.
func exitOf(code int, failed phrase.Phrase) error {
	if code == exitHolds {
		return nil
	}
	exit := &exitError{code: code}
	if !failed.IsZero() {
		exit.err = &phrase.Error{Phrase: failed}
	}
	return exit
}

// consoleWriter returns standard output, or standard error if --json uses standard output.
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
	if file, ok := w.(interface{ Fd() uintptr }); ok && term.IsTerminal(int(file.Fd())) {
		options.Terminal = true
		noColor, _ := around.env("NO_COLOR") // an empty value does not count: https://no-color.org
		options.Color = noColor == ""
		options.Width, _, _ = term.GetSize(int(file.Fd())) // 0 if unknown
	}
	return options
}
