package sample_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
)

// TestTheChineseConsoleHasNoEnglishWords walks what assay load says in Chinese, from its first line to its last.
func TestTheChineseConsoleHasNoEnglishWords(t *testing.T) {
	for name, report := range loads() {
		var out strings.Builder
		saysAll(t, &out, report, messages.For(messages.Chinese))
		text := recorded.ReplaceAllString(strings.Join(strings.Fields(out.String()), " "), " ")
		if words := latin(text, report); len(words) > 0 {
			t.Errorf("%s: %q in\n%s", name, words, out.String())
		}
	}
}

// TestTheChineseComparisonHasNoEnglishWords walks what assay report compare and assay load --against say in Chinese.
func TestTheChineseComparisonHasNoEnglishWords(t *testing.T) {
	var out strings.Builder
	c, in, report := comparison(), messages.For(messages.Chinese), sample.IncorrectLoad()
	for _, pairs := range []int{0, 3} {
		c.Pairs = pairs
		if err := console.WriteCompareIn(&out, in, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := console.NewBenchmark(&out, terminal.Options{}).In(in).PairSummary(c, [2]benchmark.Report{report, report}, nil); err != nil {
		t.Fatal(err)
	}
	if words := latin(recorded.ReplaceAllString(strings.Join(strings.Fields(out.String()), " "), " "), report); len(words) > 0 {
		t.Errorf("%q in\n%s", words, out.String())
	}
}

// saysAll makes the console say what it says in a run that ends with a report.
func saysAll(t *testing.T, out io.Writer, report benchmark.Report, in messages.Printer) {
	t.Helper()
	c := console.NewBenchmark(out, terminal.Options{}).In(in)
	begun := report
	begun.Generator.InProcess = true
	c.Begin(begun)
	for _, phase := range []string{"warm-up", "measured", "climb 100/s", "narrow 200/s", "probe 1, 300/s", "confirm 250/s"} {
		for _, last := range []bool{false, true} {
			c.Watch(console.Progress{Phase: phase, Elapsed: 5 * time.Second, Duration: 8 * time.Second, Second: benchmark.Second{Answered: 5, P50: new(0.1), P99: new(0.2)},
				Sum: benchmark.Exchanges{Sent: 5, Refused: 1, WrongIdentity: 1}, Last: last, Most: time.Minute})
		}
	}
	c.Limited(5*time.Second, 3*time.Second, 429, 7, 0)
	c.Limited(5*time.Second, 0, 0, 7, 0)
	c.Interrupted(time.Second)
	if err := c.Summary(report, []string{"out/benchmark.json", "out/benchmark.html", "out/transcript.jsonl"}); err != nil {
		t.Fatal(err)
	}
}
