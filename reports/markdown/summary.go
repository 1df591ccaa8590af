package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/messages"
)

// A Summary collects the lines of a document. The zero value is empty.
type Summary struct{ text strings.Builder }

// Line adds a line, formatted as by [fmt.Sprintf].
func (s *Summary) Line(format string, args ...any) { fmt.Fprintf(&s.text, format+"\n", args...) }

// Origin adds the command that repeats the run, unless it is empty, and the requirement set with its digest.
func (s *Summary) Origin(in messages.Printer, command, set, digest string) {
	if command != "" {
		s.Line("\n%s\n\n%s", in.Text("environment.again"), Command(command))
	}
	s.Line("\n%s %s %s", in.Text("environment.set"), Code(set), Code(digest))
}

// Write writes the summary to w.
func (s *Summary) Write(w io.Writer) error {
	if _, err := io.WriteString(w, s.text.String()); err != nil {
		return fmt.Errorf("summary: %w", err)
	}
	return nil
}
