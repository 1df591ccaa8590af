package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/internal/cgroup"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
	"github.com/unified-login/assay/suites"
)

// againstReference is the value of --against for a second reference platform in this process.
const againstReference = "reference"

// The directories of the two sides in the output directory, and the file that compares them.
const (
	firstSide, secondSide = "a", "b"
	comparisonFile        = "comparison.json"
	comparisonPage        = "comparison.html"
)

// checkAgainst refuses flags that --against cannot be combined with, and those that only belong to it.
func (f loadFlags) checkAgainst(command *cobra.Command) error {
	changed := command.Flags().Changed
	if f.against == "" {
		for _, name := range []string{"tolerance", "tolerance-errors"} {
			if changed(name) {
				return phrase.Failed(phrase.ComparisonFlag, name)
			}
		}
		return nil
	}
	for _, name := range []string{"find-limit", "until", "abort-on", "raw", "calibrate", "metrics", "linger", "remote-write"} {
		if changed(name) {
			return phrase.Failed(phrase.AgainstBeside, name)
		}
	}
	switch named := f.target.named(); { // what a plan file asks for has no flag
	case f.findLimit || len(f.until) > 0 || f.abortOn != "":
		return phrase.Failed(phrase.AgainstFixed)
	case f.calibrate:
		return phrase.Failed(phrase.AgainstBesidePlan, f.beside("calibrate"))
	case f.against == againstReference && named:
		return phrase.Failed(phrase.AgainstReferenceApart)
	case f.against != againstReference && !named:
		return phrase.Failed(phrase.AgainstNeedsTarget)
	}
	return compare.Options{Tolerance: f.tolerance, ErrorTolerance: f.errorTolerance}.Check()
}

// A pairedSide is one of the two targets of --against.
type pairedSide struct {
	name    string // A or B
	flags   loadFlags
	results *loadResults
	under   implementation
	config  loadgen.Config
	begun   benchmark.Report
	session *suites.Session
}

// loadAgainst measures two targets with the arrivals of one schedule, and compares them.
func loadAgainst(command *cobra.Command, around surroundings, flags loadFlags) (err error) {
	limitMemory(0)
	tellMemory(around.stderr, around.in, cgroup.Memory(), loadTakes)
	tellAddresses(around.stderr, around.in, addresses())
	collectEarly()
	around = around.lasting()
	if err := flags.refuse(command); err != nil {
		return err
	}
	whole, err := flags.lockOut()
	if err != nil {
		return err
	}
	defer whole.release()
	sides := flags.sides()
	for i, name := range []string{firstSide, secondSide} {
		side := &sides[i]
		if side.results, err = openLoadResults(filepath.Join(flags.out, name), "", around); err != nil {
			return err
		}
		defer func() {
			failed := errors.Join(side.results.close(), side.results.tellLog(consoleWriter(around, flags.json), flags.quiet))
			if err == nil {
				err = failed
			}
		}()
		if side.results.in, err = printer(flags.lang); err != nil {
			return err
		}
	}
	for i := range sides {
		side := &sides[i]
		if !flags.quiet {
			side.flags.target.teller = consoleWriter(around, flags.json)
		}
		if side.under, err = side.flags.target.open(command.Context(), around, side.results.log); err != nil {
			return early(command.Context(), side.failed(err))
		}
		defer side.under.close()
		if side.config, err = side.flags.config(side.under, side.results); err != nil {
			return side.failed(err)
		}
		side.config.Command = again(command, flags.seed)
	}
	if err := share(&sides); err != nil {
		return err
	}
	return flags.runPair(command.Context(), around, &sides)
}

// lockOut keeps runs of one target out of the output directory, whose results the comparison replaces.
func (f loadFlags) lockOut() (dirLock, error) {
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return dirLock{}, outError(f.out, err)
	}
	return lockDir(f.out)
}

// sides are the two targets before they are opened. Flags that describe a target are about the first.
func (f loadFlags) sides() (sides [2]pairedSide) {
	sides[0], sides[1] = pairedSide{name: "A", flags: f}, pairedSide{name: "B", flags: f}
	other := targetFlags{wait: f.target.wait}
	if f.against != againstReference {
		other.file = f.against
	}
	other.overrides.Profiles = f.target.overrides.Profiles
	sides[1].flags.target = other
	return sides
}

// failed says which of the two targets an error is about.
func (s *pairedSide) failed(err error) error { return phrase.Failed(phrase.SideFailed, s.name, err) }

// share gives each side half of the arrivals of the first one's plan, and refuses two that would not be measured alike.
func share(sides *[2]pairedSide) (err error) {
	a, b := &sides[0].config.Plan, &sides[1].config.Plan
	one, err := firstHalf(*a)
	if err != nil {
		return err
	}
	b.Rate, b.To = a.Rate, a.To
	_, two, err := b.Halves()
	if err != nil {
		return err
	}
	*a, *b = one, two
	for i := range sides {
		if sides[i].begun, err = loadgen.Begin(sides[i].config); err != nil {
			return sides[i].failed(err)
		}
	}
	if differ := compare.Differences(sides[0].begun, sides[1].begun); !differ.IsZero() {
		return &phrase.Error{Phrase: differ}
	}
	return nil
}

// firstHalf is the plan of side A, which shares the schedule of a plan with side B.
func firstHalf(plan loadgen.Plan) (half loadgen.Plan, err error) {
	if plan.Closed {
		return half, phrase.Failed(phrase.AgainstClosed)
	}
	half, _, err = plan.Halves()
	return half, err
}

