package main

import (
	"cmp"
	_ "embed"
	"os"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/messages"
)

//go:embed help.zh.yaml
var chineseHelpYAML []byte

// A translatedHelp is the help in another language than that of the sources.
type translatedHelp struct {
	// Commands are by their path.
	Commands map[string]struct{ Short, Long, Example string }
	// Flags are by their name, or by the name of a command and theirs.
	Flags map[string]string
}

// chineseHelp is compiled in: one that does not parse is a broken build.
var chineseHelp = sync.OnceValue(func() translatedHelp {
	var help translatedHelp
	if err := yaml.UnmarshalWithOptions(chineseHelpYAML, &help, yaml.Strict()); err != nil {
		panic(err)
	}
	return help
})

// flag is the usage of a flag of a command; empty without one.
func (h translatedHelp) flag(command *cobra.Command, name string) string {
	return cmp.Or(h.Flags[command.Name()+" "+name], h.Flags[name])
}

// speakHelp has the help of root and its commands in the language of --lang, or of the environment.
func speakHelp(root *cobra.Command) {
	help := root.HelpFunc()
	root.SetHelpFunc(func(command *cobra.Command, args []string) {
		in := messages.For(messages.Preferred(os.Getenv))
		if flag := command.Flags().Lookup("lang"); flag != nil && flag.Changed {
			if named, err := printer(flag.Value.String()); err == nil {
				in = named
			}
		}
		if in.Language() == messages.Chinese {
			translateHelp(command, chineseHelp())
		}
		root.SetUsageTemplate(usageTemplate(in))
		help(command, args)
	})
}

// translateHelp replaces the texts of a command and of those that its help lists.
func translateHelp(command *cobra.Command, help translatedHelp) {
	for _, one := range append(command.Commands(), command) {
		said := help.Commands[one.CommandPath()]
		one.Short, one.Long, one.Example = cmp.Or(said.Short, one.Short), cmp.Or(said.Long, one.Long), cmp.Or(strings.TrimRight(said.Example, "\n"), one.Example)
	}
	command.Flags().VisitAll(func(flag *pflag.Flag) { flag.Usage = cmp.Or(help.flag(command, flag.Name), flag.Usage) })
}

// wideUsages describes flags in their order, in a language whose lines break between characters.
func wideUsages(in messages.Printer, flags []*pflag.Flag) string {
	const gap = 3
	type row struct{ left, right string }
	var rows []row
	width := 0
	for _, flag := range flags {
		value, usage := pflag.UnquoteUsage(flag)
		left := "      --" + flag.Name
		if flag.Shorthand != "" {
			left = "  -" + flag.Shorthand + ", --" + flag.Name
		}
		if value != "" {
			left += " " + value
		}
		switch flag.DefValue {
		case "", "0", "0s", "false", "[]":
		default:
			usage += in.Text("help.default", flag.DefValue)
		}
		rows, width = append(rows, row{left, usage}), max(width, len(left)+gap)
	}
	var text strings.Builder
	for _, row := range rows {
		for i, line := range terminal.Wrap(row.right, usageColumns-width) {
			left := row.left
			if i > 0 {
				left = ""
			}
			text.WriteString(left + strings.Repeat(" ", width-len(left)) + line + "\n")
		}
	}
	return strings.TrimRight(text.String(), "\n")
}
