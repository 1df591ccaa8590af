package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usageColumns is the width of help texts.
const usageColumns = 100

// usageTemplate is the usage of a command: how it is called, examples, its commands, and its flags in groups.
const usageTemplate = `Usage:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [command]{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Available Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{range flagGroups .}}

{{.Title}}:
{{.Usages}}{{end}}{{if .HasAvailableSubCommands}}

Use "{{.CommandPath}} [command] --help" for more information about a command.{{end}}
`

// A flagGroup is a heading of help texts with the flags beneath it.
type flagGroup struct {
	title string
	names []string
}

// groups returns the groups of flags, each in the order of help texts. A flag that none of them names is among the last, "Flags".
func groups() []flagGroup {
	return []flagGroup{
		{"What is measured or tested", []string{"target", "api-server", "app", "pat", "driver", "profile", "only", "skip", "thorough", "against"}},
		{"Load", []string{"rate", "shape", "duration", "warm-up", "mix", "users", "plan"}},
		{"Service levels", []string{"slo", "until", "abort-on", "tolerance", "tolerance-errors"}},
		{"Search for the limit", []string{"find-limit", "limit-within", "limit-time"}},
		{"Connections and patience", []string{"wait", "in-flight", "engine", "connections", "tls-resume", "timeout", "patience", "patience-limit"}},
		{"The run itself", []string{"seed", "calibrate", "driver-only", "print-plan"}},
		{"Results", []string{"out", "raw", "lang", "tag", "metrics", "linger", "remote-write", "json", "quiet"}},
	}
}

// fewFlags need no groups.
const fewFlags = 12

// A shownGroup is a group of one command, as its help text has it.
type shownGroup struct{ Title, Usages string }

// flagGroups returns the flags of a command in groups, wrapped.
func flagGroups(command *cobra.Command) (shown []shownGroup) {
	var all []*pflag.Flag
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Hidden {
			all = append(all, flag)
		}
	})
	if len(all) > fewFlags {
		for _, group := range groups() {
			var members []*pflag.Flag
			for _, name := range group.names {
				if at := slices.IndexFunc(all, func(flag *pflag.Flag) bool { return flag.Name == name }); at >= 0 {
					members = append(members, all[at])
					all = slices.Delete(all, at, at+1)
				}
			}
			if len(members) > 0 {
				shown = append(shown, shownGroup{group.title, usagesOf(members)})
			}
		}
	}
	return append(shown, shownGroup{"Flags", usagesOf(all)})
}

// usagesOf describes flags in their order.
func usagesOf(flags []*pflag.Flag) string {
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	set.SortFlags = false
	for _, flag := range flags {
		set.AddFlag(flag)
	}
	return strings.TrimRight(set.FlagUsagesWrapped(usageColumns), "\n")
}
