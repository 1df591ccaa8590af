package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/phrase"
)

// pairOfRuns writes the files of a run that measured two targets, and returns its directory.
func pairOfRuns(t *testing.T, change func(*compare.Comparison)) string {
	t.Helper()
	dir := t.TempDir()
	started := [2]time.Time{time.Unix(1, 0).UTC(), time.Unix(1, 1000).UTC()}
	for i, name := range []string{firstSide, secondSide} {
		path := loadRun(t, 1, func(r *benchmark.Report) {
			r.Started, r.Response.P50 = started[i], 0.01+float64(i)/500
			r.Distribution.Response[0].Seconds = r.Response.P50
			r.Pair = &benchmark.Pair{Side: "AB"[i : i+1], Other: started[1-i]}
		})
		if err := os.Rename(filepath.Dir(path), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	low, high := 0.18, 0.22
	c := compare.Comparison{Schema: compare.SchemaName, Outcome: compare.Held, Reasons: []phrase.Phrase{}, Interleaved: true, Tolerance: 0.05, ErrorTolerance: 0.001,
		A: compare.Side{Runs: 1, Seconds: 10, Sent: 1000, Started: started[:1]}, B: compare.Side{Runs: 1, Seconds: 10, Sent: 1000, Started: started[1:]},
		Figures: []compare.Row{{Name: "p50", A: 0.01, B: 0.012, Change: 0.2, Low: &low, High: &high, Decides: true, Verdict: compare.Better},
			{Name: "throughput", A: 100, B: 99, Change: -0.01, Verdict: compare.Unknown}}}
	change(&c)
	if err := writeFile(filepath.Join(dir, comparisonFile), func(w io.Writer) error { return compare.WriteJSON(w, c) }); err != nil {
		t.Fatal(err)
	}
	return dir
}

// reported runs assay report, and returns the exit code and what it printed.
func reported(t *testing.T, args ...string) (code int, out, complaints string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"report"}, args...), surroundings{env: func(string) (string, bool) { return "", false }, stdin: &bytes.Buffer{}, stdout: &stdout, stderr: &stderr})
	return code, stdout.String(), stderr.String()
}

// The two sides of one run are compared by its comparison, and by nothing else.
func TestCompareSidesOfOneRun(t *testing.T) {
	same := func(*compare.Comparison) {}
	for name, test := range map[string]struct {
		change func(*compare.Comparison)
		args   func(a, b string) []string
		code   int
		says   string
	}{
		"the sides": {same, func(a, b string) []string { return []string{a, b} }, exitHolds, "+2.00ms (+20.0%)"},
		"their files": {same, func(a, b string) []string {
			return []string{filepath.Join(a, benchmarkFile), filepath.Join(b, benchmarkFile)}
		}, exitHolds, "OUTCOME NOT WORSE"},
		"reversed":     {same, func(a, b string) []string { return []string{b, a} }, exitUsage, "is side B of the run that measured both; name them the other way round"},
		"a tolerance":  {same, func(a, b string) []string { return []string{a, b, "--tolerance", "0.02"} }, exitUsage, "compares them with --tolerance 0.05 and --tolerance-errors 0.001"},
		"of another":   {func(c *compare.Comparison) { c.A.Started = []time.Time{time.Unix(9, 0)} }, func(a, b string) []string { return []string{a, b} }, exitUnknown, "use the comparison.json"},
		"of more sent": {func(c *compare.Comparison) { c.B.Sent++ }, func(a, b string) []string { return []string{a, b} }, exitUnknown, "use the comparison.json"},
		"edited":       {func(c *compare.Comparison) { c.Figures[0].Verdict = compare.Worse }, func(a, b string) []string { return []string{a, b} }, exitUsage, "contradicts itself: outcome not-worse does not agree with a deciding figure that is worse"},
		"another word": {func(c *compare.Comparison) { c.Figures[0].Name = "p51" }, func(a, b string) []string { return []string{a, b} }, exitUsage, `unknown figure "p51"`},
	} {
		dir := pairOfRuns(t, test.change)
		code, out, complaints := reported(t, append([]string{"compare"}, test.args(filepath.Join(dir, firstSide), filepath.Join(dir, secondSide))...)...)
		if code != test.code || !strings.Contains(strings.Join(strings.Fields(out+complaints), " "), test.says) || strings.Count(complaints, "\n") > 1 {
			t.Errorf("%s: exit code %d, %s%s", name, code, out, visible.Line(complaints, 500))
		}
	}
	dir := pairOfRuns(t, same)
	if err := os.Remove(filepath.Join(dir, comparisonFile)); err != nil {
		t.Fatal(err)
	}
	code, out, _ := reported(t, "compare", filepath.Join(dir, firstSide), filepath.Join(dir, secondSide))
	if code != exitUnknown || !strings.Contains(out, "OUTCOME  NOT COMPARABLE") || strings.Contains(out, "make 3 runs a side") {
		t.Errorf("without the comparison: exit code %d, %s", code, out)
	}
}

// The page of a comparison is rendered again from its file, in either language, with the bytes that the run wrote.
func TestRenderComparisonAgain(t *testing.T) {
	dir := pairOfRuns(t, func(c *compare.Comparison) {
		c.Outcome, c.Figures[0].Verdict = compare.Regressed, compare.Worse
		c.Reasons = []phrase.Phrase{phrase.Say(phrase.CompareWorse, "p50", "10.0ms", "11.0ms")}
	})
	page := filepath.Join(dir, comparisonPage)
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{dir}, "B is worse in p50: 10.0ms in A, 11.0ms in B"}, {[]string{filepath.Join(dir, comparisonFile), "--lang", "zh"}, "B 的 p50 变差：A 为 10.0ms，B 为 11.0ms"},
	} {
		code, out, complaints := reported(t, append([]string{"html"}, test.args...)...)
		text, err := os.ReadFile(page)
		if code != exitHolds || out != "wrote "+page+"\n" || err != nil || !strings.Contains(string(text), test.says) {
			t.Errorf("%q: exit code %d, %v, %s%s", test.args, code, err, out, complaints)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, comparisonFile), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, complaints := reported(t, "html", dir); code != exitUsage || strings.Count(complaints, "\n") != 1 {
		t.Errorf("exit code %d, %s", code, complaints)
	}
}
