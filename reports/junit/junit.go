// Package junit writes what was judged as a JUnit file, in the elements that its many readers agree on.
//
// Start with [Write]. Names, values and messages may be of any origin: they are made visible and cut. So are the lines of
// a [Text].
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/visible"
)

// lineLimit is how much is shown of a text on one line, in characters.
const lineLimit = 600

// A Suite is a test suite.
type Suite struct {
	Name       string
	Started    time.Time // the zero value is not written
	Seconds    float64
	Properties []Property
	Cases      []Case
}

// A Case is a test case. It passed where it has no remark; Out is then what there is to say all the same.
type Case struct {
	Class, Name             string
	Seconds                 float64
	Properties              []Property
	Failure, Error, Skipped *Remark
	Out                     string
}

// A Property is of a suite or a case.
type Property struct{ Name, Value string }

// A Remark says what is wrong: in one line, which most readers show, and in full.
type Remark struct{ Message, Type, Text string }

// A Text is everything that there is to say, a line for each thing.
type Text struct{ lines strings.Builder }

// Line adds a line, and for no value none.
func (t *Text) Line(label, value string) { t.Cut(label, value, lineLimit) }

// Cut is Line with a limit of its own, in characters.
func (t *Text) Cut(label, value string, limit int) {
	if value != "" {
		fmt.Fprintf(&t.lines, "%s: %s\n", label, visible.Line(value, limit))
	}
}

// String is the text.
func (t *Text) String() string { return t.lines.String() }

// Write writes suites as one file, which took so many seconds.
func Write(w io.Writer, seconds float64, suites []Suite) error {
	all := allSuites{Name: "unified login", Time: written(seconds)}
	for _, suite := range suites {
		element := elementOf(suite)
		all.Suites = append(all.Suites, element)
		all.Tests += element.Tests
		all.Failures += element.Failures
		all.Errors += element.Errors
		all.Skipped += element.Skipped
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("junit: %w", err)
	}
	return nil
}
