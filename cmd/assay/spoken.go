package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// spoken is the language of errors and warnings, which may be told before the flags are read: that of the last --lang, or of the
// environment where no flag names one that there is.
func spoken(args []string, env func(string) (string, bool)) messages.Printer {
	in := messages.Preferred(func(name string) string { value, _ := env(name); return value })
	for i, arg := range args {
		name, value, whole := strings.Cut(arg, "=")
		switch {
		case arg == "--":
			return messages.For(in)
		case name != "--lang":
			continue
		case !whole && i+1 < len(args):
			value = args[i+1]
		}
		if named, err := messages.Parse(value); err == nil {
			in = named
		}
	}
	return messages.For(in)
}

// said is what an error says in a language: one line for each of those that it joins.
func said(in messages.Printer, err error) string {
	joined, ok := err.(interface{ Unwrap() []error }) // a wrapped one has more words
	if !ok || errors.Join(joined.Unwrap()...).Error() != err.Error() {
		return in.Say(phrase.Of(err))
	}
	var lines []string
	for _, one := range joined.Unwrap() {
		lines = append(lines, said(in, one))
	}
	return strings.Join(lines, "\n")
}

// remark prints a line beside the results. The run goes on where it cannot.
func remark(w io.Writer, in messages.Printer, text phrase.Phrase) {
	_, _ = fmt.Fprintf(w, "assay: %s\n", in.Say(text))
}

// wayOut is what to do about a file that cannot be opened: usual, unless the machine can open no more files.
func wayOut(err error, usual phrase.Key) phrase.Phrase {
	if files.Scarce(err) {
		usual = phrase.FilesScarce
	}
	return phrase.Say(usual)
}

// folded joins names by a phrase that has two.
func folded(by phrase.Key, names []string) phrase.Phrase {
	all := phrase.Plain(names[0])
	for _, name := range names[1:] {
		all = phrase.Say(by, all, name)
	}
	return all
}
