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
	return &Conformance{options: options, tried: map[string]conformance.Counts{}, print: conformancePrinter{terminal.NewPrinter(w, options)}, now: time.Now}
}

// Begin shows what is tested: the members of report that are known before the results.
func (c *Conformance) Begin(report conformance.Report) {
	if c.options.Quiet {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.print
	field := func(label, text string) { p.Field(0, label, beginColumn, shown(text)) }
	p.Line(p.Styled(terminal.Bold, shown(strings.TrimSpace("assay "+report.Suite.Version))))
	field("implementation", product(report.Implementation))
	field("API servers", strings.Join(report.Target.APIServers, " "))
	field("driver", report.Target.Driver)
	field("profiles", strings.Join(report.Declared(), ", "))
	field("requirements", report.Suite.RequirementSet)
	if s := report.Selection; s != nil {
		field("narrowed", s.String())
	}
	field("seed", fmt.Sprint(report.Seed))
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
		c.print.Line(fmt.Sprintf("%d of %d tried%s", done, total, problemCounts(c.total)))
	}
}

// Wait shows that the run waits, for left at most, to judge requirement id.
func (c *Conformance) Wait(left time.Duration, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := fmt.Sprintf("waiting %d s for %s", int((left+time.Second-1)/time.Second), shown(id))
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
	text := fmt.Sprintf("minting, %d of about %d codes", done, max(about, done))
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
	text := fmt.Sprintf("%s; %d of about %d requests sent", waitsFor(wait, asked, status), sent, about)
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
	text := fmt.Sprintf("the target lets about %.*f requests a second through: the rest of the run takes about %s", digits, perSecond, left)
	if left > bound {
		text += fmt.Sprintf(", and it may wait %s; raise the target's limit, or --patience-limit", bound.Round(time.Second))
	}
	c.print.Line(text)
}

// limitedEvery is the time between two lines about a limit where no line is rewritten.
const limitedEvery = 30 * time.Second

// waitsFor says for how long a run waits for a target that limits requests, and why.
func waitsFor(wait, asked time.Duration, status int) string {
	why := "whose declared limit it keeps to"
	if status != 0 {
		why = fmt.Sprintf("which answers %d", status)
	}
	if asked > 0 {
		why += " and asks for " + asked.Round(time.Second).String()
	}
	return fmt.Sprintf("waiting %d s for the target, %s", int((wait+time.Second-1)/time.Second), why)
}

// state is the line that a terminal rewrites.
func (c *Conformance) state(done, total int, now string) string {
	text := fmt.Sprintf("%*d/%d  %s", len(fmt.Sprint(total)), done, total, shown(now))
	return text + problemCounts(c.total)
}

// chapters writes the counts of each chapter, in the order of the report, except on a terminal, which has the rewritten line.
func (c *Conformance) chapters(report conformance.Report) {
	if c.options.Terminal || c.options.Quiet {
		return
	}
	for _, result := range report.Requirements {
		chapter, _, _ := strings.Cut(result.ID, ".")
		if counts := c.tried[chapter]; counts.Total() > 0 {
			c.print.Line(fmt.Sprintf("%-12s %3d tried%s", shown(chapter), counts.Total(), problemCounts(counts)))
		}
		delete(c.tried, chapter)
	}
}

// problemCounts lists the counts of the verdicts that need attention.
func problemCounts(counts conformance.Counts) string {
	var text string
	for _, verdict := range []assay.Verdict{assay.Fail, assay.Error, assay.Warn, assay.Untested} {
		if n := counts.Of(verdict); n > 0 {
			text += fmt.Sprintf(", %d %s", n, participle(verdict))
		}
	}
	return text
}

func participle(verdict assay.Verdict) string {
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
