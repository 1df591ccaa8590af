package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	below "github.com/unified-login/assay/internal/told"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

func reportCommand(around surroundings) *cobra.Command {
	command := &cobra.Command{
		Use:   "report",
		Short: "Render result files again, or compare several of them",
		Long:  "Render result files again, or compare several of them. No target is needed.",
		Example: `  assay report html out
  assay report matrix acme-4.1 acme-4.2 --out comparison`,
		Args: knownSubcommand,
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },

		SuggestionsMinimumDistance: 2,
	}
	command.AddCommand(reportHTMLCommand(around), reportMatrixCommand(around), reportCompareCommand(around), reportMergeCommand(around))
	return command
}

// knownSubcommand refuses an unknown subcommand and suggests the nearest one.
func knownSubcommand(command *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := phrase.Say(phrase.HintListed, command.CommandPath())
	if near := command.SuggestionsFor(args[0]); len(near) > 0 {
		hint = phrase.Of(below.Failed(below.DidYouMean, strconv.Quote(near[0])))
	}
	return phrase.Failed(phrase.SubcommandUnknown, strconv.Quote(command.CommandPath()+" "+args[0]), hint)
}

func reportHTMLCommand(around surroundings) *cobra.Command {
	var lang string
	command := &cobra.Command{
		Use:   "html DIR",
		Short: "Render a run's files again from its JSON files",
		Long: paragraph("Render a run's files again from the JSON files in DIR, into DIR, byte for byte as the run wrote them: " +
			words.List(renderedOf(ofSuite)) + ", and of a load run " + words.List(renderedOf(ofLoad)) + ". If DIR has a run of each kind, " +
			words.List(renderedOf(ofEither)) + " cover both. Of " + comparisonFile + ", which assay load --against writes, it is " + comparisonPage + "; the sides in DIR/a and DIR/b are runs of their own. DIR may also be the path of one of the JSON files. A file whose figures or verdicts contradict each other is not rendered: exit code 2."),
		Example: `  assay report html out
  assay report html out --lang zh      in Chinese`,
		Args: oneArgument(phrase.Say(phrase.RunDirectory)),
		RunE: func(_ *cobra.Command, args []string) error {
			around := around.lasting()
			in, err := printer(lang)
			if err != nil {
				return err
			}
			dir := directoryOf(args[0])
			var files []string
			if _, err := os.Stat(filepath.Join(dir, comparisonFile)); err == nil { // reading the run says what is wrong with dir
				if files, err = renderComparison(dir, in); err != nil {
					return err
				}
				if !there(filepath.Join(dir, reportFile)) && !there(filepath.Join(dir, benchmarkFile)) {
					return tellWritten(around.stdout, files)
				}
			}
			run, err := readRun(dir, in, reportFile, benchmarkFile)
			if err == nil {
				err = run.consistent(dir)
			}
			if err != nil {
				return err
			}
			rendered, err := run.render(dir)
			return errors.Join(err, tellWritten(around.stdout, append(files, rendered...)))
		},
	}
	command.Flags().SortFlags = false
	registerLanguage(command.Flags(), &lang, "the pages, the summary and the badge")
	return command
}

// directoryOf returns the directory of a run: path itself, or the directory of the JSON file that path names.
func directoryOf(path string) string {
	if name := filepath.Base(path); name == reportFile || name == benchmarkFile || name == comparisonFile {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return filepath.Dir(path)
		}
	}
	return path
}

// renderAgain renders the reports of these names, of a run that has just ended.
func renderAgain(dir string, in messages.Printer, reports ...string) (files []string, err error) {
	run, err := readRun(dir, in, reports...)
	if err != nil {
		return nil, err
	}
	return run.render(dir)
}

// oneArgument requires exactly one argument, which what describes.
func oneArgument(what phrase.Phrase) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		switch len(args) {
		case 1:
			return nil
		case 0:
			return phrase.Failed(phrase.CommandNeeds, command.CommandPath(), what)
		default:
			return phrase.Failed(phrase.CommandTakesOne, command.CommandPath(), strconv.Quote(args[1]))
		}
	}
}

func tellWritten(w io.Writer, files []string) error {
	for _, file := range files {
		if _, err := fmt.Fprintf(w, "wrote %s\n", file); err != nil {
			return err
		}
	}
	return nil
}
