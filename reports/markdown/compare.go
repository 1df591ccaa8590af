package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/messages"
)

// WriteCompare writes a comparison of load runs as a table of figures, with its outcome, the reasons, and what it could have seen.
func WriteCompare(w io.Writer, in messages.Printer, c compare.Comparison) error {
	var out strings.Builder
	fmt.Fprintf(&out, "## %s\n\n**%s**\n", in.Text("compare.title"), in.Text("compared."+string(c.Outcome)))
	for i, reason := range c.Reasons {
		if i == 0 {
			out.WriteString("\n")
		}
		fmt.Fprintf(&out, "- %s\n", code(in.Say(reason)))
	}
	if len(c.Figures) > 0 {
		fmt.Fprintf(&out, "\n| | A | B | %s | %s | %s | %s |\n| --- | ---: | ---: | ---: | --- | ---: | --- |\n",
			in.Text("compare.change"), in.Text("compare.interval"), in.Text("compare.detectable"), in.Text("compare.verdict"))
	}
	for _, row := range c.Figures {
		interval := ""
		if row.Low != nil && row.High != nil {
			interval = in.Text("compare.from-to", row.ShowChange(*row.Low), row.ShowChange(*row.High))
		}
		verdict := in.Text("difference." + string(row.Verdict))
		if row.Decides {
			verdict = "**" + verdict + "**"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s | %s |\n", in.Say(compare.Named(row.Name)), row.ShowA(), row.ShowB(), row.ShowDifference(), interval,
			row.ShowDetectable(), verdict)
	}
	if c.Interleaved {
		fmt.Fprintf(&out, "\n%s\n", in.Text("compare.interleaved"))
	}
	if c.Pairs > 0 {
		fmt.Fprintf(&out, "\n%s\n", in.Text("compare.pairs", c.Pairs))
	}
	if c.FalseAlarm != nil {
		fmt.Fprintf(&out, "\n%s\n", in.Text("compare.false-alarm", fmt.Sprintf("%.2g%%", max(0.1, 100**c.FalseAlarm))))
	}
	for _, note := range c.Notes {
		fmt.Fprintf(&out, "\n%s\n", code(in.Say(note)))
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("comparison: %w", err)
	}
	return nil
}
