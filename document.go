package assay

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/unified-login/assay/internal/words"
)

const (
	maxDocument = 1 << 20 // bytes of a configuration file
	maxProblems = 10      // reported at once
)

// A document is a YAML file that a person wrote: its values with their places, and everything that is wrong with it,
// gathered so that it is reported at once. What it reports never quotes a hidden member, the value of a variable or
// the parser's own words, which come with an excerpt of the file.
type document struct {
	name     string   // the file as the user named it; empty when there is none
	root     *node    // a mapping
	hidden   []string // members of the root that nothing is ever quoted from
	problems []problem
}

// A place is where a value was written: a line and a column, both from 1, or the flag that gave it.
type place struct {
	line, column int
	flag         string
}

type problem struct {
	place place
	text  string
}

// readDocument reads and parses the file at path.
func readDocument(path string) (*document, error) {
	text, err := readBounded(path, maxDocument)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; check the path", path, err)
	}
	return parseDocument(path, text)
}

// parseDocument parses text, whose name in messages is name. Its root is a mapping.
func parseDocument(name string, text []byte) (*document, error) {
	doc := &document{name: name}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if len(text) > maxDocument {
		doc.report(place{line: 1, column: 1}, "the file is larger than 1 MiB; name the right one")
	} else if at, found := unprintable(text); found {
		doc.report(at, "this is not text in UTF-8; save the file as UTF-8, without control characters")
	} else {
		doc.parse(string(text))
	}
	return doc, doc.err()
}

// unprintable finds the first byte that no text file has.
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

// version checks the schema member against the only version that is read.
func (d *document) version(known string) error {
	schema := d.root.find("schema")
	if schema.text() == known {
		return nil
	}
	if schema == nil {
		d.report(d.root.place, "schema is missing; add the line schema: %s", known)
	} else {
		d.reportNode(schema, "schema%s is not a version that is read here; write schema: %s", d.quote("schema", schema), known)
	}
	return d.err()
}

// report notes what is wrong at a place.
func (d *document) report(at place, format string, args ...any) {
	d.problems = append(d.problems, problem{place: at, text: fmt.Sprintf(format, args...)})
}

// reportNode notes what is wrong with a value, once: the first thing that is wrong with it is the one to mend.
func (d *document) reportNode(n *node, format string, args ...any) {
	if n.wrong {
		return
	}
	n.wrong = true
	d.report(n.place, format, args...)
}

// quote shows a scalar as it was written, with a space before it; nothing where it may be or contain a secret.
func (d *document) quote(path string, n *node) string {
	member, _, _ := strings.Cut(path, ".")
	if n.shape != scalar || n.raw == "" || slices.Contains(d.hidden, member) || strings.ContainsAny(n.raw, "@?") {
		return ""
	}
	return fmt.Sprintf(" %q", words.Brief(n.raw))
}

// err joins the problems in the order of their places, one a line, ten at most; nil when there are none.
func (d *document) err() error {
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
			lines = append(lines, fmt.Errorf("%s: and %d more", d.label(), len(d.problems)-maxProblems))
			break
		}
		lines = append(lines, fmt.Errorf("%s: %s", d.at(problem.place), problem.text))
	}
	return errors.Join(lines...)
}

func (d *document) at(at place) string {
	switch {
	case at.flag != "":
		return at.flag
	case d.name == "":
		return d.label()
	default:
		return fmt.Sprintf("%s:%d:%d", d.name, at.line, at.column)
	}
}

func (d *document) label() string { return cmp.Or(d.name, "target") }

// readBounded reads a file of at most limit bytes. Its errors do not name the file.
func readBounded(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer func() { _ = file.Close() }() // nothing was written
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("larger than %d KiB", limit>>10)
	}
	return text, nil
}

func withoutPath(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}
