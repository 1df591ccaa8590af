package benchmark

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/internal/visible"
)

// textLimit is what is shown of a text that a target had a hand in, in characters.
const textLimit = 600

// A Progress is what was seen in about a second of a run.
type Progress struct {
	Phase             string // "warm-up", "measured", or a step of a search
	Elapsed, Duration time.Duration
	Second            Second
	Sum               Exchanges // of the phase
	Last              bool      // of the phase
}

// A Console tells a person how a load run goes and what came of it. What targets and drivers have a hand in is shown with
// its control characters made visible. It is safe for concurrent use; a failure to write is reported by Summary.
type Console struct {
	options terminal.Options

	mu     sync.Mutex
	print  printer
	phase  string
	before time.Duration // when the phase was last told of
	told   time.Duration // when a line last stayed
}

// NewConsole returns a console that writes to w.
func NewConsole(w io.Writer, options terminal.Options) *Console {
	return &Console{options: options, print: printer{terminal.NewPrinter(w, options)}}
}

// labelColumn is where texts begin beside their labels.
const labelColumn = 16

// Begin says what is measured: report's members up to the results.
func (c *Console) Begin(report Report) {
	if c.options.Quiet {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	show := func(label, text string) { c.print.Field(0, label, labelColumn, visible.Line(text, textLimit)) }
	i := report.Implementation
	product := strings.TrimSpace(i.Product + " " + i.Version)
	if i.Organization != "" && product != "" {
		product += " (" + i.Organization + ")"
	} else {
		product += i.Organization
	}
	driver := report.Target.Driver
	if report.Generator.InProcess {
		driver = "in process"
	}
	c.print.Line(c.print.Styled(terminal.Bold, visible.Line(strings.TrimSpace("assay "+report.Suite.Version), textLimit)))
	show("implementation", product)
	show("API servers", strings.Join(report.Target.APIServers, " "))
	show("driver", driver)
	if report.Search == nil {
		show("load", report.Plan.String())
	} else {
		show("limit", "looked for from "+Rate(report.Plan.Rate)+" on, and confirmed for "+Span(report.Plan.Duration))
	}
	show("mix", report.Plan.mix())
	show("service levels", expressions(report.SLO))
	show("seed", fmt.Sprint(report.Plan.Seed))
	c.print.Line("")
}

func expressions(levels []Level) string {
	var all []string
	for _, level := range levels {
		all = append(all, level.Expression)
	}
	return strings.Join(all, ", ")
}

// stays is how often a line about a phase stays where lines are not rewritten.
const stays = 5 * time.Second

// Watch says how the run goes.
func (c *Console) Watch(p Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.Phase != c.phase {
		if p.Elapsed >= p.Duration && c.phase != "" { // the last answers of a phase come while the next goes on
			if p.Last {
				c.tell(over(p))
			}
			return
		}
		c.phase, c.before, c.told = p.Phase, 0, 0
	}
	line := state(p, p.Elapsed-c.before)
	c.before = p.Elapsed
	c.print.Rewrite(line)
	switch now := p.Elapsed.Round(time.Second); {
	case p.Last:
		c.tell(over(p))
	case now-c.told >= stays:
		c.told = now
		c.tell(line)
	}
}

// Say writes a line of its own: where the metrics are served, say.
func (c *Console) Say(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.print.CloseLine()
	if !c.options.Quiet {
		c.print.Line(visible.Line(line, textLimit))
	}
}

// Interrupted says what is still waited for, and for how long at most.
func (c *Console) Interrupted(timeout time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.print.CloseLine()
	if !c.options.Quiet {
		c.print.Line(fmt.Sprintf("interrupted: what is under way is waited for, %s at most; interrupt again to leave at once", timeout))
	}
}

// tell writes a line where lines stay.
func (c *Console) tell(line string) {
	if !c.options.Terminal && !c.options.Quiet {
		c.print.Line(line)
	}
}

// state is how a phase goes, of which the last second took so long. What is weightiest comes before what a narrow
// terminal cuts off.
func state(p Progress, took time.Duration) string {
	left := fmt.Sprintf("%s left", (p.Duration - p.Elapsed).Round(time.Second))
	if p.Elapsed >= p.Duration {
		left = "draining"
	}
	text := fmt.Sprintf("%-9s %s, %s", visible.Line(p.Phase, textLimit), p.Elapsed.Round(time.Second), left)
	if took > 0 {
		text += "  " + Rate(float64(p.Second.Answered)/took.Seconds())
	}
	if p.Second.Answered > 0 {
		text += fmt.Sprintf("  p50 %s  p99 %s", Duration(p.Second.P50), Duration(p.Second.P99))
	}
	return text + remarks(p.Sum) + fmt.Sprintf(", %d in flight", p.Second.InFlight)
}

// over is the line that stays when a phase is over.
func over(p Progress) string {
	return fmt.Sprintf("%-9s over after %s, %d sent", visible.Line(p.Phase, textLimit),
		p.Elapsed.Round(100*time.Millisecond), p.Sum.Sent) + remarks(p.Sum)
}

// remarks say what was not as it should be.
func remarks(e Exchanges) (text string) {
	if n := e.Incorrect(); n > 0 {
		text += fmt.Sprintf(", %d wrong", n)
	}
	if n := e.Failed(); n > 0 {
		text += fmt.Sprintf(", %d failed", n)
	}
	return text
}
