package console

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
)

// compareRow is a row of the table of a comparison, in 80 columns.
const compareRow = "%-10s%9s%9s%18s  %-18s %s"

// compareLine is such a row, with its cells.
func compareLine(cells ...any) string {
	return strings.TrimRight(fmt.Sprintf(compareRow, cells...), " ") + "\n"
}

// WriteCompare writes a comparison of load runs as a table, with its outcome, and says how it was computed.
func WriteCompare(w io.Writer, c compare.Comparison) error {
	var text strings.Builder
	fmt.Fprintf(&text, "A  %s\nB  %s\n\n", side(c.A), side(c.B))
	if len(c.Figures) > 0 {
		text.WriteString(compareLine("", "A", "B", "change", "95% interval", ""))
	}
	for _, row := range c.Figures {
		interval := "-"
		if row.Low != nil && row.High != nil {
			interval = row.ShowChange(*row.Low) + " to " + row.ShowChange(*row.High)
		}
		verdict := strings.ReplaceAll(string(row.Verdict), "-", " ")
		if !row.Decides {
			verdict = "(" + verdict + ")"
		}
		text.WriteString(compareLine(row.Name, row.ShowA(), row.ShowB(), row.ShowDifference(), interval, verdict))
	}
	text.WriteString("\n" + comparisonOutcome(c))
	for _, note := range c.Notes {
		fmt.Fprintf(&text, "NOTE     %s\n", shown(note.String()))
	}
	if len(c.Figures) > 0 {
		for _, paragraph := range howCompared(c) {
			text.WriteString("\n" + strings.Join(terminal.Wrap(paragraph, compareWidth), "\n") + "\n")
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// PairSummary writes the comparison of two runs that were made together, the outcome of each of them, and the files.
func (c *Benchmark) PairSummary(comparison compare.Comparison, sides [2]benchmark.Report, files []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.print
	p.CloseLine()
	var text strings.Builder
	write := WriteCompare
	if c.options.Quiet {
		write = WriteCompareOutcome
	} else {
		p.Line("")
	}
	_ = write(&text, comparison) // to memory
	for line := range strings.Lines(text.String()) {
		p.Line(strings.TrimSuffix(line, "\n"))
	}
	for i, side := range sides {
		if side.Outcome == benchmark.Passed && c.options.Quiet {
			continue
		}
		says := strings.ToUpper(strings.ReplaceAll(string(side.Outcome), "-", " "))
		for _, reason := range side.Reasons[:min(len(side.Reasons), shownReasons)] {
			says += "; " + reason.String()
		}
		p.Field(0, "side "+"AB"[i:i+1], column, shown(says))
	}
	if len(files) > 0 && !c.options.Quiet {
		p.Field(0, "wrote", column, shown(strings.Join(files, " ")))
	}
	return p.Err()
}

// compareWidth is the width of the explanations, in columns.
const compareWidth = 104

// WriteCompareOutcome writes the outcome of a comparison with its reasons.
func WriteCompareOutcome(w io.Writer, c compare.Comparison) error {
	_, err := io.WriteString(w, comparisonOutcome(c))
	return err
}

func comparisonOutcome(c compare.Comparison) string {
	text := fmt.Sprintf("%-9s%s\n", "OUTCOME", strings.ToUpper(strings.ReplaceAll(string(c.Outcome), "-", " ")))
	for _, reason := range c.Reasons {
		text += fmt.Sprintf("%-9s- %s\n", "", shown(reason.String()))
	}
	return text
}

// howCompared says how a comparison was computed, and what it could have seen.
func howCompared(c compare.Comparison) []string {
	how := `A figure of a run is one sample; the interval is Welch's, over the runs, and needs three runs a side. With fewer runs, only ` +
		`errors and "silent" are compared, by their own counts.`
	switch {
	case c.Pairs > 0:
		how = fmt.Sprintf(`The sides are of %d runs of assay load --against, and were compared within each: the interval is Student's, over the differences `+
			`within the runs, and needs three of them. With fewer, only errors and "silent" are compared, by their own counts.`, c.Pairs)
	case c.Interleaved:
		how = `Both sides got the arrivals of one schedule, in pairs and at random: each of them half of the rate. The interval is that of the ` +
			`difference between the two in up to 20 parts of the same time. It compares two deployments: a build that runs on a slower machine is slower.`
	}
	how += fmt.Sprintf(` Worse: the whole interval is beyond %+g%%; for errors and "silent", beyond %+g points. Verdicts in parentheses decide nothing.`,
		100*c.Tolerance, 100*c.ErrorTolerance)
	if c.FalseAlarm == nil {
		return []string{how}
	}
	return []string{how, couldHaveSeen(c)}
}

// couldHaveSeen says how often such a comparison is wrong, and the smallest changes that it sees.
func couldHaveSeen(c compare.Comparison) string {
	text := fmt.Sprintf("Such a comparison finds the same build worse by its times in %s of the cases.", rarely(*c.FalseAlarm))
	var least []string
	for _, row := range c.Figures {
		if shown := row.ShowDetectable(); shown != "" && row.Decides {
			least = append(least, row.Name+" "+shown)
		}
	}
	if len(least) > 0 {
		text += " It sees nine of ten changes that are at least: " + strings.Join(least, ", ") + "."
	}
	return text
}

// rarely is a small share, rounded up.
func rarely(share float64) string {
	const least = 0.001
	if share < least {
		return "less than 0.1%"
	}
	return fmt.Sprintf("at most %.2g%%", 100*share)
}

// side describes one side of a comparison.
func side(s compare.Side) string {
	runs := "runs"
	if s.Runs == 1 {
		runs = "run"
	}
	text := fmt.Sprintf("%d %s, %g seconds, %d exchanges, %d failed", s.Runs, runs, s.Seconds, s.Sent, s.Failed)
	if s.Incorrect > 0 {
		text += fmt.Sprintf(", %d incorrect", s.Incorrect)
	}
	return text
}
