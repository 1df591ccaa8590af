// Package document reads YAML files that people write, and reports everything that is wrong with one at once, each
// problem with its line and column.
//
// Start with [Read] or [Parse]. A [Document] is a tree of [Node] values that know their place; [Document.Set] overrides
// a member from a [Flag], [Document.Expand] fills in ${NAME}, [Document.Validate] checks it against a JSON Schema,
// and [Document.Err] returns the problems. The package knows no member but schema, the version of the file.
//
// No message quotes a hidden member (see [Document.Hide]), the value of a variable, or the YAML parser's own text, which
// contains an excerpt of the file.
package document

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/internal/words"
)

const (
	maxBytes    = 1 << 20 // of a file
	maxProblems = 10      // reported at once
)

// A Document is a YAML file, or what flags give in its place, and the problems found in it so far.
type Document struct {
	name     string // the file as the user named it; empty without a file
	label    string // what messages call the document as a whole
	root     *Node  // a mapping
	hidden   []string
	problems []problem
}

// A place is where a value was written: a line and a column, both from 1, or the flag that gave it.
type place struct {
	line, column int
	flag         Flag
}

type problem struct {
	place place
	text  string
}

// New returns an empty document without a file, which messages call label.
func New(label string) *Document {
	return &Document{label: label, root: &Node{shape: mapping}}
}

// Read reads and parses the file at path, of at most 1 MiB. The error has one line for each problem.
func Read(path string) (*Document, error) {
	text, err := files.Read(path, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; %s", path, err, files.WayOut(err, "check the path"))
	}
	return Parse(path, text)
}

// Parse parses text as [Read] does; messages call it name. Its root is a mapping.
func Parse(name string, text []byte) (*Document, error) {
	d := &Document{name: name, label: name}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if len(text) > maxBytes {
		d.report(place{line: 1, column: 1}, "the file is larger than 1 MiB; name the right one")
	} else if at, found := unprintable(text); found {
		d.report(at, "the file is not UTF-8 text; save it as UTF-8, without control characters")
	} else {
		d.parse(string(text))
	}
	return d, d.Err()
}

// unprintable finds the first byte that does not belong in a text file.
func unprintable(text []byte) (place, bool) {
	at := place{line: 1, column: 1}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\n':
			at = place{line: at.line + 1}
		case r == utf8.RuneError && size == 1, r < ' ' && r != '\t', r == 0x7f:
			return at, true
		}
		at.column++
		text = text[size:]
	}
	return place{}, false
}

// IsFile reports whether the document was read from a file.
func (d *Document) IsFile() bool { return d.name != "" }

// Find returns the value at a path of member names and list indexes, joined by dots; nil when it is absent.
func (d *Document) Find(path string) *Node { return d.root.find(path) }

// Set puts value at a path, in place of what was there. The mapping around it is added if it is missing.
func (d *Document) Set(path string, value *Node) {
	parent := d.root
	if at := strings.LastIndexByte(path, '.'); at >= 0 {
		outer := path[:at]
		if parent = d.Find(outer); parent == nil || parent.isNull() {
			parent = &Node{shape: mapping, place: value.place}
			d.Set(outer, parent)
		}
		path = path[at+1:]
	}
	parent.set(path, value)
}

// Hide names members of the root that may hold secrets: messages do not quote what is in them.
func (d *Document) Hide(members ...string) { d.hidden = append(d.hidden, members...) }

// Version checks that the member schema is known, the only version that the caller reads.
func (d *Document) Version(known string) error {
	schema := d.Find("schema")
	if schema.Text() == known {
		return nil
	}
	if schema == nil {
		d.report(d.root.place, "schema is missing; add the line schema: %s", known)
	} else {
		d.Reject(schema, "is not supported; write schema: %s", known)
	}
	return d.Err()
}

// Place says where n was written, as messages do: FILE:LINE:COLUMN, or the flag that gave it.
func (d *Document) Place(n *Node) string { return d.at(n.place) }

// Report records a problem with n, once: of several problems with one value the first is reported.
func (d *Document) Report(n *Node, format string, args ...any) {
	if n.reported {
		return
	}
	n.reported = true
	d.report(n.place, format, args...)
}

// Reject is [Document.Report] with the path of n and its quotation before the text.
func (d *Document) Reject(n *Node, format string, args ...any) {
	d.Report(n, "%s%s %s", n.Path(), d.Quote(n), fmt.Sprintf(format, args...))
}

func (d *Document) report(at place, format string, args ...any) {
	d.problems = append(d.problems, problem{place: at, text: fmt.Sprintf(format, args...)})
}

// Quote returns a scalar as it was written, after a space; "" where it may be or contain a secret.
func (d *Document) Quote(n *Node) string {
	if n.shape != scalar || n.raw == "" || d.isHidden(n.path) || strings.ContainsAny(n.raw, "@?") {
		return ""
	}
	return fmt.Sprintf(" %q", words.Brief(n.raw))
}

func (d *Document) isHidden(path string) bool {
	if end := strings.IndexAny(path, ".["); end >= 0 {
		path = path[:end]
	}
	return slices.Contains(d.hidden, path)
}

// Err joins the problems in the order of their places, one a line, ten at most; nil without problems.
func (d *Document) Err() error {
	if len(d.problems) == 0 {
		return nil
	}
	slices.SortFunc(d.problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.place.line, b.place.line), cmp.Compare(a.place.column, b.place.column),
			cmp.Compare(a.place.flag, b.place.flag), cmp.Compare(a.text, b.text))
	})
	var lines []error
	for i, problem := range d.problems {
		if i == maxProblems {
			lines = append(lines, fmt.Errorf("%s: and %d more", d.label, len(d.problems)-maxProblems))
			break
		}
		lines = append(lines, fmt.Errorf("%s: %s", d.at(problem.place), problem.text))
	}
	return errors.Join(lines...)
}

func (d *Document) at(at place) string {
	switch {
	case at.flag != "":
		return string(at.flag)
	case d.name == "":
		return d.label
	default:
		return fmt.Sprintf("%s:%d:%d", d.name, at.line, at.column)
	}
}