// runPair makes the two runs and shows their progress.
func (f loadFlags) runPair(ctx context.Context, around surroundings, sides *[2]pairedSide) error {
	console := newLoadConsole(around, f)
	before := newSlowStart(f.in(), console.Say)
	defer before.close()
	shown := &pairedWatch{show: console.Watch}
	workflow := workflowOf(around, consoleWriter(around, f.json))
	workflow.begin()
	defer func() { _ = workflow.resume() }() // for a return without a report
	console.Begin(sides[0].begun)
	console.Say(against(sides[1].begun))
	over := context.AfterFunc(ctx, func() { console.Interrupted(f.timeout) })
	defer over()
	if err := f.removeEarlier(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for i := range sides {
		side := &sides[i]
		if err := side.results.begin(); err != nil {
			return err
		}
		kept := side.results.keep(func(err error) { complain(around, side.failed(err)); stop() }, side.results.checkpoints)
		defer kept()
		watch := shown.of(i)
		side.config.Watch = func(i loadgen.Interval) { before.close(); watch(i) }
	}
	measured, err := f.measurePair(ctx, sides, beforeLoad{console, before})
	before.close()
	if err != nil {
		return err
	}
	over()
	return f.concludePair(around, console, sides, measured, workflow)
}

// against describes the second side.
func against(begun benchmark.Report) string {
	name := strings.TrimLeft(strings.TrimSpace(begun.Implementation.Product+" "+begun.Implementation.Version)+" ", " ")
	return fmt.Sprintf("against         %s(B) at %s; A and B get the arrivals in pairs, at random: %s each", name, strings.Join(begun.Target.APIServers, " "), rates(begun.Plan))
}

// rates are those of a plan, as --rate takes them.
func rates(plan benchmark.Plan) string {
	if plan.To == 0 {
		return benchmark.PlannedRate(plan.Rate)
	}
	return benchmark.PlannedRate(plan.Rate) + ".." + benchmark.PlannedRate(plan.To)
}

// removeEarlier removes the results of an earlier run, of one target or two.
func (f loadFlags) removeEarlier() error {
	for _, name := range append(resultFiles(), transcriptFile, driverLogFile) {
		if err := os.Remove(filepath.Join(f.out, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return outError(f.out, err)
		}
	}
	return nil
}

// measurePair checks that both targets accept a fresh code, then makes the runs. If a check fails, neither is measured.
func (f loadFlags) measurePair(ctx context.Context, sides *[2]pairedSide, before beforeLoad) (measured [2]loadgen.Side, err error) {
	before.await(forPreflight)
	for i := range sides {
		side := &sides[i]
		if side.session, err = f.session(side.config, side.under, before); err != nil {
			return measured, err
		}
		defer side.session.Close()
		if failed := side.session.Preflight(ctx); failed != nil {
			other := &sides[1-i]
			side.begun.Error, other.begun.Interrupted = phrase.Of(failed).Map(side.config.Redactor.Text), true
			for n := range sides {
				sides[n].begun.Finished = time.Now()
				measured[n].Report = benchmark.Conclude(sides[n].begun)
			}
			return measured, nil
		}
		side.config.Closing = closings(side.session, side.under)
		side.session.Close()
	}
	before.await(forFirstCodes)
	measured, err = loadgen.RunPair(ctx, sides[0].config, sides[1].config)
	for i := range sides {
		measured[i].Report.Notes = append(measured[i].Report.Notes, slowPreflight(sides[i].session, sides[i].config.Plan)...)
	}
	return measured, err
}

// concludePair writes and prints the reports and their comparison. Its error has the exit code.
func (f loadFlags) concludePair(around surroundings, shown *console.Benchmark, sides *[2]pairedSide, measured [2]loadgen.Side, workflow *workflow) error {
	reports := [2]benchmark.Report{benchmark.Conclude(measured[0].Report), benchmark.Conclude(measured[1].Report)}
	for i := range reports {
		reports[i].Pair = &benchmark.Pair{Side: sides[i].name, Other: reports[1-i].Started}
	}
	var files []string
	for i, report := range reports {
		written, err := sides[i].results.write(report, measured[i].Times)
		if err != nil {
			return sides[i].results.untold(err)
		}
		files = append(files, written...)
	}
	c, err := compare.New(reports[:1], reports[1:], compare.Options{
		Tolerance: f.tolerance, ErrorTolerance: f.errorTolerance, Interleaved: &[2]uncertain.Run{measured[0].Blocks, measured[1].Blocks},
		Files: [2][]string{{filepath.Join(f.out, firstSide)}, {filepath.Join(f.out, secondSide)}}})
	if err != nil {
		return err
	}
	written, err := f.writeComparison(c, reports, sides[0].results.in)
	if err != nil {
		return err
	}
	if err := f.tellPair(around, shown, c, reports, append(written, files...), workflow); err != nil {
		return err
	}
	return pairExit(c, reports)
}

// writeComparison writes the comparison and its page.
func (f loadFlags) writeComparison(c compare.Comparison, sides [2]benchmark.Report, in messages.Printer) (files []string, err error) {
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{comparisonFile, func(w io.Writer) error { return compare.WriteJSON(w, c) }},
		{comparisonPage, func(w io.Writer) error { return page.WriteCompare(w, in, c, sides) }},
	} {
		path := filepath.Join(f.out, file.name)
		if err := writeFile(path, file.write); err != nil {
			return files, outError(f.out, err)
		}
		files = append(files, path)
	}
	return files, nil
}
