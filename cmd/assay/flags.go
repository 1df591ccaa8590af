package main

import (
	"errors"
	"fmt"
	"strings"

	"al.essio.dev/pkg/shellescape"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/messages"
)

// flagError says in the command's own words what is wrong with a flag.
func flagError(command *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(command, unknown)
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		value, _ := pflag.UnquoteUsage(missing.GetFlag())
		return fmt.Errorf("--%s needs a value: --%s %s", missing.GetFlag().Name, missing.GetFlag().Name, value)
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		flag := invalid.GetFlag()
		return fmt.Errorf("--%s %q is not %s", flag.Name, invalid.GetValue(), kindOf(flag))
	}
	return fmt.Errorf("%w; '%s --help' lists the flags", err, command.CommandPath())
}

// unknownFlag names the nearest flag, or the command that the flag belongs to.
func unknownFlag(command *cobra.Command, unknown *pflag.NotExistError) error {
	name, dashes := unknown.GetSpecifiedName(), "--"
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		name, dashes = letters, "-"
	}
	if near := nearestFlag(command, name); near != "" {
		return fmt.Errorf("unknown flag %q; did you mean %q?", dashes+name, near)
	}
	var owners []string
	for _, other := range command.Commands() {
		if other.Flags().Lookup(name) != nil {
			owners = append(owners, other.CommandPath())
		}
	}
	if len(owners) > 0 {
		return fmt.Errorf("unknown flag %q; it goes behind the command: %s", dashes+name, words.List(owners))
	}
	return fmt.Errorf("unknown flag %q; '%s --help' lists the flags", dashes+name, command.CommandPath())
}

// nearestFlag is the flag that name is most likely a misspelling of, dashes included; empty when there is none.
func nearestFlag(command *cobra.Command, name string) string {
	var names []string
	command.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, "--"+flag.Name) })
	return words.Nearest("--"+name, names)
}

// kindOf says what a flag's value has to be.
func kindOf(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "duration":
		return "a duration; write it like 30s, 5m or 1h30m"
	case "bool":
		return "true or false"
	case "int", "uint64":
		return "a whole number in range"
	case "float64":
		return "a number"
	default:
		return "a " + flag.Value.Type()
	}
}

// refuseEmptyFlags refuses a flag that was given with nothing in it: mostly that is a variable of a script that is not
// set, and what would be tested instead is not what was meant.
func refuseEmptyFlags(command *cobra.Command, _ []string) error {
	var empty error
	command.Flags().Visit(func(flag *pflag.Flag) {
		if value := flag.Value.String(); empty == nil && (value == "" || value == "[]") {
			empty = fmt.Errorf("--%s is given, but empty; give it a value, or leave it out", flag.Name)
		}
	})
	return empty
}

// noArguments is for commands that take flags only.
func noArguments(command *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case command.Flags().Lookup("target") != nil:
		return fmt.Errorf("%s takes no argument such as %q; did you mean --target %s?", command.CommandPath(), args[0], args[0])
	default:
		return fmt.Errorf("%s takes no argument such as %q; '%s --help' lists its flags", command.CommandPath(), args[0], command.CommandPath())
	}
}

// registerLanguage registers --lang, which printer reads; of is what is written in it.
func registerLanguage(flags *pflag.FlagSet, lang *string, of string) {
	flags.StringVar(lang, "lang", string(messages.English), "`LANGUAGE` of "+of+": en or zh")
}

// printer speaks the language that --lang names.
func printer(lang string) (messages.Printer, error) {
	in, err := messages.Parse(lang)
	if err != nil {
		return messages.Printer{}, fmt.Errorf("--lang: %w", err)
	}
	return messages.For(in), nil
}

// again is a command line that runs command again with the same seed, without secrets. The output directory and how
// the outcome is shown are left to whoever runs it.
func again(command *cobra.Command, seed uint64) string {
	words := []string{command.CommandPath()}
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		switch flag.Name {
		case "seed", "out", "raw", "quiet", "json", "lang":
			return
		}
		if !flag.Changed {
			return
		}
		if flag.Value.Type() == "bool" { // its value is no word of its own
			words = append(words, "--"+flag.Name+"="+flag.Value.String())
			return
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			words = append(words, "--"+flag.Name, shellescape.Quote(withoutSecrets(flag.Name, value)))
		}
	})
	return strings.Join(append(words, "--seed", fmt.Sprint(seed)), " ")
}

// withoutSecrets leaves out of a flag's value what may be secret: a PAT that is no file's, a driver's query or arguments,
// the credentials of a remote write.
func withoutSecrets(flag, value string) string {
	switch {
	case flag == "pat" && !strings.HasPrefix(value, "file:"):
		return "PAT"
	case flag == "remote-write":
		return withoutCredentials(value)
	case flag == "driver" && strings.HasPrefix(value, "exec:"):
		program, _, more := strings.Cut(value, " ")
		return program + ellipsis(more)
	case flag == "driver":
		address, _, more := strings.Cut(value, "?")
		return address + ellipsis(more)
	default:
		return value
	}
}

func ellipsis(more bool) string {
	if more {
		return " …"
	}
	return ""
}
