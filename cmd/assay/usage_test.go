package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// described finds the flags that a help text describes.
var described = regexp.MustCompile(`(?m)^(?:  -\w, |      )--([\w-]+)(?: |$)`)

// shownCommands are the commands that the help names, and their own.
func shownCommands() []*cobra.Command {
	all := []*cobra.Command{rootCommand(surroundings{})}
	for i := 0; i < len(all); i++ {
		all = append(all, all[i].Commands()...)
	}
	return slices.DeleteFunc(all, func(c *cobra.Command) bool { return c.Hidden })
}

// A help text fits into a window of 100 columns, has each flag once, and a command with many flags has them in groups.
func TestHelpFitsAndHasEveryFlagOnce(t *testing.T) {
	for _, command := range shownCommands() {
		command.InitDefaultHelpFlag()
		var help bytes.Buffer
		command.SetOut(&help)
		if err := command.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(help.String()) {
			if line = strings.TrimRight(line, "\n"); utf8.RuneCountInString(line) > usageColumns {
				t.Errorf("%s --help is wider than %d columns: %s", command.CommandPath(), usageColumns, line)
			}
		}
		var want, got []string
		command.Flags().VisitAll(func(flag *pflag.Flag) {
			if !flag.Hidden {
				want = append(want, flag.Name)
			}
		})
		for _, flag := range described.FindAllStringSubmatch(help.String(), -1) {
			got = append(got, flag[1])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s --help describes %q, want %q", command.CommandPath(), got, want)
		}
		_, others, _ := strings.Cut(help.String(), "\nFlags:\n")
		if n := len(described.FindAllString(others, -1)); len(want) > fewFlags && n != 1 {
			t.Errorf("%s --help has %d flags in no group: %s", command.CommandPath(), n, others)
		}
	}
}
