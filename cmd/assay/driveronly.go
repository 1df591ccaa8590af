package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/check"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
)

// testDriver is assay test --driver-only. A driver is part of the tool's environment, so its problems are exit code 2, not
// a nonconformance.
func testDriver(command *cobra.Command, around surroundings, flags testFlags) (err error) {
	around = around.lasting()
	if err := flags.checkDriverOnly(command); err != nil {
		return err
	}
	target, err := flags.target.load(around)
	if err != nil {
		return err
	}
	results, err := openResults(flags.out, around)
	if err != nil {
		return err
	}
	defer func() {
		failed := errors.Join(results.close(), results.tellLog(around.stdout, flags.quiet))
		if err == nil {
			err = failed
		}
	}()
	if err := results.beginLog(); err != nil { // the report of an earlier run stays: this run writes none
		return err
	}
	teller := driverTeller{w: around.stdout, redactor: results.redactor, quiet: flags.quiet, counts: map[check.Outcome]int{}}
	teller.say("driver", string(target.Driver.Kind()))
	err = check.Run(command.Context(), check.Config{
		Target: target, Seed: flags.seed, Patience: flags.patience, Stderr: results.log, Learn: results.redactor.Learn, Tell: teller.tell,
	})
	if err != nil {
		return err
	}
	return teller.conclude()
}

// checkDriverOnly refuses flags for a run against the platform.
func (f testFlags) checkDriverOnly(command *cobra.Command) error {
	meaningful := []string{"target", "api-server", "app", "pat", "driver", "profile", "seed", "out", "quiet", "driver-only"}
	var useless []string
	command.Flags().Visit(func(flag *pflag.Flag) {
		if !slices.Contains(meaningful, flag.Name) {
			useless = append(useless, "--"+flag.Name)
		}
	})
	switch {
	case len(useless) > 0:
		return phrase.Failed(phrase.DriverOnlyBeside, useless[0])
	case !f.target.named():
		return phrase.Failed(phrase.DriverOnlyNeeds)
	default:
		return f.check()
	}
}

// learnTarget adds a target's secrets to the redactor.
func learnTarget(redactor *transcript.Redactor, target assay.Target) {
	pats := target.PATs
	for _, pat := range pats.All() {
		redactor.Learn(transcript.KindPAT, pat.Reveal())
	}
	redactor.Learn(transcript.KindToken, target.Driver.Token.Reveal())
	redactor.Learn(transcript.KindToken, target.Driver.Seal.Reveal())
	for _, value := range target.Transport.Headers {
		redactor.Learn(transcript.KindToken, value.Reveal())
	}
	learnURLs(redactor, target.Transport.Proxy.Reveal())
}

// A driverTeller prints the results of a driver check, one per line.
type driverTeller struct {
	w        io.Writer
	redactor *transcript.Redactor
	quiet    bool
	counts   map[check.Outcome]int
	err      error // the first write error
}

func (t *driverTeller) tell(result check.Result) {
	t.counts[result.Outcome]++
	if t.quiet && result.Outcome != check.Problem {
		return
	}
	t.line(string(result.Outcome), fmt.Sprintf("%s: %s", result.Check, result.Text))
}

func (t *driverTeller) say(label, text string) {
	if !t.quiet {
		t.line(label, text)
	}
}

func (t *driverTeller) line(label, text string) {
	text = strings.Map(printable, t.redactor.Text(text))
	if _, err := fmt.Fprintln(t.w, strings.TrimRight(fmt.Sprintf("%-12s %s", label, text), " ")); t.err == nil {
		t.err = err
	}
}

// conclude prints the summary. Its error says that the driver has problems.
func (t *driverTeller) conclude() error {
	untested := ""
	if count := t.counts[check.Untested]; count > 0 {
		untested = fmt.Sprintf(", untested: %d", count)
	}
	t.say("checks", fmt.Sprintf("%d ok, problems: %d, not offered: %d%s; nothing was sent to the platform",
		t.counts[check.OK], t.counts[check.Problem], t.counts[check.NotOffered], untested))
	if problems := t.counts[check.Problem]; problems > 0 {
		return errors.Join(t.err, phrase.Failed(phrase.DriverFaulty, problems))
	}
	t.line("DRIVER OK", "")
	return t.err
}
