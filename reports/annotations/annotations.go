// Package annotations writes the commands by which a job of a GitHub workflow annotates a change.
//
// Start with [Writer]. Titles and texts may be of any origin.
package annotations

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/internal/visible"
)

// limit is how many annotations of a kind GitHub shows of one step, textLimit what is shown of a line, in characters.
const (
	limit     = 10
	textLimit = 600
)

// A Kind is what GitHub makes of an annotation.
type Kind string

// The kinds.
const (
	Error   Kind = "error"
	Warning Kind = "warning"
)

// A Writer writes annotations, as many of a kind as are shown.
type Writer struct {
	w       io.Writer
	written map[Kind]int
	err     error
}

// NewWriter returns a writer to a job's log.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w, written: map[Kind]int{}} }

// Add annotates the change. The text is of lines.
func (a *Writer) Add(kind Kind, title string, lines ...string) {
	if a.written[kind]++; a.err != nil || a.written[kind] > limit {
		return
	}
	shown := make([]string, len(lines))
	for i, line := range lines {
		shown[i] = visible.Line(line, textLimit)
	}
	_, a.err = fmt.Fprintf(a.w, "::%s title=%s::%s\n", kind, property(visible.Line(title, textLimit)), data(strings.Join(shown, "\n")))
}

// Err is the first error that the writer met.
func (a *Writer) Err() error {
	if a.err != nil {
		return fmt.Errorf("annotations: %w", a.err)
	}
	return nil
}

// data and property escape what a command takes for its own marks.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string { return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s)) }
