package console

import (
	"fmt"
	"io"
	"strings"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/messages"
)

// compareLine is a row of the table of a comparison, in 80 columns.
func compareLine(name, a, b, change, interval, verdict string) string {
	row := pad(name, 10) + padLeft(a, 9) + padLeft(b, 9) + padLeft(change, 18) + "  " + pad(interval, 18) + " " + verdict
	return strings.TrimRight(row, " ") + "\n"
}

// WriteCompare writes a comparison of load runs as a table, with its outcome, and says how it was computed, in English.
func WriteCompare(w io.Writer, c compare.Comparison) error {
	return WriteCompareIn(w, messages.For(messages.English), c)
}

// WriteCompareIn is [WriteCompare] in a language.
func WriteCompareIn(w io.Writer, in messages.Printer, c compare.Comparison) error {
	p := benchmarkPrinter{in: in}
	var text strings.Builder
	fmt.Fprintf(&text, "A  %s\nB  %s\n\n", p.side(c.A), p.side(c.B))
	if len(c.Figures) > 0 {
		text.WriteString(compareLine("", "A", "B", p.say("console.change"), p.say("console.interval"), ""))
	}
	for _, row := range c.Figures {
		interval := "-"
		if row.Low != nil && row.High != nil {
			interval = p.say("console.from-to", row.ShowChange(*row.Low), row.ShowChange(*row.High))
		}
		verdict := p.difference(row.Verdict)
		if !row.Decides {
			verdict = "(" + verdict + ")"
		}
		text.WriteString(compareLine(p.figure(row.Name), row.ShowA(), row.ShowB(), row.ShowDifference(), interval, verdict))
	}
	text.WriteString("\n" + p.comparisonOutcome(c))
	for _, note := range c.Notes {
		fmt.Fprintf(&text, "%s%s\n", pad(p.say("console.remark"), 9), shown(p.in.Say(note)))
	}
	if len(c.Figures) > 0 {
		for _, paragraph := range p.howCompared(c) {
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
	if c.options.Quiet {
		text.WriteString(p.comparisonOutcome(comparison))
	} else {
		p.Line("")
		_ = WriteCompareIn(&text, p.in, comparison) // to memory
	}
	for line := range strings.Lines(text.String()) {
		p.Line(strings.TrimSuffix(line, "\n"))
	}
	for i, side := range sides {
		if side.Outcome == benchmark.Passed && c.options.Quiet {
			continue
		}
		says := p.named(side.Outcome)
		for _, reason := range side.Reasons[:min(len(side.Reasons), shownReasons)] {
			says += p.say("console.also", p.in.Say(reason))
		}
		p.Field(0, p.say("console.side", "AB"[i:i+1]), column, shown(says))
	}
	if len(files) > 0 && !c.options.Quiet {
		p.Field(0, p.say("console.wrote"), column, shown(strings.Join(files, " ")))
	}
	return p.Err()
}

// compareWidth is the width of the explanations, in columns.
const compareWidth = 104

// WriteCompareOutcome writes the outcome of a comparison with its reasons.
func WriteCompareOutcome(w io.Writer, c compare.Comparison) error {
	_, err := io.WriteString(w, benchmarkPrinter{in: messages.For(messages.English)}.comparisonOutcome(c))
	return err
}

func (p benchmarkPrinter) comparisonOutcome(c compare.Comparison) string {
	outcome := p.in.Text("compared." + string(c.Outcome))
	if p.in.Language() == messages.English {
		outcome = strings.ToUpper(strings.ReplaceAll(string(c.Outcome), "-", " "))
	}
	text := pad(p.say("console.outcome"), 9) + outcome + "\n"
	for _, reason := range c.Reasons {
		text += fmt.Sprintf("%-9s- %s\n", "", shown(p.in.Say(reason)))
	}
	return text
}

// howCompared says how a comparison was computed, and what it could have seen.
func (p benchmarkPrinter) howCompared(c compare.Comparison) []string {
	how := p.say("console.how-apart")
	switch {
	case c.Pairs > 0:
		how = p.say("console.how-pairs", c.Pairs)
	case c.Interleaved:
		how = p.say("console.how-interleaved")
	}
	how += p.say("console.how-worse", fmt.Sprintf("%+g%%", 100*c.Tolerance), fmt.Sprintf("%+g", 100*c.ErrorTolerance))
	if c.FalseAlarm == nil {
		return []string{how}
	}
	return []string{how, p.couldHaveSeen(c)}
}

// couldHaveSeen says how often such a comparison is wrong, and the smallest changes that it sees.
func (p benchmarkPrinter) couldHaveSeen(c compare.Comparison) string {
	text := p.say("console.false-alarm", p.rarely(*c.FalseAlarm))
	var least []string
	for _, row := range c.Figures {
		if shown := row.ShowDetectable(); shown != "" && row.Decides {
			least = append(least, p.figure(row.Name)+" "+shown)
		}
	}
	if len(least) > 0 {
		text += p.say("console.sees", strings.Join(least, p.say("console.comma")))
	}
	return text
}

// rarely is a small share, rounded up.
func (p benchmarkPrinter) rarely(share float64) string {
	const least = 0.001
	if share < least {
		return p.say("console.rarely")
	}
	return p.say("console.at-most-share", fmt.Sprintf("%.2g%%", 100*share))
}

// side describes one side of a comparison.
func (p benchmarkPrinter) side(s compare.Side) string {
	runs := "console.runs"
	if s.Runs == 1 {
		runs = "console.run"
	}
	text := p.say(runs, s.Runs, fmt.Sprintf("%g", s.Seconds), s.Sent, s.Failed)
	if s.Incorrect > 0 {
		text += p.say("console.incorrect", s.Incorrect)
	}
	return text
}

// figure is the name of a figure: in English, that of comparison.json.
func (p benchmarkPrinter) figure(name string) string {
	if p.in.Language() == messages.English {
		return name
	}
	return p.in.Say(compare.Named(name))
}

// difference is a verdict on a figure: in English, that of comparison.json.
func (p benchmarkPrinter) difference(verdict compare.Verdict) string {
	if p.in.Language() == messages.English {
		return strings.ReplaceAll(string(verdict), "-", " ")
	}
	return p.in.Text("difference." + string(verdict))
}
