package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/schematest"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// measured runs assay load in this process, and returns its report and its output directory.
func measured(t *testing.T, code int, args ...string) (benchmark.Report, string) {
	t.Helper()
	return measuredAs(t, []int{code}, args...)
}

// measuredAs is measured with one of several exit codes: on a busy machine the generator may be the bottleneck.
func measuredAs(t *testing.T, codes []int, args ...string) (benchmark.Report, string) {
	t.Helper()
	dir := t.TempDir()
	var out, complaints bytes.Buffer
	nothing := func(string) (string, bool) { return "", false }
	args = append([]string{"load", "--out", dir}, args...)
	if got := run(t.Context(), args, surroundings{env: nothing, stdin: &bytes.Buffer{}, stdout: &out, stderr: &complaints}); !slices.Contains(codes, got) {
		t.Fatalf("exit code %d, want one of %v\n%s%s", got, codes, out.String(), complaints.String())
	}
	file, err := os.Open(filepath.Join(dir, benchmarkFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	report, err := benchmark.ReadJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	if found := report.Contradiction(); !found.IsZero() {
		t.Error(found)
	}
	return report, dir
}

// The reports of a run and of a search follow the published schema.
func TestLoadReportsFollowTheSchema(t *testing.T) {
	schema := schematest.Compile(t, benchmark.Schema())
	_, whole := measuredAs(t, []int{exitHolds, exitUnknown}, "--rate", "max", "--in-flight", "2", "--duration", "300ms", "--warm-up", "100ms",
		"--mix", "login=2,phone=1,replay=1,race=1,badPat=1", "--slo", "errors<=0")
	_, unreached := measured(t, exitUnknown, "--find-limit", "--rate", "20/s", "--api-server", "http://127.0.0.1:1", "--app", "fc0",
		"--pat", "p", "--driver", "pool:"+codes(t))
	for _, dir := range []string{whole, unreached} {
		text, err := os.ReadFile(filepath.Join(dir, benchmarkFile))
		if err != nil {
			t.Fatal(err)
		}
		schematest.Follows(t, schema, string(text), text)
	}
}

// codes writes a pool file of codes that no platform accepts.
func codes(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "codes.jsonl")
	var pool bytes.Buffer
	for _, code := range []string{"first-of-the-codes", "second-of-the-codes"} {
		_ = json.NewEncoder(&pool).Encode(map[string]string{"kind": "login", "code": code, "appId": "fc0", "userId": "u"})
	}
	if err := os.WriteFile(path, pool.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// vegeta runs the vegeta command and returns its output.
func vegeta(t *testing.T, args ...string) []byte {
	t.Helper()
	command := exec.Command("go", append([]string{"tool", "-modfile=../../tools/go.mod", "vegeta"}, args...)...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("vegeta %s: %v\n%s", args, err, complaints.String())
	}
	return out
}

// The vegeta command reads the raw results: its report has every exchange, and its plot every arrival.
func TestVegetaReadsTheRawResults(t *testing.T) {
	for name, args := range map[string][]string{
		"a schedule":    {"--rate", "200/s", "--in-flight", "64", "--slo", "p50<1us"},
		"a closed loop": {"--rate", "max", "--in-flight", "2", "--slo", "p50<1us"},
		"too fast":      {"--rate", "2000/s", "--in-flight", "1", "--slo", "p50<1us"}, // some arrivals are never sent
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "raw.bin")
			report, _ := measured(t, exitFails, append(args, "--raw", path, "--duration", "500ms", "--warm-up", "100ms",
				"--mix", "login=4,replay=1,race=1")...)
			var read struct {
				Requests int64            `json:"requests"`
				Codes    map[string]int64 `json:"status_codes"`
			}
			if err := json.Unmarshal(vegeta(t, "report", "-type=json", path), &read); err != nil {
				t.Fatal(err)
			}
			sent, unsent := report.Exchanges.Sent, report.Generator.Unsent
			if read.Requests != sent+unsent || read.Codes["200"] != report.Exchanges.Accepted {
				t.Errorf("vegeta counts %d requests, %d with status 200; want %d sent and %d unsent, %d accepted",
					read.Requests, read.Codes["200"], sent, unsent, report.Exchanges.Accepted)
			}
			plot := vegeta(t, "plot", "-threshold=1000000", path)
			points := regexp.MustCompile(`\[[0-9.]+,`).FindAll(plot, -1)
			if arrivals := sent + unsent - report.Exchanges.RacesSent; int64(len(points)) < arrivals {
				t.Errorf("vegeta's plot has %d points, want at least %d arrivals", len(points), arrivals)
			}
		})
	}
}

// Without --rate, a target that declares a limit of requests is measured below it.
func TestTheDefaultRateKeepsBelowALimit(t *testing.T) {
	for _, test := range []struct{ declared, limit, want float64 }{{0, 0, 500}, {0, 50, 45}, {0, 1000, 500}, {20, 50, 20}, {80, 50, 80}} {
		target := assay.Target{Profiles: []string{"login"}, Declares: assay.Declarations{Rate: test.declared, RateLimit: test.limit}}
		flags := loadFlags{shape: string(arrivals.Constant), engine: string(engine.Auto), duration: time.Second}
		if plan, err := flags.plan(target); err != nil || plan.Rate != test.want {
			t.Errorf("declared rate %g, limit %g: %g, %v; want %g", test.declared, test.limit, plan.Rate, err, test.want)
		}
	}
}

// The pre-flight waits longer than a short --timeout, because a first answer may be slow, and says so: the run is made and judged.
func TestAShortTimeoutIsOfTheRun(t *testing.T) {
	report, _ := measuredAs(t, []int{exitFails, exitUnknown}, "--rate", "max", "--in-flight", "2", "--duration", "300ms", "--warm-up", "0s", "--timeout", "1ns", "--quiet")
	if report.Outcome != benchmark.Violated && report.Outcome != benchmark.Saturated {
		t.Errorf("outcome %s: %q", report.Outcome, report.Reasons)
	}
	if report.Exchanges.Sent == 0 || report.Exchanges.Accepted > 0 || !strings.Contains(fmt.Sprint(report.Notes), ", longer than the --timeout of 1ns: ") {
		t.Errorf("%+v, %q", report.Exchanges, report.Notes)
	}
}
