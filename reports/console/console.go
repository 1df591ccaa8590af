// Package console shows people how a run proceeds and what its result is, in English.
//
// [Conformance] is for runs of the suite, [Benchmark] for load runs; [WriteCompare] and [WritePower] print the other
// results. Texts of a target or a driver are shown with their control characters escaped.
package console

import (
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/visible"
)

// Limits of a shown text, in characters.
const (
	textLimit    = 600
	commandLimit = 1 << 14 // a command line must be whole to be copied
)

// beginColumn is the column of the texts at the begin of a run.
const beginColumn = 16

func shown(text string) string { return visible.Line(text, textLimit) }

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
