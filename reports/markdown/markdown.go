// Package markdown has the pieces of GitHub's Markdown that summaries are made of.
//
// Start with [Code]: what a target or a driver had a hand in stands in code, in which nothing is a link, a mention, a tag
// or an emphasis.
package markdown

import (
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/messages"
)

// What is shown of a text, in characters.
const (
	textLimit    = 300
	commandLimit = 1 << 14 // a command line must be whole to be copied
)

// Sign stands before words, for whoever only glances.
func Sign(verdict assay.Verdict) string {
	return map[assay.Verdict]string{assay.Pass: "✅", assay.Fail: "❌", assay.Warn: "⚠️", assay.Error: "❗", assay.Waived: "🏳️",
		assay.Untested: "➖", assay.Observed: "🔹"}[verdict]
}

// Verdict is a sign and a word; a dash for no verdict.
func Verdict(in messages.Printer, verdict assay.Verdict) string {
	if verdict == "" {
		return "—"
	}
	return Sign(verdict) + " " + in.Text("verdict."+string(verdict))
}

// Says is the sentence of a requirement: as a text where it is this build's own, whose digest is compared, and as code
// where it is only said to be.
func Says(in messages.Printer, digest, id, given string) string {
	set := assay.Requirements()
	own, known := set.Find(id)
	if !known || digest != set.Digest {
		return Code(given)
	}
	return in.Says(digest, id, own.Says)
}

// Code is s as a code span, whatever it holds; a dash for nothing.
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

// Cell is s as a code span in a table, where a bar ends the cell even in code.
func Cell(s string) string { return strings.ReplaceAll(Code(s), "|", `\|`) }

// Row is a row of a table.
func Row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |" }

// Command is a command line as a block of code, on one line however long.
func Command(line string) string {
	line = visible.Line(line, commandLimit)
	fence := strings.Repeat("`", max(backticks(line)+1, 3))
	return fence + "sh\n" + line + "\n" + fence
}

// backticks is the length of the longest run of them.
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
