package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// summaryItems is the length of the lists of a summary, which is one comment among others.
const summaryItems = 20

// A summary is the Markdown of one run: a comment on a change, or the summary of a job.
type summary struct {
	in   messages.Printer
	more string // the key of the text that counts the items that a list leaves out
	text strings.Builder
}

// line adds a line, formatted as by [fmt.Sprintf].
func (s *summary) line(format string, args ...any) { fmt.Fprintf(&s.text, format+"\n", args...) }

// beginning returns the first items of a list, and a text that counts the others; empty if there are no others.
func beginning[T any](s *summary, all []T) (shown []T, more string) {
	if len(all) <= summaryItems {
		return all, ""
	}
	return all[:summaryItems], s.in.Text(s.more, len(all)-summaryItems)
}

// list adds phrases of the run, each after prefix.
func (s *summary) list(prefix string, phrases []phrase.Phrase) {
	shown, more := beginning(s, phrases)
	for _, said := range shown {
		s.line("- %s%s", prefix, code(s.in.Say(said)))
	}
	if more != "" {
		s.line("- %s", more)
	}
}

// head adds the heading of a table, whose last columns, as many as numbers, are aligned to the right.
func (s *summary) head(numbers int, columns ...string) {
	rule := make([]string, len(columns))
	for i := range rule {
		rule[i] = "---"
		if i >= len(columns)-numbers {
			rule[i] = "---:"
		}
	}
	s.line("%s\n%s", tableRow(columns...), tableRow(rule...))
}

// table adds a title, and below it the heading of a table.
func (s *summary) table(title string, numbers int, columns ...string) {
	s.line("\n### %s\n", title)
	s.head(numbers, columns...)
}

// origin adds the command that repeats the run, unless it is empty, and the requirement set with its digest.
func (s *summary) origin(title, command, set, digest string) {
	if command != "" {
		s.line("\n%s\n\n%s", s.in.Text(title), commandBlock(command))
	}
	s.line("\n%s %s %s", s.in.Text("environment.set"), code(set), code(digest))
}

// write writes the summary to w.
func (s *summary) write(w io.Writer) error {
	if _, err := io.WriteString(w, s.text.String()); err != nil {
		return fmt.Errorf("summary: %w", err)
	}
	return nil
}
