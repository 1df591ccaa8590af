package benchmark

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/messages"
)

// TestTexts holds what is rendered for people and machines that read text against golden files.
func TestTexts(t *testing.T) {
	english, chinese := messages.For(messages.English), messages.For(messages.Chinese)
	floor := searched()
	floor.NoiseFloor = &NoiseFloor{Ceiling: 80000, Response: floor.Service}
	for name, report := range map[string]Report{
		"passed": passed(), "broken": broken(), "searched": Conclude(floor), "unreached": unreached(),
	} {
		for file, write := range map[string]func(io.Writer) error{
			"summary-en":  func(w io.Writer) error { return WriteMarkdown(w, english, report) },
			"summary-zh":  func(w io.Writer) error { return WriteMarkdown(w, chinese, report) },
			"annotations": func(w io.Writer) error { return WriteAnnotations(w, english, report) },
			"junit":       func(w io.Writer) error { return WriteJUnit(w, report) },
		} {
			var out strings.Builder
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"-"+file, out.String())
		}
	}
}

// said is what a JUnit file of a report says of each test case, and the counts of its suite.
func said(t *testing.T, report Report) (cases map[string]string, counts [4]int) {
	t.Helper()
	var file bytes.Buffer
	if err := WriteJUnit(&file, report); err != nil {
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

func TestJUnitSaysWhatTheReportSays(t *testing.T) {
	const untested = "skipped: no code was sent twice; add replay and race to --mix"
	for name, test := range map[string]struct {
		change func(*Report)
		want   map[string]string
		counts [4]int
	}{
		"all well": {func(*Report) {}, map[string]string{"p99<50ms": "passed", "errors<1%": "passed", "load.slo": "passed"}, [4]int{5, 0, 0, 0}},
		"too slow": {func(r *Report) { r.Response.P99, r.Exchanges.ReplaysSent = 0.25, 0 }, map[string]string{
			"p99<50ms": "failure: expected p99<50ms; got 250ms", "errors<1%": "passed", "load.single-use": untested,
			"load.slo": "failure: p99<50ms does not hold: 250ms",
		}, [4]int{5, 2, 0, 1}},
		"wrong user": {func(r *Report) { r.Exchanges.WrongIdentity = 3 }, map[string]string{
			"load.identity": "failure: 3 exchanges gave somebody else's identity", "p99<50ms": "passed",
		}, [4]int{5, 1, 0, 0}},
		"unknown PAT in the warm-up": {func(r *Report) { r.WarmUp.Exchanges.BadPATsAccepted = 1 }, map[string]string{
			"outcome": "failure: 1 exchange accepted a PAT that was never issued", "load.identity": "passed",
		}, [4]int{6, 1, 0, 0}},
		"interrupted": {func(r *Report) { r.Interrupted, r.Response.P99 = true, 1 }, map[string]string{
			"p99<50ms": "skipped: the run was stopped before its end", "errors<1%": "skipped: the run was stopped before its end",
			"load.identity": "passed", "load.slo": "skipped: the run could not tell: the run was stopped before its end",
		}, [4]int{5, 0, 0, 3}},
		"wrong user and interrupted": {func(r *Report) { r.Interrupted, r.Response.P99, r.Exchanges.WrongIdentity = true, 1, 1 }, map[string]string{
			"p99<50ms": "skipped: the run was stopped before its end", "load.identity": "failure: 1 exchange gave somebody else's identity",
			"load.slo": "skipped: the run could not tell: the run was stopped before its end",
		}, [4]int{5, 1, 0, 3}},
		"saturated": {func(r *Report) { r.Generator.Unsent = 62 }, map[string]string{
			"p99<50ms": "skipped: 62 of 60662 exchanges that were due were never sent",
		}, [4]int{5, 0, 0, 3}},
		"nothing sent": {func(r *Report) { *r = unreached() }, map[string]string{
			"outcome": "error: " + unreached().Error, "p99<50ms": "skipped: " + unreached().Error, "load.identity": "skipped: no exchange was accepted",
		}, [4]int{6, 0, 1, 5}},
	} {
		report := ran()
		test.change(&report)
		cases, counts := said(t, Conclude(report))
		for c, want := range test.want {
			if cases[c] != want {
				t.Errorf("%s: %s is %q, not %q", name, c, cases[c], want)
			}
		}
		if counts != test.counts || len(cases) != counts[0] {
			t.Errorf("%s: %v, not %v, of %d", name, counts, test.counts, len(cases))
		}
	}
}

// What a run could not tell is a warning, what the implementation fell short of an error, and a pass is neither.
func TestAnnotations(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Report)
		want   string
	}{
		"all well":    {func(*Report) {}, ""},
		"too slow":    {func(r *Report) { r.Response.P99 = 1; r.Service.P99 = 1 }, "::error title=Service level violated::p99<50ms does not hold: 1.00s\n"},
		"wrong user":  {func(r *Report) { r.Exchanges.WrongIdentity = 1 }, "::error title=Incorrect::1 exchange gave somebody else's identity\n"},
		"saturated":   {func(r *Report) { r.Generator.Unsent = 62 }, "::warning title=Generator saturated::62 of 60662 exchanges that were due were never sent\n"},
		"interrupted": {func(r *Report) { r.Interrupted = true }, "::warning title=Interrupted::the run was stopped before its end\n"},
	} {
		report := ran()
		test.change(&report)
		var out strings.Builder
		if err := WriteAnnotations(&out, messages.For(messages.English), Conclude(report)); err != nil || out.String() != test.want {
			t.Errorf("%s: %q, %v", name, out.String(), err)
		}
	}
}

func TestTextWritersReportErrors(t *testing.T) {
	in := messages.For(messages.English)
	for name, write := range map[string]func(io.Writer) error{
		"Markdown":    func(w io.Writer) error { return WriteMarkdown(w, in, broken()) },
		"JUnit":       func(w io.Writer) error { return WriteJUnit(w, broken()) },
		"annotations": func(w io.Writer) error { return WriteAnnotations(w, in, broken()) },
	} {
		if err := write(&failingWriter{}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
