package benchmark

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file in testdata, in which escapes are spelt out so that it can be read.
func golden(t *testing.T, name, text string) {
	t.Helper()
	text = strings.NewReplacer("\x1b", "<ESC>", "\r", "<CR>").Replace(text)
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s: -want +got:\n%s", path, diff)
	}
}

var files = []string{"out/benchmark.json", "out/benchmark.html", "out/summary.md", "out/junit.xml", "out/response.hdr", "out/service.hdr", "out/lateness.hdr", "out/transcript.jsonl"}

// shown is what a console writes in a run that ends with report.
func shown(t testing.TB, report Report, options terminal.Options) string {
	t.Helper()
	var out bytes.Buffer
	c := NewConsole(&out, options)
	begun := report
	if report.Search != nil {
		begun.Search = &Search{}
	}
	c.Begin(begun)
	second := func(phase string, at float64, duration int, answered int64, sum Exchanges, last bool) {
		c.Watch(Progress{Phase: phase, Elapsed: time.Duration(at * float64(time.Second)), Duration: time.Duration(duration) * time.Second,
			Second: Second{Answered: answered, P50: 0.0012, P99: 0.0121, InFlight: 3}, Sum: sum, Last: last})
	}
	second("warm-up", 1, 2, 2000, Exchanges{Sent: 2000}, false)
	second("warm-up", 2.0004, 2, 2000, Exchanges{Sent: 4000}, false)
	for i := range 7 {
		if i == 1 { // the last of the one comes while the other goes on
			second("warm-up", 3.1, 2, 2, Exchanges{Sent: 4002, Faults: 1}, true)
		}
		sum := Exchanges{Sent: int64(2000 * (i + 1)), Refused: int64(i), WrongIdentity: int64(i / 3)}
		second("measured", float64(i+1), 8, 2000, sum, false)
	}
	second("measured", 8.2, 8, 0, Exchanges{Sent: 14000}, false)
	second("measured", 8.25, 8, 10, Exchanges{Sent: 14010, Refused: 6, WrongIdentity: 2}, true)
	if err := c.Summary(report, files); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestConsole(t *testing.T) {
	for name, report := range map[string]Report{
		"passed": passed(), "broken": broken(), "searched": searched(), "closed": closed(), "unreached": unreached(),
	} {
		golden(t, name+"-plain", shown(t, report, terminal.Options{}))
		golden(t, name+"-terminal", shown(t, report, terminal.Options{Terminal: true, Color: true, Width: 100}))
		golden(t, name+"-quiet", shown(t, report, terminal.Options{Quiet: true, Terminal: true}))
	}
}

// A summary fits a terminal of 24 lines and 80 columns.
func TestTheSummaryFitsAScreen(t *testing.T) {
	for name, report := range reports() {
		var out bytes.Buffer
		if err := NewConsole(&out, terminal.Options{}).Summary(report, files); err != nil {
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

// Whatever a target says, the console's own escapes are all there are.
func TestConsoleIsSafe(t *testing.T) {
	report := broken()
	report.Implementation = assay.Implementation{Organization: hostile, Product: hostile, Version: hostile}
	report.Target = Target{APIServers: []string{hostile}, Driver: hostile}
	report.Reasons, report.Notes = append(report.Reasons, hostile), []string{hostile}
	report.SLO = append(report.SLO, Level{Expression: hostile})
	report.Errors = []ErrorCount{{Endpoint: assay.Endpoint(hostile), Verdict: hostile, Status: 1, Errcode: hostile, Exchanges: []string{hostile}}, {Reason: hostile}}
	report.Search = &Search{Reason: hostile, Steps: []Step{{Phase: hostile, Outcome: Outcome(hostile)}}}
	report.Outcome = Outcome(hostile)
	var note strings.Builder
	NewConsole(&note, terminal.Options{}).Say(hostile)
	for _, c := range note.String() + shown(t, report, terminal.Options{}) {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Fatalf("%U", c)
		}
	}
}

// What is said takes the place of the line that is rewritten.
func TestSay(t *testing.T) {
	var out bytes.Buffer
	c := NewConsole(&out, terminal.Options{Terminal: true})
	c.Watch(Progress{Phase: "measured", Elapsed: time.Second, Duration: time.Minute})
	c.Say("by the way")
	if !strings.HasSuffix(out.String(), "\r\x1b[Kby the way\n") {
		t.Errorf("%q", out.String())
	}
}

func TestConsoleIsSafeForConcurrentUse(t *testing.T) {
	var out bytes.Buffer
	c := NewConsole(&out, terminal.Options{Terminal: true})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			c.Begin(begun())
			c.Watch(Progress{Phase: "measured", Elapsed: time.Second, Duration: time.Minute})
			c.Interrupted(time.Second)
			c.Say("by the way")
		})
	}
	group.Wait()
	if err := c.Summary(passed(), nil); err != nil || !strings.Contains(out.String(), "OUTCOME     PASS\n") {
		t.Errorf("%v, %q", err, out.String())
	}
}
