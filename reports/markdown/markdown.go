// Package markdown writes results in GitHub's Markdown: summary.md of a run, matrix.md and power.md.
//
// There is one Write function for each kind of result, such as [WriteConformance]. Texts of a target or a driver go through
// [Code]: in a code span nothing is a link, a mention, a tag or an emphasis.
package markdown

import (
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/messages"
)

// Limits of a shown text, in characters.
const (
	textLimit    = 300
	commandLimit = 1 << 14 // a command line must be whole to be copied
)

// Sign is the icon of a verdict; "" for an unknown one.
func Sign(verdict assay.Verdict) string {
	return map[assay.Verdict]string{assay.Pass: "✅", assay.Fail: "❌", assay.Warn: "⚠️", assay.Error: "❗", assay.Waived: "🏳️",
		assay.Untested: "➖", assay.Observed: "🔹"}[verdict]
}

// Verdict is a sign and a word; a dash if verdict is empty.
func Verdict(in messages.Printer, verdict assay.Verdict) string {
	if verdict == "" {
		return "—"
	}
	return Sign(verdict) + " " + in.Text("verdict."+string(verdict))
}

// Says is the sentence of a requirement: as text if digest is that of this build's requirement set, so that the sentence is
// its own; else in a code span.
func Says(in messages.Printer, digest, id, sentence string) string {
	set := assay.Requirements()
	own, known := set.Find(id)
	if !known || digest != set.Digest {
		return Code(sentence)
	}
	return in.Says(digest, id, own.Says)
}

// Code is s as a code span, whatever s holds; a dash if s is empty.
func Code(s string) string {
	s = visible.Line(s, textLimit)
	if s == "" {
		return "—"
	}
	fence := strings.Repeat("`", backticks(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// Cell is s as a code span for a table, in which a bar ends the cell even in code.
func Cell(s string) string { return strings.ReplaceAll(Code(s), "|", `\|`) }

// Row is a row of a table.
func Row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |" }

// Command is a command line as a code block, on one line.
func Command(line string) string { return block(visible.Line(line, commandLimit)) }

// Script is a script as a code block.
func Script(script string) string {
	line, more := visible.Cut(strings.TrimSuffix(script, "\n"), commandLimit, "\n")
	if more > 0 {
		line += "\n# …"
	}
	return block(line)
}

// block is text as a code block of a shell.
func block(line string) string {
	fence := strings.Repeat("`", max(backticks(line)+1, 3))
	return fence + "sh\n" + line + "\n" + fence
}

// backticks is the length of the longest run of backticks in s.
func backticks(s string) int {
	longest, run := 0, 0
	for _, c := range s {
		if c != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
