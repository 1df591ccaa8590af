// Package terminal writes what people read while a run goes and when it is over: plain lines everywhere, and on a terminal
// colours and one line that is rewritten.
//
// Start with [Printer]; layout.go knows how wide a text is.
package terminal

import (
	"fmt"
	"io"
	"strings"
)

// Options say what is written to. The zero value is a file: plain lines of at most 80 columns.
type Options struct {
	// Terminal allows one line to be rewritten as the run goes.
	Terminal bool
	// Color is heeded on a terminal only. Whoever reads the environment takes NO_COLOR for a no.
	Color bool
	// Width is the columns of a line; 0 means 80.
	Width int
	// Quiet leaves nothing but what went wrong and the outcome.
	Quiet bool
}

// A Style is how a terminal is told to show a text.
type Style string

// The styles.
const (
	Plain  Style = ""
	Bold   Style = "1"
	Red    Style = "1;31"
	Green  Style = "1;32"
	Yellow Style = "1;33"
)

// A Printer writes lines and remembers the first error. Texts are written as they are: what others had a hand in is for
// the caller to make visible. It is not safe for concurrent use.
type Printer struct {
	options Options
	w       io.Writer
	open    bool // the terminal's line is to be rewritten
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

// Width is the columns of a line.
func (p *Printer) Width() int { return p.options.Width }

func (p *Printer) write(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

// Line writes a line, without the space at its end.
func (p *Printer) Line(text string) { p.write(strings.TrimRight(text, " ") + "\n") }

// Styled is text in a style, where there are colours.
func (p *Printer) Styled(s Style, text string) string {
	if !p.options.Color || s == Plain {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// Field writes a label and, wrapped beside it, a text; nothing when the text is empty. Indent is where the label begins,
// column where the text does.
func (p *Printer) Field(indent int, label string, column int, text string) {
	if text == "" {
		return
	}
	for i, line := range Wrap(text, p.options.Width-column) {
		if i > 0 {
			label = ""
		}
		p.Line(fmt.Sprintf("%*s%-*s%s", indent, "", column-indent, label, line))
	}
}

// Rewrite replaces the terminal's line; it does nothing where there is none.
func (p *Printer) Rewrite(text string) {
	if !p.options.Terminal || p.options.Quiet {
		return
	}
	p.write("\r" + Cut(text, p.options.Width-1) + "\x1b[K")
	p.open = true
}

// CloseLine takes the terminal's line away.
func (p *Printer) CloseLine() {
	if p.open {
		p.write("\r\x1b[K")
		p.open = false
	}
}
