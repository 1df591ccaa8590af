package junit_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/junit"
	"github.com/unified-login/assay/reports/sample/golden"
)

// parsedLoad returns the result of each test case of a report, and the counts of its suite.
func parsedLoad(t *testing.T, report benchmark.Report) (cases map[string]string, counts [4]int) {
	t.Helper()
	var file bytes.Buffer
	if err := junit.Write(&file, report.Seconds(), junit.Benchmark(report)); err != nil {
		t.Fatal(err)
	}
	type remark struct {
		Message string `xml:"message,attr"`
	}
	var parsed struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
		Cases    []struct {
			Name    string  `xml:"name,attr"`
			Failure *remark `xml:"failure"`
			Error   *remark `xml:"error"`
			Skipped *remark `xml:"skipped"`
		} `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal(file.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	cases = map[string]string{}
	for _, c := range parsed.Cases {
		cases[c.Name] = "passed"
		for kind, r := range map[string]*remark{"failure": c.Failure, "error": c.Error, "skipped": c.Skipped} {
			if r != nil {
				cases[c.Name] = kind + ": " + r.Message
			}
		}
	}
	return cases, [4]int{parsed.Tests, parsed.Failures, parsed.Errors, parsed.Skipped}
}

func TestBenchmark(t *testing.T) {
	const untested = "skipped: after the warm-up, 0 codes were sent again and refused, which are too few to tell: it takes 29; use a longer --duration, or more replay and race in --mix"
	for name, test := range map[string]struct {
		change func(*benchmark.Report)
		want   map[string]string
		counts [4]int
	}{
		"all well": {func(*benchmark.Report) {}, map[string]string{"p99<50ms": "passed", "errors<1%": "passed", "load.slo": "passed"}, [4]int{5, 0, 0, 0}},
		"too slow": {func(r *benchmark.Report) { r.Response.P99, r.Exchanges.ReplaysSent = 0.25, 0 }, map[string]string{
			"p99<50ms": "failure: expected p99<50ms; got 250ms", "errors<1%": "passed", "load.single-use": untested,
			"load.slo": "failure: p99<50ms does not hold: 250ms",
		}, [4]int{5, 2, 0, 1}},
		"wrong user": {func(r *benchmark.Report) { r.Exchanges.WrongIdentity = 3 }, map[string]string{
			"load.identity": "failure: 3 exchanges gave somebody else's identity", "p99<50ms": "passed",
		}, [4]int{5, 1, 0, 0}},
		"unknown PAT in the warm-up": {func(r *benchmark.Report) { r.WarmUp.Exchanges.BadPATsAccepted = 1 }, map[string]string{
			"outcome": "failure: 1 exchange gave an identity for an unknown PAT, 1 of them in the warm-up", "load.identity": "passed",
		}, [4]int{6, 1, 0, 0}},
		"interrupted": {func(r *benchmark.Report) { r.Interrupted, r.Response.P99 = true, 1 }, map[string]string{
			"p99<50ms": "skipped: the run was stopped before its end", "errors<1%": "skipped: the run was stopped before its end",
			"load.identity": "passed", "load.slo": "skipped: the run could not tell: the run was stopped before its end",
		}, [4]int{5, 0, 0, 3}},
		"wrong user and interrupted": {func(r *benchmark.Report) { r.Interrupted, r.Response.P99, r.Exchanges.WrongIdentity = true, 1, 1 }, map[string]string{
			"p99<50ms": "skipped: the run was stopped before its end", "load.identity": "failure: 1 exchange gave somebody else's identity",
			"load.slo": "skipped: the run could not tell: the run was stopped before its end",
		}, [4]int{5, 1, 0, 3}},
		"saturated": {func(r *benchmark.Report) { r.Generator.Unsent = 62 }, map[string]string{
			"p99<50ms": "skipped: 62 of 60662 exchanges that were due were never sent; lower the rate",
		}, [4]int{5, 0, 0, 3}},
		"nothing sent": {func(r *benchmark.Report) { *r = golden.LoadUnreached() }, map[string]string{
			"outcome": "error: " + golden.LoadUnreached().Error.String(), "p99<50ms": "skipped: " + golden.LoadUnreached().Error.String(), "load.identity": "skipped: no exchange was accepted",
		}, [4]int{6, 0, 1, 5}},
	} {
		report := golden.LoadRan()
		test.change(&report)
		cases, counts := parsedLoad(t, benchmark.Conclude(report))
		for c, want := range test.want {
			if cases[c] != want {
				t.Errorf("%s: %s is %q, want %q", name, c, cases[c], want)
			}
		}
		if counts != test.counts || len(cases) != counts[0] {
			t.Errorf("%s: %v, want %v; %d cases", name, counts, test.counts, len(cases))
		}
	}
}

// The samples of a level are those of its scope, and what it needs is one number, also in its reason.
func TestSamplesOfALevel(t *testing.T) {
	report := golden.LoadPassed()
	report.SLO = []benchmark.Level{{Expression: "phone.p99<50ms"}}
	report.ByEndpoint = []benchmark.EndpointFigures{{Endpoint: assay.Phone, Exchanges: benchmark.Exchanges{Sent: 20, Accepted: 20}, Response: benchmark.Times{P50: 0.01, P99: 0.02, Samples: 20}}}
	report = benchmark.Conclude(report)
	for _, one := range junit.Benchmark(report)[0].Cases {
		if one.Name == "phone.p99<50ms" {
			if text := one.Skipped.Text; !strings.Contains(text, "20; needs 299") || !strings.Contains(text, "20 exchanges are too few to judge p99, which takes 299") {
				t.Errorf("%s", text)
			}
			return
		}
	}
	t.Error("no test case")
}
