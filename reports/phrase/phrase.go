// Package phrase has the sentences that reports say of themselves: a key with arguments, which has an English text here and
// can be said in any other language.
//
// Start with [Say], which makes a [Phrase], and with the keys in conformance.go, needs.go, specs.go, runs.go and load.go.
// The words of a driver or a target are [Plain]. [Phrase.In] says a phrase in another language; [Keyed] is its form in a
// JSON file. A new sentence is a constant and its English text here, and its Chinese text in messages/zh.phrases.yaml.
package phrase

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/unified-login/assay/internal/told"
)

// A Key names a sentence of the product. Keys are part of the JSON files and never change their meaning.
type Key string

// A Phrase is a sentence: a key with its arguments, or words without a key. It is a value: equal phrases are ==. The zero
// value says nothing.
type Phrase struct {
	key Key
	// said is the JSON array of the arguments; without a key, it is the text itself.
	said string
}

// Say makes the phrase of a key. Arguments are strings, whole numbers, phrases, lists of strings or phrases, errors by what
// they are [Of], and anything else by its text. A phrase whose arguments are not those of its key's text says its key: it is a mistake of
// the caller, which a test of this package looks for.
func Say(key Key, args ...any) Phrase {
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = value(arg)
	}
	return Phrase{key, encoded(values)}
}

// Plain is a phrase without a key: a text that is the same in every language.
func Plain(text string) Phrase { return Phrase{said: text} }

// Join makes one phrase of several, in their order and without those that say nothing.
func Join(phrases ...Phrase) Phrase {
	var parts []any
	for _, p := range phrases {
		switch {
		case p.IsZero():
		case p.key == Joined:
			parts = append(parts, p.args()...)
		default:
			parts = append(parts, p)
		}
	}
	switch len(parts) {
	case 0:
		return Phrase{}
	case 1:
		return asPhrase(parts[0])
	default:
		return Say(Joined, parts...)
	}
}

// Key is the phrase's; empty for a text without one.
func (p Phrase) Key() Key { return p.key }

// IsZero reports whether the phrase says nothing.
func (p Phrase) IsZero() bool { return p == Phrase{} }

// Equal reports whether two phrases are the same key with the same arguments, or the same words.
func (p Phrase) Equal(other Phrase) bool { return p == other }

// String is the phrase in English.
func (p Phrase) String() string { return p.In(nil) }

// Map is the phrase with every text in it replaced: those of its arguments, or the words themselves.
func (p Phrase) Map(replace func(string) string) Phrase {
	if p.key == "" {
		return Plain(replace(p.said))
	}
	args := p.args()
	for i, arg := range args {
		args[i] = mapped(arg, replace)
	}
	return Phrase{p.key, encoded(args)}
}

func mapped(arg any, replace func(string) string) any {
	switch arg := arg.(type) {
	case string:
		return replace(arg)
	case Phrase:
		return arg.Map(replace)
	case []any:
		for i := range arg {
			arg[i] = mapped(arg[i], replace)
		}
	}
	return arg
}

// value is an argument as the file has it: a string, an int64, a Phrase with a key, or a list of those.
func value(arg any) any {
	switch arg := arg.(type) {
	case int:
		return int64(arg)
	case Phrase:
		if arg.key == "" {
			return arg.said
		}
		return arg
	case []string:
		return list(arg)
	case []Phrase:
		return list(arg)
	case error:
		return value(Of(arg))
	case string, int64, []any:
		return arg
	default:
		return fmt.Sprint(arg)
	}
}

func list[T any](all []T) []any {
	values := make([]any, len(all))
	for i, one := range all {
		values[i] = value(one)
	}
	return values
}

func asPhrase(arg any) Phrase {
	if p, ok := arg.(Phrase); ok {
		return p
	}
	return Plain(fmt.Sprint(arg))
}

// encoded is the canonical JSON of arguments.
func encoded(args []any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(inFile(args)); err != nil {
		panic(err) // value leaves nothing that JSON cannot have
	}
	return strings.TrimSpace(text.String())
}

// inFile is an argument as encoding/json writes it.
func inFile(arg any) any {
	switch arg := arg.(type) {
	case Phrase:
		return arg.Keyed()
	case []any:
		all := make([]any, len(arg))
		for i := range arg {
			all[i] = inFile(arg[i])
		}
		return all
	default:
		return arg
	}
}

// args are the phrase's arguments.
func (p Phrase) args() []any {
	all, _ := decoded(json.RawMessage(p.said), 0)
	args, _ := all.([]any)
	return args
}

// An Error is an error that a report can tell of in any language.
type Error struct {
	Phrase Phrase
	Cause  error // nil for none
}

// Failed is an error that says a phrase. The first error among args is its cause.
func Failed(key Key, args ...any) error {
	failed := &Error{Phrase: Say(key, args...)}
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			failed.Cause = err
			break
		}
	}
	return failed
}

// Error implements error.
func (e *Error) Error() string { return e.Phrase.String() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Of is what an error says: a phrase where it was made by [Failed], or is one of package told or a known one of the system, else
// its own words.
func Of(err error) Phrase {
	if number, ok := err.(syscall.Errno); ok { //nolint:errorlint // a wrapped one has more words
		return ofSystem(number)
	}
	if below, ok := err.(*told.Error); ok { //nolint:errorlint // likewise
		return Say(Key(below.Key), below.Args...)
	}
	if failed, ok := errors.AsType[*Error](err); ok && failed.Error() == err.Error() {
		return failed.Phrase
	}
	return Plain(err.Error())
}

// Strings is phrases in English.
func Strings(phrases []Phrase) []string {
	all := make([]string, len(phrases))
	for i, p := range phrases {
		all[i] = p.String()
	}
	return all
}
