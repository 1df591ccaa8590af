// Package junit writes results as a JUnit file, with the elements that most readers support. It is in English.
//
// [Conformance] and [Benchmark] convert reports to test suites, and [Write] writes suites. Names, values, messages and the lines
// of a [Text] may be of any origin: control characters are escaped, and long texts are cut.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/visible"
)

// lineLimit is the length of a shown text, in characters.
const lineLimit = 600

// A Suite is a test suite.
type Suite struct {
	Name       string
	Started    time.Time // the zero value is not written
	Seconds    float64
	Properties []Property
	Cases      []Case
}

// A Case is a test case. It passed if it has no Remark; Out is the output of a passed case.
type Case struct {
	Class, Name             string
	Seconds                 float64
	Properties              []Property
	Failure, Error, Skipped *Remark
	Out                     string
}

// A Property belongs to a suite or a case.
type Property struct{ Name, Value string }

// A Remark says what is wrong: Message in one line, which most readers show, and Text with all details.
type Remark struct{ Message, Type, Text string }

// A Text collects details, one a line. The zero value is empty.
type Text struct{ lines strings.Builder }

// Line adds a line, unless value is empty.
func (t *Text) Line(label, value string) { t.Cut(label, value, lineLimit) }

// Cut is Line with another limit, in characters.
func (t *Text) Cut(label, value string, limit int) {
	if value != "" {
		fmt.Fprintf(&t.lines, "%s: %s\n", label, visible.Line(value, limit))
	}
}

// Block adds a text of several lines below its label, cut to limit; nothing if it is empty.
func (t *Text) Block(label, value string, limit int) {
	text, more := visible.Cut(strings.TrimSuffix(value, "\n"), limit, "\n")
	switch {
	case text == "":
	case !strings.Contains(text, "\n"):
		t.Cut(label, text, limit)
	default:
		fmt.Fprintf(&t.lines, "%s:\n%s\n", label, text)
		if more > 0 {
			fmt.Fprintf(&t.lines, "… %d more bytes\n", more)
		}
	}
}

// String returns the lines.
func (t *Text) String() string { return t.lines.String() }

// Write writes suites as one file. seconds is the time of all of them.
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
