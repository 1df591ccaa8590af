package console_test

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/sample/golden"
)

var files = []string{"out/benchmark.json", "out/benchmark.html", "out/summary.md", "out/junit.xml", "out/response.hdr", "out/service.hdr", "out/lateness.hdr", "out/transcript.jsonl"}

// loadOutput is the output for a run that ends with report.
func loadOutput(t testing.TB, report benchmark.Report, options terminal.Options) string {
	t.Helper()
	var out bytes.Buffer
	c := console.NewBenchmark(&out, options)
	begun := report
	if report.Search != nil {
		begun.Search = &benchmark.Search{}
	}
	c.Begin(begun)
	second := func(phase string, at float64, duration int, answered int64, sum benchmark.Exchanges, last bool) {
		c.Watch(console.Progress{Phase: phase, Elapsed: time.Duration(at * float64(time.Second)), Duration: time.Duration(duration) * time.Second,
			Second: benchmark.Second{Answered: answered, P50: new(0.0012), P99: new(0.0121), InFlight: 3}, Sum: sum, Last: last})
	}
	second("warm-up", 1, 2, 2000, benchmark.Exchanges{Sent: 2000}, false)
	second("warm-up", 2.0004, 2, 2000, benchmark.Exchanges{Sent: 4000}, false)
	for i := range 7 {
		if i == 1 { // the last answers of a phase arrive during the next phase
			second("warm-up", 3.1, 2, 2, benchmark.Exchanges{Sent: 4002, Faults: 1}, true)
		}
		sum := benchmark.Exchanges{Sent: int64(2000 * (i + 1)), Refused: int64(i), WrongIdentity: int64(i / 3)}
		second("measured", float64(i+1), 8, 2000, sum, false)
	}
	second("measured", 8.2, 8, 0, benchmark.Exchanges{Sent: 14000}, false)
	second("measured", 8.25, 8, 10, benchmark.Exchanges{Sent: 14010, Refused: 6, WrongIdentity: 2}, true)
	if err := c.Summary(report, files); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestBenchmark(t *testing.T) {
	for name, report := range map[string]benchmark.Report{
		"passed": golden.LoadPassed(), "broken": golden.LoadBroken(), "searched": golden.LoadSearched(), "closed": golden.LoadClosed(), "unreached": golden.LoadUnreached(),
		"staged": golden.LoadStaged(),
	} {
		golden.Check(t, *update, name+"-plain", loadOutput(t, report, terminal.Options{}))
		golden.Check(t, *update, name+"-terminal", loadOutput(t, report, terminal.Options{Terminal: true, Color: true, Width: 100}))
		golden.Check(t, *update, name+"-quiet", loadOutput(t, report, terminal.Options{Quiet: true, Terminal: true}))
	}
}

// A summary fits a terminal of 24 lines and 80 columns.
func TestTheSummaryFitsAScreen(t *testing.T) {
	for name, report := range golden.Loads() {
		var out bytes.Buffer
		if err := console.NewBenchmark(&out, terminal.Options{}).Summary(report, files); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
		if len(lines) > 24 {
			t.Errorf("%s: %d lines", name, len(lines))
		}
		for _, line := range lines {
			if terminal.Columns(line) > 80 {
				t.Errorf("%s: %d columns: %s", name, terminal.Columns(line), line)
			}
		}
	}
}

// No text of a target reaches the console unescaped.
func TestBenchmarkIsSafe(t *testing.T) {
	report := golden.LoadBroken()
	report.Implementation = assay.Implementation{Organization: golden.Hostile, Product: golden.Hostile, Version: golden.Hostile}
	report.Target = benchmark.Target{APIServers: []string{golden.Hostile}, Driver: golden.Hostile}
	report.Reasons, report.Notes = append(report.Reasons, phrase.Plain(golden.Hostile)), []phrase.Phrase{phrase.Say(phrase.LateButHolds, golden.Hostile)}
	report.SLO = append(report.SLO, benchmark.Level{Expression: golden.Hostile})
	report.Errors = []benchmark.ErrorCount{{Endpoint: assay.Endpoint(golden.Hostile), Verdict: golden.Hostile, Status: 1, Errcode: golden.Hostile, Exchanges: []string{golden.Hostile}}, {Reason: golden.Hostile}}
	report.Search = &benchmark.Search{Reason: phrase.Plain(golden.Hostile), Steps: []benchmark.Step{{Phase: golden.Hostile, Outcome: benchmark.Outcome(golden.Hostile)}}}
	report.Outcome = benchmark.Outcome(golden.Hostile)
	var note strings.Builder
	console.NewBenchmark(&note, terminal.Options{}).Say(golden.Hostile)
	for _, c := range note.String() + loadOutput(t, report, terminal.Options{}) {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Fatalf("%U", c)
		}
	}
}

