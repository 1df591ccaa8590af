package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/compare"
)

// pairRun runs assay load with --out, and returns the exit code and what it printed.
func pairRun(t *testing.T, dir string, args ...string) (code int, out, complaints string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"load", "--out", dir}, args...)
	code = run(t.Context(), args, surroundings{env: func(string) (string, bool) { return "", false }, stdin: &bytes.Buffer{}, stdout: &stdout, stderr: &stderr})
	return code, stdout.String(), stderr.String()
}

// Two reference platforms get half of the arrivals each. Both sides have their files, and the comparison is the one that is printed.
func TestLoadAgainst(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{benchmarkFile, secondsFile} { // of an earlier run
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, complaints := pairRun(t, dir, "--against", "reference", "--rate", "100/s", "--duration", "2s", "--warm-up", "200ms", "--mix", "login=1", "--json")
	var printed, written compare.Comparison
	text, err := os.ReadFile(filepath.Join(dir, comparisonFile))
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints)
	}
	if json.Unmarshal([]byte(out), &printed) != nil || json.Unmarshal(text, &written) != nil || string(text) != out {
		t.Errorf("printed %s, written %s", out, text)
	}
	if written.Schema != compare.SchemaName || !written.Interleaved || written.A.Sent != 100 || written.B.Sent != 100 {
		t.Errorf("%+v", written)
	}
	if code != exitUnknown { // two seconds have no intervals
		t.Errorf("exit code %d\n%s", code, complaints)
	}
	for _, side := range []string{firstSide, secondSide} {
		report, err := readBenchmark(filepath.Join(dir, side))
		if err != nil {
			t.Fatal(err)
		}
		if report.Plan.Rate != 50 || report.Exchanges.Accepted != 100 || !strings.Contains(report.Command, "--against reference") {
			t.Errorf("%s: %+v of %+v, %s", side, report.Exchanges, report.Plan, report.Command)
		}
		if got := timesIn(t, filepath.Join(dir, side, secondsFile))["accepted"]; got == nil || got.TotalCount() != 100 {
			t.Errorf("%s: the seconds have %v", side, got)
		}
	}
	first, again, complained := reported(t, "compare", filepath.Join(dir, firstSide), filepath.Join(dir, secondSide), "--json")
	if first != code || again != out {
		t.Errorf("compared again: exit code %d, %s%s", first, again, complained)
	}
	earlier, err := os.ReadFile(filepath.Join(dir, comparisonPage))
	if err != nil {
		t.Fatal(err)
	}
	if code, _, complained := reported(t, "html", dir); code != exitHolds {
		t.Errorf("exit code %d, %s", code, complained)
	}
	if page, err := os.ReadFile(filepath.Join(dir, comparisonPage)); err != nil || !bytes.Equal(page, earlier) {
		t.Errorf("another page of the same comparison, %v", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(files) != 2 {
		t.Errorf("%q, %v", files, err)
	}
	for _, part := range []string{"in pairs, at random: 50/s each", "side A ", "side B "} {
		if !strings.Contains(complaints, part) {
			t.Errorf("no %q in\n%s", part, complaints)
		}
	}
}

// What cannot be measured together is refused before anything is sent, in one line that says what to do.
func TestLoadAgainstRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "b.yaml")
	target := "schema: assay.target/1\napiServer: [http://127.0.0.1:1]\napps: [fc1]\npats: {valid: p}\ndriver: {pool: " + codes(t) + "}\n"
	if err := os.WriteFile(file, []byte(target), 0o600); err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(t.TempDir(), "plan.yaml")
	if err := os.WriteFile(plan, []byte("schema: assay.plan/1\ncalibrate: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"cannot be combined with --find-limit":             {"--against", "reference", "--find-limit"},
		"cannot be combined with --until":                  {"--against", "reference", "--until", "p99<50ms"},
		"cannot be combined with --abort-on":               {"--against", "reference", "--abort-on", "violated"},
		"cannot be combined with --raw":                    {"--against", "reference", "--raw", "x"},
		"cannot be combined with --metrics":                {"--against", "reference", "--metrics", "127.0.0.1:0"},
		"cannot be combined with --calibrate":              {"--against", "reference", "--calibrate"},
		"cannot be combined with calibrate (" + plan:       {"--against", "reference", "--plan", plan},
		"is about a search":                                {"--against", "reference", "--limit-within", "5%"},
		"cannot be combined with --against; use a rate":    {"--against", "reference", "--rate", "max"},
		"too few arrivals for two":                         {"--against", "reference", "--rate", "1/s", "--duration", "1s", "--warm-up", "0s"},
		"is not a share from 0 to 1":                       {"--against", "reference", "--tolerance", "5"},
		"--tolerance is about a comparison; add --against": {"--tolerance", "0.1"},
		"add --target":                                     {"--against", file},
		"name the target file of a deployment":             {"--against", "reference", "--target", file},
		"side B: ":                                         {"--against", filepath.Join(t.TempDir(), "none.yaml"), "--target", file},
	} {
		code, _, complaints := pairRun(t, t.TempDir(), args...)
		if code != exitUsage || !strings.Contains(complaints, says) || strings.Count(complaints, "\n") != 1 {
			t.Errorf("%q: exit code %d, %s", args, code, visible.Line(complaints, 500))
		}
	}
}

// A comparison leaves the directory of a run of one target alone while that goes on, and the other way round.
func TestLoadAgainstKeepsOutOfARun(t *testing.T) {
	dir := t.TempDir()
	other, err := lockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, benchmarkFile)
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, complaints := pairRun(t, dir, "--against", "reference", "--rate", "100/s", "--duration", "200ms", "--warm-up", "0s")
	if code != exitUsage || !strings.Contains(complaints, "another run writes its results there") || !there(path) {
		t.Errorf("exit code %d, %s", code, complaints)
	}
	other.release()
	flags := loadFlags{out: dir}
	whole, err := flags.lockOut()
	if err != nil {
		t.Fatal(err)
	}
	defer whole.release()
	if code, _, complaints := pairRun(t, dir, "--duration", "200ms"); code != exitUsage || !strings.Contains(complaints, "another run writes its results there") {
		t.Errorf("exit code %d, %s", code, complaints)
	}
}

// Neither side is measured where the other cannot be reached.
func TestLoadAgainstNothing(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "b.yaml")
	target := "schema: assay.target/1\napiServer: [http://127.0.0.1:1]\napps: [fc1]\npats: {valid: p}\ndriver: {pool: " + codes(t) + "}\n"
	if err := os.WriteFile(file, []byte(target), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, complaints := pairRun(t, dir, "--target", file, "--against", file, "--rate", "20/s", "--duration", "1s")
	if code != exitUnknown || !strings.Contains(out, "NOT COMPARABLE") || !strings.HasPrefix(complaints, "assay: side ") || !strings.Contains(complaints, ": no more login codes") {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
	var c compare.Comparison
	text, err := os.ReadFile(filepath.Join(dir, comparisonFile))
	if err != nil || json.Unmarshal(text, &c) != nil || c.Outcome != compare.Incomparable || len(c.Figures) > 0 {
		t.Errorf("%v %s", err, text)
	}
}
