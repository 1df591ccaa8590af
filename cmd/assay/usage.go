package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unified-login/assay/reports/messages"
)

// usageColumns is the width of help texts.
const usageColumns = 100

// usageTemplate is the usage of a command: how it is called, examples, its commands, and its flags in groups.
func usageTemplate(in messages.Printer) string {
	words := strings.NewReplacer("[USAGE]", in.Text("help.usage"), "[EXAMPLES]", in.Text("help.examples"), "[COMMANDS]", in.Text("help.commands"), "[COMMAND]", in.Text("help.command"),
		"[LANGUAGE]", string(in.Language()), "[MORE]", in.Text("help.more", "{{.CommandPath}}"))
	return words.Replace(usageLayout)
}

const usageLayout = `[USAGE]:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [COMMAND]{{end}}{{if .HasExample}}

[EXAMPLES]:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

[COMMANDS]:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{range flagGroups . "[LANGUAGE]"}}

{{.Title}}:
{{.Usages}}{{end}}{{if .HasAvailableSubCommands}}

[MORE]{{end}}
`

// A flagGroup is a heading of help texts with the flags beneath it.
type flagGroup struct {
	title string // a key of the catalogue
	names []string
}

// groups returns the groups of flags, each in the order of help texts. A flag that none of them names is among the last, "Flags".
func groups() []flagGroup {
	return []flagGroup{
		{"help.of-what", []string{"target", "api-server", "app", "pat", "driver", "profile", "only", "skip", "thorough", "against"}},
		{"help.of-load", []string{"rate", "shape", "duration", "warm-up", "mix", "users", "plan"}},
		{"help.of-levels", []string{"slo", "until", "abort-on", "tolerance", "tolerance-errors"}},
		{"help.of-limit", []string{"find-limit", "limit-within", "limit-time"}},
		{"help.of-connections", []string{"wait", "in-flight", "engine", "connections", "tls-resume", "timeout", "patience", "patience-limit"}},
		{"help.of-run", []string{"seed", "calibrate", "driver-only", "print-plan"}},
		{"help.of-results", []string{"out", "raw", "lang", "tag", "metrics", "linger", "remote-write", "json", "quiet"}},
	}
}

// fewFlags need no groups.
const fewFlags = 12

// A shownGroup is a group of one command, as its help text has it.
type shownGroup struct{ Title, Usages string }

// flagGroups returns the flags of a command in groups, wrapped.
func flagGroups(command *cobra.Command, language string) (shown []shownGroup) {
	in := messages.For(messages.Language(language))
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
				shown = append(shown, shownGroup{in.Text(group.title), usagesOf(in, members)})
			}
		}
	}
	return append(shown, shownGroup{in.Text("help.flags"), usagesOf(in, all)})
}

// usagesOf describes flags in their order.
func usagesOf(in messages.Printer, flags []*pflag.Flag) string {
	if in.Language() != messages.English {
		return wideUsages(in, flags)
	}
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	set.SortFlags = false
	for _, flag := range flags {
		set.AddFlag(flag)
	}
	return strings.TrimRight(set.FlagUsagesWrapped(usageColumns), "\n")
}
