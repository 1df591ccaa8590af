package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"al.essio.dev/pkg/shellescape"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// flagError rewords pflag's errors: what is wrong, and what to do instead.
func flagError(command *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(command, unknown)
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		value, _ := pflag.UnquoteUsage(missing.GetFlag())
		return phrase.Failed(phrase.FlagNeedsValue, missing.GetFlag().Name, missing.GetFlag().Name, value)
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		flag := invalid.GetFlag()
		if flag.Value.Type() == "duration" && words.IsTooLong(invalid.GetValue()) {
			return phrase.Failed(phrase.FlagTooLong, flag.Name, strconv.Quote(invalid.GetValue()))
		}
		return phrase.Failed(phrase.FlagIsNot, flag.Name, strconv.Quote(invalid.GetValue()), kindOf(flag))
	}
	return phrase.Failed(phrase.FlagsListed, err, command.CommandPath())
}

// unknownFlag suggests the nearest flag, or names the commands that have the flag.
func unknownFlag(command *cobra.Command, unknown *pflag.NotExistError) error {
	name, dashes := unknown.GetSpecifiedName(), "--"
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		name, dashes = letters, "-"
	}
	if near := nearestFlag(command, name); near != "" {
		return phrase.Failed(phrase.FlagNear, strconv.Quote(dashes+name), strconv.Quote(near))
	}
	var owners []string
	for _, other := range command.Commands() {
		if other.Flags().Lookup(name) != nil {
			owners = append(owners, other.CommandPath())
		}
	}
	if len(owners) > 0 {
		return phrase.Failed(phrase.FlagOfCommand, strconv.Quote(dashes+name), owners)
	}
	return phrase.Failed(phrase.FlagUnknown, strconv.Quote(dashes+name), command.CommandPath())
}

// nearestFlag is the flag that name most likely misspells, with its dashes; empty if no flag is similar.
func nearestFlag(command *cobra.Command, name string) string {
	var names []string
	command.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, "--"+flag.Name) })
	return words.Nearest("--"+name, names)
}

// kindOf describes the values of a flag.
func kindOf(flag *pflag.Flag) phrase.Phrase {
	switch flag.Value.Type() {
	case "duration":
		return phrase.Say(phrase.KindDuration)
	case "bool":
		return phrase.Say(phrase.KindBool)
	case "int", "uint64":
		return phrase.Say(phrase.KindWhole)
	case "float64":
		return phrase.Say(phrase.KindNumber)
	default:
		return phrase.Say(phrase.KindOther, flag.Value.Type())
	}
}

// refuseEmptyFlags refuses a flag with an empty value. Mostly that is an unset variable of a script, and the run would test
// something else than was meant.
func refuseEmptyFlags(command *cobra.Command, _ []string) error {
	var empty error
	command.Flags().Visit(func(flag *pflag.Flag) {
		if value := flag.Value.String(); empty == nil && (value == "" || value == "[]") {
			empty = phrase.Failed(phrase.FlagEmpty, flag.Name)
		}
	})
	return empty
}

// noArguments refuses arguments, for commands that take only flags.
func noArguments(command *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case command.Flags().Lookup("target") != nil:
		return phrase.Failed(phrase.ArgumentsTarget, command.CommandPath(), strconv.Quote(args[0]), args[0])
	default:
		return phrase.Failed(phrase.ArgumentsNone, command.CommandPath(), strconv.Quote(args[0]), command.CommandPath())
	}
}

// registerPatienceLimit registers --patience-limit, for commands that wait for a target that limits requests.
func registerPatienceLimit(flags *pflag.FlagSet, limit *time.Duration) {
	flags.DurationVar(limit, "patience-limit", 0,
		"longest `DURATION` to wait in all for a target that limits requests (default 20m, or twice what declares.rateLimit makes necessary)")
}

// registerLanguage registers --lang, which printer reads; of names what is written in that language.
func registerLanguage(flags *pflag.FlagSet, lang *string, of string) {
	flags.StringVar(lang, "lang", "", "`LANGUAGE` of "+of+": "+languages()+" (default: that of LANG, or "+string(messages.English)+")")
}

// languages are the values of --lang, as a help text lists them.
func languages() string {
	var names []string
	for _, language := range messages.Languages() {
		names = append(names, string(language))
	}
	return strings.Join(names, " or ")
}

// paragraph breaks a text of the help into lines, as the other paragraphs are.
func paragraph(text string) string { return strings.Join(terminal.Wrap(text, helpWidth), "\n") }

// helpWidth is the width of a paragraph of the help, in columns.
const helpWidth = 88

// printer returns the printer for the language of --lang; without it for that of the environment.
func printer(lang string) (messages.Printer, error) {
	if lang == "" {
		return messages.For(messages.Preferred(os.Getenv)), nil
	}
	in, err := messages.Parse(lang)
	if err != nil {
		return messages.Printer{}, phrase.Failed(phrase.At, "--lang", err)
	}
	return messages.For(in), nil
}

// again returns a command line that repeats the run with the same seed, without secrets. It omits the flags that only say
// where the results go and how they are shown.
func again(command *cobra.Command, seed uint64) string {
	words := []string{command.CommandPath()}
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		switch flag.Name {
		case "seed", "out", "raw", "quiet", "json", "lang", "wait", "print-plan":
			return
		}
		if !flag.Changed {
			return
		}
		if flag.Value.Type() == "bool" {
			words = append(words, switched(command, flag)...)
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

// switched is a flag that is true or false, as people write it. pflag takes a value only after =. It is left out where it has no effect: only
// a plan file can say something else than the default.
func switched(command *cobra.Command, flag *pflag.Flag) []string {
	switch plan := command.Flags().Lookup("plan"); {
	case flag.Value.String() == "true":
		return []string{"--" + flag.Name}
	case plan != nil && plan.Changed || flag.DefValue != "false":
		return []string{"--" + flag.Name + "=false"}
	default:
		return nil
	}
}

// targetWords returns the flags that name the target, for a command line that reads the PAT from the environment. They are empty
// for the reference platform, which ends with the run, and where a driver's command line may have a secret.
func targetWords(command *cobra.Command) string {
	var words []string
	secret := false
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Changed || !slices.Contains([]string{"target", "api-server", "app", "pat", "driver"}, flag.Name) {
			return
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			word, shown := shellescape.Quote(value), withoutSecrets(flag.Name, value)
			if flag.Name == "pat" && shown != value {
				word = `"$PAT"`
			}
			secret = secret || flag.Name == "driver" && shown != value
			words = append(words, "--"+flag.Name, word)
		}
	})
	if secret {
		return ""
	}
	return strings.Join(words, " ")
}

// withoutSecrets removes what may be secret from a flag's value: a PAT unless it names a file, a driver's query or
// arguments, and the credentials of a remote write.
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
