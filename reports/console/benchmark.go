package console

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

// A Progress is the state of a load run, and what happened in about the last second.
type Progress struct {
	Phase             string // "warm-up", "measured", or a step of a search
	Stage             string // of the plan, in this moment; empty without stages
	Elapsed, Duration time.Duration
	Second            benchmark.Second
	Sum               benchmark.Exchanges // of the phase
	Last              bool                // of the phase
	Most              time.Duration       // that a search may take from now on; 0 without one
}

// A Benchmark shows a load run. It is safe for concurrent use; Summary returns the first error of writing. Use
// [NewBenchmark].
type Benchmark struct {
	options terminal.Options

	mu    sync.Mutex
	print benchmarkPrinter
	phase string
	shown time.Duration // into the phase, of the last Progress
	kept  time.Duration // into the phase, of the last line that was not rewritten

	limited time.Time // of the last line about a limit
	now     func() time.Time
}

// NewBenchmark returns a console that writes to w.
func NewBenchmark(w io.Writer, options terminal.Options) *Benchmark {
	return &Benchmark{options: options, print: benchmarkPrinter{terminal.NewPrinter(w, options), messages.For(messages.English)}, now: time.Now}
}

// In makes the console speak a language; the default is English. It returns c.
func (c *Benchmark) In(in messages.Printer) *Benchmark {
	c.print.in = in
	return c
}

// Begin shows what is measured: the members of report that are known before the results.
func (c *Benchmark) Begin(report benchmark.Report) {
	if c.options.Quiet {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	field := func(label, text string) { c.print.Field(0, c.print.say(label), beginColumn, shown(text)) }
	driver := report.Target.Driver
	if report.Generator.InProcess {
		driver = c.print.say("console.in-process")
	}
	c.print.Line(c.print.Styled(terminal.Bold, shown(strings.TrimSpace("assay "+report.Suite.Version))))
	field("console.implementation", product(report.Implementation))
	field("console.api-servers", strings.Join(report.Target.APIServers, " "))
	field("console.driver", driver)
	if report.Search == nil {
		field("console.load", figures.Plan(c.print.in, report.Plan))
	} else {
		field("console.limit", c.print.say("console.searched-from", benchmark.Rate(report.Plan.Rate), benchmark.Span(report.Plan.Duration)))
	}
	field("console.mix", mix(report.Plan))
	if plan := report.Plan; plan.MaxUsers > plan.Users {
		field("console.users", c.print.say("console.users-of", plan.Users, plan.MaxUsers))
	}
	field("console.service-levels", expressions(report.SLO))
	field("console.seed", fmt.Sprint(report.Plan.Seed))
	field("console.tags", figures.Tags(report))
	c.print.Line("")
}

// mix is the mix in the syntax of --mix.
func mix(plan benchmark.Plan) string {
	var parts []string
	for _, name := range []string{"login", "phone", "replay", "race", "badPat"} {
		if weight := plan.Mix[name]; weight > 0 {
			parts = append(parts, name+"="+figures.Number(weight))
		}
	}
	return strings.Join(parts, ",")
}

func expressions(levels []benchmark.Level) string {
	var all []string
	for _, level := range levels {
		all = append(all, level.Expression)
	}
	return strings.Join(all, ", ")
}

// keepEvery is how often a phase gets a line where lines cannot be rewritten.
const keepEvery = 5 * time.Second

// Watch shows the state of the run.
func (c *Benchmark) Watch(p Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.Phase != c.phase {
		if p.Elapsed >= p.Duration && c.phase != "" { // the last answers of a phase arrive during the next phase
			if p.Last {
				c.keep(c.print.phaseEnd(p))
			}
			return
		}
		c.phase, c.shown, c.kept = p.Phase, 0, 0
	}
	line := c.print.state(p, p.Elapsed-c.shown)
	c.shown = p.Elapsed
	c.print.Rewrite(line)
	switch now := p.Elapsed.Round(time.Second); {
	case p.Last:
		c.keep(c.print.phaseEnd(p))
	case now-c.kept >= keepEvery:
		c.kept = now
		c.keep(line)
	}
}

// Say writes a line, such as the address of the metrics.
func (c *Benchmark) Say(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.print.CloseLine()
	if !c.options.Quiet {
		c.print.Line(shown(line))
	}
}

// Limited shows that the run waits for a target that limits requests before the load has begun: how long, what the last such answer
// asked for, and how many requests were sent. asked is 0 where the answer did not say, status 0 before the first such answer.
func (c *Benchmark) Limited(wait, asked time.Duration, status, sent, _ int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := c.print.waits(wait, asked, status, sent)
	c.print.Rewrite(text)
	if now := c.now(); now.Sub(c.limited) >= limitedEvery {
		c.limited = now
		c.keep(text)
	}
}

// Interrupted says that the run waits, for timeout at most, for the exchanges in flight.
func (c *Benchmark) Interrupted(timeout time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.print.CloseLine()
	if !c.options.Quiet {
		c.print.Line(c.print.say("console.interrupted", timeout))
	}
}

// keep writes a line where lines cannot be rewritten.
func (c *Benchmark) keep(line string) {
	if !c.options.Terminal && !c.options.Quiet {
		c.print.Line(line)
	}
}

// state describes a phase, whose last report covers the time since. What matters most comes first, because a narrow
// terminal cuts the end off.
func (b benchmarkPrinter) state(p Progress, since time.Duration) string {
	left := b.say("console.left", (p.Duration - p.Elapsed).Round(time.Second))
	if p.Elapsed >= p.Duration {
		left = b.say("console.draining")
	}
	text := pad(shown(cmp.Or(p.Stage, b.phase(p.Phase))), phaseWidth) + " " + p.Elapsed.Round(time.Second).String() + b.say("console.comma") + left
	if since > 0 {
		text += "  " + benchmark.Rate(float64(p.Second.Answered)/since.Seconds())
	}
	if p.Second.P50 != nil && p.Second.P99 != nil {
		text += fmt.Sprintf("  p50 %s  p99 %s", benchmark.Duration(*p.Second.P50), benchmark.Duration(*p.Second.P99))
	}
	return text + b.wrongCounts(p.Sum) + b.say("console.in-flight", p.Second.InFlight) + b.atMost(p.Most)
}

// atMost is how much longer a search may take.
func (b benchmarkPrinter) atMost(longest time.Duration) string {
	if longest <= 0 {
		return ""
	}
	return b.say("console.search-most", benchmark.Span(longest.Round(time.Second).Seconds()))
}

func (b benchmarkPrinter) phaseEnd(p Progress) string {
	return b.say("console.phase-end", pad(shown(b.phase(p.Phase)), phaseWidth), p.Elapsed.Round(100*time.Millisecond), p.Sum.Sent) + b.wrongCounts(p.Sum) + b.atMost(p.Most)
}

// phaseWidth is the width of the name of a phase.
const phaseWidth = 9

// phase names a phase: the kind of a step of a search has its rate behind it.
func (b benchmarkPrinter) phase(name string) string {
	switch kind, rest, step := strings.Cut(name, " "); {
	case name == "warm-up":
		return b.say("console.warm-up")
	case name == "measured":
		return b.say("console.measured")
	case step:
		return figures.Phase(b.in, kind) + " " + rest
	default:
		return name
	}
}

// wrongCounts lists the counts of wrong and failed exchanges.
func (b benchmarkPrinter) wrongCounts(e benchmark.Exchanges) (text string) {
	if n := e.Incorrect(); n > 0 {
		text += b.say("console.wrong", n)
	}
	if n := e.Failed(); n > 0 {
		text += b.say("console.failed", n)
	}
	return text
}
