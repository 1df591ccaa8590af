package conformance

import (
	_ "embed" // the badge's template is part of the package
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/messages"
)

//go:embed badge.svg.tmpl
var badgeSource string

// The template is compiled in, so one that does not parse is a broken build.
var badge = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("badge").Parse(badgeSource))
})

// badgeLabel is what the badge is about.
const badgeLabel = "unified login"

// Measures of a badge, in pixels: of a letter, of a letter of Chinese, and around a text.
const (
	letterWidth = 6.3
	wideWidth   = 11
	badgeMargin = 10
)

// A badgeView is what the template shows: two halves and how wide they are.
type badgeView struct {
	Label, Outcome, Color string
	Left, Right           int
}

func (v badgeView) Width() int         { return v.Left + v.Right }
func (v badgeView) RightEdge() int     { return v.Right - 3 } // 3 is the radius of the corners
func (v badgeView) LabelLength() int   { return v.Left - 2*badgeMargin }
func (v badgeView) OutcomeLength() int { return v.Right - 2*badgeMargin }
func (v badgeView) OutcomeX() int      { return v.Left + badgeMargin }

// WriteBadge writes the outcome as a badge for a README: an SVG that loads nothing.
func WriteBadge(w io.Writer, in messages.Printer, report Report) error {
	view := badgeView{
		Label: badgeLabel, Outcome: in.Text("outcome." + string(report.Outcome)),
		Color: map[assay.Verdict]string{assay.Pass: "#14734a", assay.Fail: "#bd2318", assay.Waived: "#0b6673",
			assay.Untested: "#59616d", assay.Error: "#86379b"}[report.Outcome.Sign()],
	}
	view.Left, view.Right = pixels(view.Label), pixels(view.Outcome)
	if err := badge().Execute(w, view); err != nil {
		return fmt.Errorf("badge: %w", err)
	}
	return nil
}

// pixels is about how wide a text is in 11 pixel letters, with its margins; the text is then set to that width.
func pixels(text string) int {
	width := 2.0 * badgeMargin
	for _, c := range text {
		width += letterWidth
		if terminal.Columns(string(c)) == 2 {
			width += wideWidth - letterWidth
		}
	}
	return int(width)
}
