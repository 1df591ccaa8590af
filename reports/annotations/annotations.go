// Package annotations writes results as GitHub workflow commands, which annotate a change.
//
// [WriteConformance] and [WriteBenchmark] annotate with a run; both use [Writer], which accepts texts of any origin.
package annotations

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/internal/visible"
)

const (
	limit     = 10  // annotations of one kind: GitHub shows no more for one step
	textLimit = 600 // characters of a line
)

// A Kind is the severity that GitHub shows.
type Kind string

// The kinds.
const (
	Error   Kind = "error"
	Warning Kind = "warning"
)

// A Writer writes annotations, of each kind as many as GitHub shows. Use [NewWriter].
type Writer struct {
	w       io.Writer
	written map[Kind]int
	err     error
}

// NewWriter returns a writer to the log of a workflow's job.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w, written: map[Kind]int{}} }

// Add writes one annotation; lines are its text. An error of writing is kept for [Writer.Err].
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

// Err returns the first error of writing.
func (a *Writer) Err() error {
	if a.err != nil {
		return fmt.Errorf("annotations: %w", a.err)
	}
	return nil
}

// data escapes the text of a workflow command.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes a property of a workflow command.
func property(s string) string { return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s)) }
