// Package console shows people how a run proceeds and what its result is, in English or in Chinese.
//
// [Conformance] is for runs of the suite, [Benchmark] for load runs; [WriteCompare] and [WritePower] print the other
// results. Texts of a target or a driver are shown with their control characters escaped.
package console

import (
	"fmt"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
)

// Limits of a shown text, in characters.
const (
	textLimit    = 600
	commandLimit = 1 << 14 // a command line must be whole to be copied
)

// beginColumn is the column of the texts at the begin of a run.
const beginColumn = 16

func shown(text string) string { return visible.Line(text, textLimit) }

// say is a text of the console in the reader's language. Numbers are written as they are, for programs that read a line.
func say(in messages.Printer, key string, args ...any) string {
	plain := make([]any, len(args))
	for i, arg := range args {
		plain[i] = fmt.Sprint(arg)
	}
	return in.Text(key, plain...)
}

// pad fills a text with spaces up to a width in columns of the terminal, and padLeft puts them before it.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-terminal.Columns(text)))
}

func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-terminal.Columns(text))) + text
}

// inProcess is the driver of a report, in the reader's language where it is no word of a target file.
func inProcess(in messages.Printer, driver string) string {
	if driver == conformance.InProcess {
		return in.Text("console.in-process")
	}
	return driver
}

// product names an implementation: product, version and organization, as far as they are known.
func product(i assay.Implementation) string {
	name := strings.TrimSpace(i.Product + " " + i.Version)
	if i.Organization != "" && name != "" {
		return name + " (" + i.Organization + ")"
	}
	return name + i.Organization
}

// styleOf is the style of a verdict, or of an outcome by its sign.
func styleOf(verdict assay.Verdict) terminal.Style {
	switch verdict {
	case assay.Fail, assay.Error:
		return terminal.Red
	case assay.Pass:
		return terminal.Green
	case assay.Warn, assay.Waived, assay.Untested:
		return terminal.Yellow
	default:
		return terminal.Plain
	}
}

// outcomeStyle is the style of an outcome by its sign; an unknown outcome is shown as a failure.
func outcomeStyle(sign assay.Verdict) terminal.Style {
	if sign == "" {
		return terminal.Red
	}
	return styleOf(sign)
}
