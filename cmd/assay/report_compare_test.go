package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// loadRun writes a benchmark.json, and returns its path.
func loadRun(t *testing.T, n int, change func(*benchmark.Report)) string {
	t.Helper()
	report := benchmark.Report{Schema: benchmark.SchemaName, Outcome: benchmark.Passed, Started: time.Unix(int64(n), 0),
		Plan:         benchmark.Plan{Shape: "constant", Rate: 100, Duration: 10, Timeout: 10},
		Exchanges:    benchmark.Exchanges{Sent: 1000, Accepted: 1000},
		Response:     benchmark.Times{P50: 0.01, P90: 0.02, P95: 0.02, P99: 0.03, P999: 0.03, Max: 0.03, Mean: 0.011, Samples: 1000},
		Distribution: benchmark.Distribution{Response: []benchmark.Point{{Percentile: 50, Seconds: 0.01}, {Percentile: 100, Seconds: 0.03}}}}
	change(&report)
	var file bytes.Buffer
	if err := benchmark.WriteJSON(&file, report); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), benchmarkFile)
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The exit code of a comparison is 1 for a worse side, 3 for what is not known or cannot be compared, and 0 for the rest.
func TestCompareExits(t *testing.T) {
	as := func(n int) string { return loadRun(t, n, func(*benchmark.Report) {}) }
	first, second := as(1)+","+as(2)+","+as(3), as(4)+","+as(5)+","+as(6)
	for name, test := range map[string]struct {
		a, b, outcome string
		code          int
	}{
		"the same": {first, second, "not-worse", exitHolds},
		"one run":  {as(1), as(2), "unknown", exitUnknown},
		"incorrect": {as(1), loadRun(t, 2, func(r *benchmark.Report) {
			r.Exchanges.WrongIdentity, r.Exchanges.Accepted, r.Response.Samples = 21, 979, 979
			r.Outcome, r.Reasons = benchmark.Incorrect, []phrase.Phrase{phrase.Say(phrase.WrongIdentity, 21)}
		}), "worse", exitFails},
		"edited": {as(1), loadRun(t, 2, func(r *benchmark.Report) { r.Exchanges.Accepted = 999 }), "", exitUsage},
		"saturated": {as(1), loadRun(t, 2, func(r *benchmark.Report) {
			r.Outcome, r.Reasons = benchmark.Saturated, []phrase.Phrase{phrase.Say(phrase.Unsent, 1, 2)}
		}), "not-comparable", exitUnknown},
		"a bad tolerance": {first, second, "", exitUsage},
	} {
		var out, complaints bytes.Buffer
		args := []string{"report", "compare", test.a, test.b, "--json"}
		if name == "a bad tolerance" {
			args = append(args, "--tolerance", "5")
		}
		got := run(t.Context(), args, surroundings{env: func(string) (string, bool) { return "", false }, stdin: &bytes.Buffer{}, stdout: &out, stderr: &complaints})
		var printed struct{ Schema, Outcome string }
		if err := json.Unmarshal(out.Bytes(), &printed); err != nil && test.outcome != "" {
			t.Errorf("%s: %v in %s", name, err, out.String())
		}
		if edited := strings.Contains(complaints.String(), "benchmark.json contradicts itself: exchanges.sent 1000 does not agree with the sum of its verdicts 999; "); edited != (name == "edited") {
			t.Errorf("%s: %s", name, complaints.String())
		}
		if got != test.code || printed.Outcome != test.outcome || test.outcome != "" && printed.Schema != "assay.comparison/1" {
			t.Errorf("%s: exit code %d, %+v\n%s", name, got, printed, complaints.String())
		}
	}
}