func TestBeginShowsTheMix(t *testing.T) {
	var out bytes.Buffer
	report := golden.LoadBegun()
	report.Plan.Mix = map[string]float64{"badPat": 1, "login": 0.25}
	console.NewBenchmark(&out, terminal.Options{}).Begin(report)
	if !strings.Contains(out.String(), "\nmix             login=0.25,badPat=1\n") {
		t.Errorf("%s", &out)
	}
}

// A line of Say replaces the rewritten line.
// A level whose figure few samples make is met all the same; one that they do not decide says how many do.
func TestALevelOfFewSamples(t *testing.T) {
	for samples, want := range map[int64]string{988: "holds, firm from 1000 samples\n", 200: "not known, needs 299 samples\n", 1000: "holds\n"} {
		report := golden.LoadPassed()
		report.SLO, report.Response.Samples = []benchmark.Level{{Expression: "p99<50ms"}}, samples
		var out bytes.Buffer
		if err := console.NewBenchmark(&out, terminal.Options{}).Summary(benchmark.Conclude(report), files); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("%d samples: no %q in\n%s", samples, want, &out)
		}
	}
}

func TestSay(t *testing.T) {
	var out bytes.Buffer
	c := console.NewBenchmark(&out, terminal.Options{Terminal: true})
	c.Watch(console.Progress{Phase: "measured", Elapsed: time.Second, Duration: time.Minute})
	c.Say("a message")
	if !strings.HasSuffix(out.String(), "\r\x1b[Ka message\n") {
		t.Errorf("%q", out.String())
	}
}

func TestBenchmarkIsSafeForConcurrentUse(t *testing.T) {
	var out bytes.Buffer
	c := console.NewBenchmark(&out, terminal.Options{Terminal: true})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			c.Begin(golden.LoadBegun())
			c.Watch(console.Progress{Phase: "measured", Elapsed: time.Second, Duration: time.Minute})
			c.Interrupted(time.Second)
			c.Say("a message")
		})
	}
	group.Wait()
	if err := c.Summary(golden.LoadPassed(), nil); err != nil || !strings.Contains(out.String(), "OUTCOME     PASS\n") {
		t.Errorf("%v, %q", err, out.String())
	}
}

// A level that the run could not decide is untested, as in the other formats, whatever its figure is.
func TestALevelThatTheRunCouldNotDecide(t *testing.T) {
	report := golden.LoadPassed()
	report.Interrupted = true
	report = benchmark.Conclude(report)
	out := loadOutput(t, report, terminal.Options{})
	if !regexp.MustCompile(`\nlevels      p99<50ms +\S+ +not known\n`).MatchString(out) || strings.Contains(out, " holds") {
		t.Errorf("%s", out)
	}
}

// A summary says once why a run could not tell.
func TestAReasonIsSaidOnce(t *testing.T) {
	saturated := golden.LoadRan()
	saturated.SLO = []benchmark.Level{{Expression: "p99<50ms"}}
	saturated.Generator.Unsent = 30000
	saturated = benchmark.Conclude(saturated)
	unconfirmed := golden.LoadRan()
	unconfirmed.Search = &benchmark.Search{Reason: phrase.Say(phrase.LimitUnconfirmed), Steps: []benchmark.Step{{Phase: "climb", Rate: 5, Outcome: benchmark.Passed}}}
	unconfirmed = benchmark.Conclude(unconfirmed)
	for name, report := range map[string]benchmark.Report{"saturated": saturated, "unconfirmed": unconfirmed} {
		text := strings.Join(strings.Fields(loadOutput(t, report, terminal.Options{})), " ")
		if reason := report.Reasons[0].String(); strings.Count(text, reason) != 1 {
			t.Errorf("%s: %q %d times in %s", name, reason, strings.Count(text, reason), text)
		}
	}
}
