package console

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
)

// WriteCompare writes a comparison of load runs as a table, and says how it was computed.
func WriteCompare(w io.Writer, c compare.Comparison) error {
	var text strings.Builder
	fmt.Fprintf(&text, "A  %s\nB  %s\n\n", side(c.A), side(c.B))
	fmt.Fprintf(&text, "%-12s %10s %10s %9s   %-20s %8s   %s\n", "", "A", "B", "change", "95% interval", "p", "")
	for _, row := range c.Rows {
		show := benchmark.Duration
		if row.Name == "throughput" {
			show = benchmark.Rate
		}
		fmt.Fprintf(&text, "%-12s %10s %10s %+8.1f%%   %-20s %8.2g   %s\n", row.Name, show(row.A), show(row.B), 100*row.Change,
			fmt.Sprintf("%+.1f%% to %+.1f%%", 100*row.Low, 100*row.High), row.P, row.Verdict)
	}
	text.WriteString("\n")
	for _, remark := range c.Remarks {
		fmt.Fprintf(&text, "NOTE  %s\n", remark)
	}
	fmt.Fprintf(&text, `A and B are medians over seconds. The interval is from a bootstrap over blocks of %d
seconds, p from a Mann-Whitney test. A whole interval beyond %g%% is worse.
`, c.Block, 100*c.Tolerance)
	_, err := io.WriteString(w, text.String())
	return err
}

// side describes one side of a comparison.
func side(s compare.Side) string {
	runs := "runs"
	if s.Runs == 1 {
		runs = "run"
	}
	return fmt.Sprintf("%d %s, %d seconds", s.Runs, runs, s.Seconds)
}
