package conformance

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/visible"
)

// A Console tells a person how a run goes and what came of it. What targets and drivers have a hand in is shown with
// its control characters made visible. It is safe for concurrent use; a failure to write is reported by Summary.
type Console struct {
	options terminal.Options

	mu       sync.Mutex
	print    printer
	progress Counts // of the run so far
	part     string // the one under way
	steps    Counts // of the chapter, as yet untold
	waiting  string // what was last waited for
}

// NewConsole returns a console that writes to w.
func NewConsole(w io.Writer, options terminal.Options) *Console {
	return &Console{options: options, print: printer{terminal.NewPrinter(w, options)}}
}

// Begin says what is tested: report's members up to the results.
func (c *Console) Begin(report Report) {
	if c.options.Quiet {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	show := func(s string) string { return visible.Line(s, textLimit) }
	implementation := report.Implementation
	product := strings.TrimSpace(implementation.Product + " " + implementation.Version)
	if organization := implementation.Organization; organization != "" && product != "" {
		product += " (" + organization + ")"
	} else {
		product += organization
	}
	const column = 16
	p := c.print
	p.Line(p.Styled(terminal.Bold, show(strings.TrimSpace("assay "+report.Suite.Version))))
	p.Field(0, "implementation", column, show(product))
	p.Field(0, "API servers", column, show(strings.Join(report.Target.APIServers, " ")))
	p.Field(0, "driver", column, show(report.Target.Driver))
	p.Field(0, "profiles", column, show(strings.Join(report.Declared(), ", ")))
	p.Field(0, "requirements", column, show(report.Suite.RequirementSet))
	if s := report.Selection; s != nil {
		p.Field(0, "narrowed", column, show(s.String()))
	}
	p.Field(0, "seed", column, fmt.Sprint(report.Seed))
	p.Line("")
}

// Step says that the requirement id got its verdict on endpoint, which is empty where it has none, and that done of
// total steps are. part names the part of the run that it belongs to; the steps of one part come together.
func (c *Console) Step(done, total int, part, id string, endpoint assay.Endpoint, verdict assay.Verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if part != c.part {
		c.tellPart()
		c.part = part
	}
	c.progress.add(verdict)
	c.steps.add(verdict)
	c.print.Rewrite(c.state(done, total, strings.TrimSpace(id+" "+string(endpoint))))
	if done == total {
		c.tellPart()
	}
}

// Wait says that the run waits for so long for requirement id.
func (c *Console) Wait(left time.Duration, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := fmt.Sprintf("waiting %d s for %s", int((left+time.Second-1)/time.Second), visible.Line(id, textLimit))
	c.print.Rewrite(text)
	if c.options.Terminal || c.options.Quiet || c.waiting == id {
		return
	}
	c.waiting = id
	c.print.Line(text)
}

// state is the line of a terminal.
func (c *Console) state(done, total int, now string) string {
	text := fmt.Sprintf("%*d/%d  %s", len(fmt.Sprint(total)), done, total, visible.Line(now, textLimit))
	return text + remarks(c.progress)
}

// tellPart writes what came of a part of the run, where lines stay.
func (c *Console) tellPart() {
	if n := c.steps.Total(); n > 0 && !c.options.Terminal && !c.options.Quiet {
		c.print.Line(fmt.Sprintf("%-12s %3d tried%s", visible.Line(c.part, textLimit), n, remarks(c.steps)))
	}
	c.steps = Counts{}
}

// remarks say what was not as it should be.
func remarks(counts Counts) string {
	var text string
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Error, assay.Warn, assay.Untested} {
		if n := counts.Of(verdict); n > 0 {
			text += fmt.Sprintf(", %d %s", n, word(verdict))
		}
	}
	return text
}

// word is a verdict as a participle.
func word(verdict assay.Verdict) string {
	switch verdict {
	case assay.Fail:
		return "failed"
	case assay.Pass:
		return "passed"
	case assay.Warn:
		return "warned"
	case assay.Error:
		return "in error"
	default:
		return string(verdict)
	}
}
