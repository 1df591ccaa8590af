package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/internal/visible"
)

// The exit codes, the same for every command. 1, the implementation does not conform, is conformance.ExitCode's to say.
const (
	exitHolds   = 0 // all holds
	exitFails   = 1 // something does not hold
	exitUsage   = 2 // usage, configuration, or the tool's own surroundings
	exitUnknown = 3 // could not tell
)

// An exitError ends the command with a code. Its error may be nil when everything has been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return fmt.Sprint(e.err) }

func (e *exitError) Unwrap() error { return e.err }

// run runs one command line and returns the exit code. An error is one line for each thing that is wrong.
func run(ctx context.Context, args []string, around surroundings) int {
	root := rootCommand(around)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitHolds
	}
	code := exitUsage
	if exit, ok := errors.AsType[*exitError](err); ok {
		code, err = exit.code, exit.err
	} else if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		code, err = exitUnknown, errors.New("interrupted")
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			_, _ = fmt.Fprintf(around.stderr, "assay: %s\n", visible.Line(strings.Map(printable, line), errorLimit))
		}
	}
	return code
}

// errorLimit is how much is shown of an error, in characters.
const errorLimit = 4 << 10

// printable replaces what would do something to a terminal instead of showing there: a target or a driver may have a
// hand in an error.
func printable(c rune) rune {
	if unicode.IsPrint(c) {
		return c
	}
	return unicode.ReplacementChar
}

func rootCommand(around surroundings) *cobra.Command {
	root := &cobra.Command{
		Use:   "assay",
		Short: "assay proves a unified-login platform",
		Long: `assay proves a unified-login platform: it verifies any implementation against the
documented contract and its failure modes. Without a target it tests the reference
platform that it carries.`,
		Example: `  assay test                         verify the reference platform
  assay test --target target.yaml    verify yours
  assay load --target target.yaml    measure it, every answer checked
  assay explain code.single-use      what a requirement asks for, and why`,
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
			command.InitDefaultHelpFlag() // otherwise only a command that is run has them
			command.InitDefaultVersionFlag()
			return command.Help()
		},
	}
}

// knownCommand names the command that does not exist, and the nearest that does.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("unknown command %q; did you mean %q?", args[0], near[0])
	}
	return fmt.Errorf("unknown command %q; 'assay help' lists them", args[0])
}

// version is the module's version as built, or "devel".
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
