package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
)

// The exit codes, the same for every command.
const (
	exitHolds   = 0 // everything holds
	exitFails   = 1 // the implementation does not conform, or a load run's levels or correctness do not hold
	exitUsage   = 2 // usage, configuration, or this machine
	exitUnknown = 3 // no verdict
)

// An exitError ends the command with a code. Its error is nil when the console already shows why.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return fmt.Sprint(e.err) }

func (e *exitError) Unwrap() error { return e.err }

// run runs one command line and returns the exit code. It prints an error as one line for each problem.
func run(ctx context.Context, args []string, around surroundings) int {
	around.secrets, around.consoles, around.in = transcript.NewRedactor(nil), new(consoles), spoken(args, around.env)
	learnSurroundings(around.secrets, args, around.env)
	root := rootCommand(around)
	help := &helping{around: around}
	root.SetOut(help)
	root.SetArgs(args)
	err := refuseNamed(around.env)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if err == nil {
		err = help.err
	}
	if err == nil {
		err = around.consoles.settle(ctx)
	}
	if err == nil {
		return exitHolds
	}
	code := exitUsage
	if exit, ok := errors.AsType[*exitError](err); ok {
		code, err = exit.code, exit.err
	} else if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		code, err = exitUnknown, phrase.Failed(phrase.RunInterrupted)
	}
	if err != nil {
		if len(*around.consoles) > 0 {
			around.stderr = around.consoles.add(around.stderr) // it may not be read either
		}
		complain(around, err)
	}
	_ = around.consoles.settle(ctx) // the code says more than its error
	return code
}

// complain prints an error without secrets, in the language of the run, as one line for each problem.
func complain(around surroundings, err error) {
	for line := range strings.SplitSeq(shownError(around.secrets, said(around.in, err)), "\n") {
		_, _ = fmt.Fprintf(around.stderr, "assay: %s\n", visible.Line(strings.Map(printable, line), errorLimit))
	}
}

// errorLimit is the longest line of an error that is shown, in characters.
const errorLimit = 4 << 10

// printable replaces control characters, which could move a terminal's cursor: an error may quote a target or a driver.
func printable(c rune) rune {
	if unicode.IsPrint(c) {
		return c
	}
	return unicode.ReplacementChar
}

func rootCommand(around surroundings) *cobra.Command {
	root := &cobra.Command{
		Use:   "assay",
		Short: "assay tests a unified-login platform",
		Long: `assay tests a unified-login platform: it verifies any implementation against the
documented contract and its failure modes, and measures how fast it exchanges codes.
Without a target it tests its built-in reference platform.`,
		Example: `  assay test                         verify the reference platform
  assay test --target target.yaml    verify your platform
  assay load --target target.yaml    measure it and check every answer
  assay explain code.single-use      show one requirement`,
		Version:           version(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              knownCommand,
		PersistentPreRunE: refuseEmptyFlags,
		RunE:              func(command *cobra.Command, _ []string) error { return command.Help() },

		SuggestionsMinimumDistance: 2,
	}
	root.SetOut(around.stdout)
	root.SetErr(around.stderr)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	cobra.AddTemplateFunc("flagGroups", flagGroups)
	root.SetUsageTemplate(usageTemplate(messages.For(messages.English)))
	speakHelp(root)
	root.SetHelpCommand(helpCommand())
	root.AddCommand(testCommand(around), loadCommand(around), serveCommand(around), mintCommand(around), explainCommand(around),
		schemaCommand(around), reportCommand(around), powerCommand(around), powerWorkerCommand(around),
		nullTargetCommand(around))
	return root
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Explain a command",
		Long:    "Explain a command: what it does, its flags, and examples.",
		Example: "  assay help test",
		RunE: func(help *cobra.Command, args []string) error {
			command, rest, err := help.Root().Find(args)
			if err != nil || command == help.Root() && len(rest) > 0 {
				return knownCommand(help.Root(), args)
			}
			if len(rest) > 0 {
				return noArguments(help, rest)
			}
			command.InitDefaultHelpFlag() // cobra adds these only to the command that runs
			command.InitDefaultVersionFlag()
			return command.Help()
		},
	}
}

// knownCommand refuses an unknown command and suggests the nearest one.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return phrase.Failed(phrase.CommandNear, strconv.Quote(args[0]), strconv.Quote(near[0]))
	}
	return phrase.Failed(phrase.CommandUnknown, strconv.Quote(args[0]))
}

// version is the module's version as built, or "devel".
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
