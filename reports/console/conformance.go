package console

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
)

// A Conformance shows a run of the suite. It is safe for concurrent use; Summary returns the first error of writing. Use
// [NewConformance].
type Conformance struct {
	options terminal.Options

	mu      sync.Mutex
	print   conformancePrinter
	total   conformance.Counts            // of the run so far
	tried   map[string]conformance.Counts // of the run so far, by chapter
	told    int                           // the quarters of the run that have a line
	waiting string                        // the requirement of the last Wait
	minted  int                           // codes at the last line about them
	limited time.Time                     // of the last line about a limit
	now     func() time.Time
}

// NewConformance returns a console that writes to w.
func NewConformance(w io.Writer, options terminal.Options) *Conformance {
	return &Conformance{options: options, tried: map[string]conformance.Counts{}, print: conformancePrinter{terminal.NewPrinter(w, options), messages.For(messages.English)}, now: time.Now}
}

// In makes the console speak a language; the default is English. It returns c.
func (c *Conformance) In(in messages.Printer) *Conformance {
	c.print.in = in
	return c
}

// Begin shows what is tested: the members of report that are known before the results.
func (c *Conformance) Begin(report conformance.Report) {
	if c.options.Quiet {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.print
	field := func(label, text string) { p.Field(0, p.say(label), beginColumn, shown(text)) }
	p.Line(p.Styled(terminal.Bold, shown(strings.TrimSpace("assay "+report.Suite.Version))))
	field("console.implementation", product(report.Implementation))
	field("console.api-servers", strings.Join(report.Target.APIServers, " "))
	field("console.driver", inProcess(c.print.in, report.Target.Driver))
	field("suite.profiles", strings.Join(report.Declared(), c.print.say("suite.names")))
	field("suite.set", report.Suite.RequirementSet)
	if s := report.Selection; s != nil {
		field("suite.narrowed", s.String())
	}
	field("console.seed", fmt.Sprint(report.Seed))
	p.Line("")
}

// Step shows that requirement id got its verdict on endpoint, which is empty for requirements without one, and that done
// of total steps are finished.
func (c *Conformance) Step(done, total int, id string, endpoint assay.Endpoint, verdict assay.Verdict) {
	const quarters = 4
	c.mu.Lock()
	defer c.mu.Unlock()
	chapter, _, _ := strings.Cut(id, ".")
	counts := c.tried[chapter]
	counts.Add(verdict)
	c.tried[chapter] = counts
	c.total.Add(verdict)
	c.print.Rewrite(c.state(done, total, strings.TrimSpace(id+" "+string(endpoint))))
	if quarter := done * quarters / max(total, 1); quarter > c.told && quarter < quarters && !c.options.Terminal && !c.options.Quiet {
		c.told = quarter
		c.print.Line(c.print.say("suite.tried", done, total) + c.print.problemCounts(c.total))
	}
}

// Wait shows that the run waits, for left at most, to judge requirement id.
func (c *Conformance) Wait(left time.Duration, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := c.print.say("suite.waiting", seconds(left), shown(id))
	c.print.Rewrite(text)
	if c.options.Terminal || c.options.Quiet || c.waiting == id {
		return
	}
	c.waiting = id
	c.print.Line(text)
}

// Minting shows how many codes the driver has issued, and about how many the run takes.
func (c *Conformance) Minting(done, about int) {
	const every = 300 // codes between two lines where no line is rewritten
	c.mu.Lock()
	defer c.mu.Unlock()
	text := c.print.say("suite.minting", done, max(about, done))
	c.print.Rewrite(text)
	if c.options.Terminal || c.options.Quiet || done < c.minted+every {
		return
	}
	c.minted = done
	c.print.Line(text)
}

// Limited shows that a request waits for a target that limits requests: how long, what the last such answer asked for, and how many
// of about how many requests were sent. asked is 0 where the answer did not say, status 0 before the first such answer.
func (c *Conformance) Limited(wait, asked time.Duration, status, sent, about int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := c.print.say("suite.limited", waits(c.print.in, wait, asked, status), sent, about)
	c.print.Rewrite(text)
	if now := c.now(); !c.options.Terminal && !c.options.Quiet && now.Sub(c.limited) >= limitedEvery {
		c.limited = now
		c.print.Line(text)
	}
}

// Paced says how many requests a second a target that limits them lets through, how long the rest of the run takes at that rate, and
// that this is longer than it may wait, if it is.
func (c *Conformance) Paced(perSecond float64, left, bound time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.options.Quiet {
		return
	}
	const several = 10 // of which no fraction is shown
	digits := 1
	if perSecond >= several {
		digits = 0
	}
	text := c.print.say("suite.paced", fmt.Sprintf("%.*f", digits, perSecond), left)
	if left > bound {
		text += c.print.say("suite.paced-beyond", bound.Round(time.Second))
	}
	c.print.Line(text)
}

// limitedEvery is the time between two lines about a limit where no line is rewritten.
const limitedEvery = 30 * time.Second

// state is the line that a terminal rewrites.
func (c *Conformance) state(done, total int, now string) string {
	text := fmt.Sprintf("%*d/%d  %s", len(fmt.Sprint(total)), done, total, shown(now))
	return text + c.print.problemCounts(c.total)
}

// chapters writes the counts of each chapter, in the order of the report, except on a terminal, which has the rewritten line.
func (c *Conformance) chapters(report conformance.Report) {
	if c.options.Terminal || c.options.Quiet {
		return
	}
	for _, result := range report.Requirements {
		chapter, _, _ := strings.Cut(result.ID, ".")
		if counts := c.tried[chapter]; counts.Total() > 0 {
			c.print.Line(fmt.Sprintf("%-12s ", shown(chapter)) + c.print.say("suite.chapter", fmt.Sprintf("%3d", counts.Total())) + c.print.problemCounts(counts))
		}
		delete(c.tried, chapter)
	}
}
