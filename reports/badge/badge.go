// Package badge writes the outcome of a conformance run as an SVG badge for a README.
package badge

import (
	_ "embed" // the badge's template
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
)

//go:embed badge.svg.tmpl
var source string

// The template is compiled in: one that does not parse fails every test.
var parsed = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("badge").Parse(source))
})

// label is the left part of the badge.
const label = "unified login"

// Widths in pixels, of 11 pixel letters.
const (
	letterWidth = 6.3
	wideWidth   = 11 // of a Chinese letter
	margin      = 10 // on each side of a text
)

// A view is what the template shows: two parts and their widths.
type view struct {
	Label, Outcome, Color string
	Left, Right           int
}

func (v view) Width() int         { return v.Left + v.Right }
func (v view) RightEdge() int     { return v.Right - 3 } // 3 is the radius of the corners
func (v view) LabelLength() int   { return v.Left - 2*margin }
func (v view) OutcomeLength() int { return v.Right - 2*margin }
func (v view) OutcomeX() int      { return v.Left + margin }

// WriteConformance writes the outcome as an SVG that loads nothing.
func WriteConformance(w io.Writer, in messages.Printer, report conformance.Report) error {
	v := view{
		Label: label, Outcome: in.Text("outcome." + string(report.Outcome)),
		Color: map[assay.Verdict]string{assay.Pass: "#14734a", assay.Fail: "#bd2318", assay.Waived: "#0b6673",
			assay.Untested: "#59616d", assay.Error: "#86379b"}[report.Outcome.Sign()],
	}
	v.Left, v.Right = pixels(v.Label), pixels(v.Outcome)
	if err := parsed().Execute(w, v); err != nil {
		return fmt.Errorf("badge: %w", err)
	}
	return nil
}

// pixels estimates the width of a text with its margins; the SVG then stretches the text to that width.
func pixels(text string) int {
	width := 2.0 * margin
	for _, c := range text {
		width += letterWidth
		if terminal.Columns(string(c)) == 2 {
			width += wideWidth - letterWidth
		}
	}
	return int(width)
}
