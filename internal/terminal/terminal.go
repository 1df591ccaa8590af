// Package terminal writes progress and results for people: plain lines everywhere, and on a terminal colours and one line
// that is rewritten.
//
// Start with [Printer]; [Columns], [Wrap] and [Cut] measure and break text.
package terminal

import (
	"io"
	"strings"
)

// Options describe the output. The zero value is a file: plain lines of at most 80 columns.
type Options struct {
	// Terminal allows one line to be rewritten during the run.
	Terminal bool
	// Color has an effect on a terminal only. The caller that reads the environment respects NO_COLOR.
	Color bool
	// Width is the number of columns of a line; 0 means 80.
	Width int
	// Quiet limits the output to problems and the outcome.
	Quiet bool
}

// A Style is the terminal code of a text style.
type Style string

// The styles.
const (
	Plain  Style = ""
	Bold   Style = "1"
	Red    Style = "1;31"
	Green  Style = "1;32"
	Yellow Style = "1;33"
)

// A Printer writes lines and remembers the first error. Texts are written as they are: the caller escapes
// text from others, with package visible. A Printer is not safe for concurrent use.
type Printer struct {
	options Options
	w       io.Writer
	open    bool // the terminal shows a line that is to be rewritten
	err     error
}

// NewPrinter returns a printer that writes to w.
func NewPrinter(w io.Writer, options Options) *Printer {
	if options.Width <= 0 {
		options.Width = 80
	}
	options.Color = options.Color && options.Terminal
	return &Printer{options: options, w: w}
}

// Err is the first error of writing.
func (p *Printer) Err() error { return p.err }

// Width is the number of columns of a line.
func (p *Printer) Width() int { return p.options.Width }

func (p *Printer) write(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

// Line writes a line, without the space at its end.
func (p *Printer) Line(text string) { p.write(strings.TrimRight(text, " ") + "\n") }

// Styled returns text in a style, or as it is without colours.
func (p *Printer) Styled(s Style, text string) string {
	if !p.options.Color || s == Plain {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// Field writes a label and, wrapped beside it, a text; nothing when the text is empty. The label begins at column indent,
// the text at column.
func (p *Printer) Field(indent int, label string, column int, text string) {
	if text == "" {
		return
	}
	for i, line := range Wrap(text, p.options.Width-column) {
		if i > 0 {
			label = ""
		}
		p.Line(strings.Repeat(" ", indent) + label + strings.Repeat(" ", max(0, column-indent-Columns(label))) + line)
	}
}

// Rewrite replaces the line being rewritten; it does nothing without a terminal.
func (p *Printer) Rewrite(text string) {
	if !p.options.Terminal || p.options.Quiet {
		return
	}
	p.write("\r" + Cut(text, p.options.Width-1) + "\x1b[K")
	p.open = true
}

// CloseLine removes the line being rewritten.
func (p *Printer) CloseLine() {
	if p.open {
		p.write("\r\x1b[K")
		p.open = false
	}
}
