package conformance

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
)

// What is shown of a text that a target had a hand in, in characters.
const (
	textLimit    = 600
	commandLimit = 1 << 14 // a command line must be whole to be copied
)

// A printer writes a report's parts.
type printer struct{ *terminal.Printer }

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

func (o Outcome) style() terminal.Style {
	switch o {
	case Conformant:
		return terminal.Green
	case ConformantWithWaivers, Incomplete:
		return terminal.Yellow
	default:
		return terminal.Red
	}
}
