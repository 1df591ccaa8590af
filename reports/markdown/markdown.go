// Package markdown writes results in GitHub's Markdown: summary.md of a run, matrix.md and power.md.
//
// There is one Write function for each kind of result, such as [WriteConformance]. Texts of a target or a driver are
// in code spans, in which nothing is a link, a mention, a tag or an emphasis.
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

// sign is the icon of a verdict; "" for an unknown one.
func sign(verdict assay.Verdict) string {
	return map[assay.Verdict]string{assay.Pass: "✅", assay.Fail: "❌", assay.Warn: "⚠️", assay.Error: "❗", assay.Waived: "🏳️",
		assay.Untested: "➖", assay.Observed: "🔹"}[verdict]
}

// shownVerdict is a sign and a word; a dash if verdict is empty.
func shownVerdict(in messages.Printer, verdict assay.Verdict) string {
	if verdict == "" {
		return "—"
	}
	return sign(verdict) + " " + in.Text("verdict."+string(verdict))
}

// sentence is the sentence of a requirement: as text if digest is that of this build's requirement set, so that the sentence is
// its own; else in a code span.
func sentence(in messages.Printer, digest, id, says string) string {
	set := assay.Requirements()
	own, known := set.Find(id)
	if !known || digest != set.Digest {
		return code(says)
	}
	return in.Says(digest, id, own.Says)
}

// code is s as a code span, whatever s holds; a dash if s is empty.
func code(s string) string {
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

// cell is s as a code span for a table, in which a bar ends the cell even in code.
func cell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// tableRow is a row of a table.
func tableRow(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |" }

// commandBlock is a command line as a code block, on one line.
func commandBlock(line string) string { return block(visible.Line(line, commandLimit)) }

// scriptBlock is a script as a code block.
func scriptBlock(script string) string {
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
