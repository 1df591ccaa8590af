package conformance

import (
	"fmt"
	"io"
	"strings"

	"assay"
)

// A style is how a terminal is told to show a text.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	green  style = "1;32"
	yellow style = "1;33"
)

func styleOf(verdict assay.Verdict) style {
	switch verdict {
	case assay.Fail, assay.Error:
		return red
	case assay.Pass:
		return green
	case assay.Warn, assay.Waived, assay.Untested:
		return yellow
	default:
		return plain
	}
}

func (o Outcome) style() style {
	switch o {
	case Conformant:
		return green
	case ConformantWithWaivers, Incomplete:
		return yellow
	default:
		return red
	}
}

// A printer writes lines and remembers the first error.
type printer struct {
	w     io.Writer
	color bool
	width int
	err   error
}

func (p *printer) write(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

func (p *printer) line(text string) { p.write(strings.TrimRight(text, " ") + "\n") }

func (p *printer) styled(s style, text string) string {
	if !p.color || s == plain {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// field writes a label and, wrapped beside it, a text; nothing when the text is empty. Indent is where the label
// begins, column where the text does.
func (p *printer) field(indent int, label string, column int, text string) {
	if text == "" {
		return
	}
	for i, line := range wrap(text, p.width-column) {
		if i > 0 {
			label = ""
		}
		p.line(fmt.Sprintf("%*s%-*s%s", indent, "", column-indent, label, line))
	}
}
