package junit_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/junit"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/sample/golden"
)

var update = flag.Bool("update", false, "write the golden files again")

func TestGoldenFiles(t *testing.T) {
	files := map[string]func(io.Writer) error{}
	for name, report := range golden.Documents() {
		files[name] = func(w io.Writer) error { return junit.Write(w, report.Seconds, junit.Conformance(report)) }
	}
	for name, report := range golden.LoadDocuments() {
		files[name] = func(w io.Writer) error { return junit.Write(w, report.Seconds(), junit.Benchmark(report)) }
	}
	for name, write := range files {
		var out strings.Builder
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, *update, name+"-junit", out.String())
	}
}

func TestWriteReportsErrors(t *testing.T) {
	report := golden.Nonconformant()
	for _, after := range []int{0, 50, 5000} {
		if err := junit.Write(&golden.FailingWriter{After: after}, 1, junit.Conformance(report)); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("after %d bytes: %v", after, err)
		}
	}
	if err := junit.Write(&golden.FailingWriter{}, 1, junit.Benchmark(golden.LoadBroken())); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

// written is a JUnit file as an independent reader sees it.
type written struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Tests int    `xml:"tests,attr"`
		Props []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:"value,attr"`
		} `xml:"properties>property"`
		Cases []struct {
			Name    string `xml:"name,attr"`
			Class   string `xml:"classname,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Error *struct {
				Message string `xml:"message,attr"`
			} `xml:"error"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
			Out string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func parsed(t *testing.T, report conformance.Report) (written, []byte) {
	t.Helper()
	var file bytes.Buffer
	if err := junit.Write(&file, report.Seconds, junit.Conformance(report)); err != nil {
		t.Fatal(err)
	}
	var parsed written
	if err := xml.Unmarshal(file.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed, file.Bytes()
}

func TestConformance(t *testing.T) {
	report := golden.Nonconformant()
	parsed, _ := parsed(t, report)
	got := map[string]string{}
	tests := 0
	for _, suite := range parsed.Suites {
		tests += suite.Tests
		for _, c := range suite.Cases {
			switch {
			case c.Failure != nil:
				got[c.Name] = "failure: " + c.Failure.Message
			case c.Error != nil:
				got[c.Name] = "error: " + c.Error.Message
			case c.Skipped != nil:
				got[c.Name] = "skipped: " + c.Skipped.Message
			default:
				got[c.Name] = strings.TrimSpace("passed " + strings.SplitN(c.Out, "\n", 2)[0])
			}
			if !strings.HasPrefix(c.Name, suite.Name+".") || c.Class != "unified-login."+suite.Name {
				t.Errorf("%s of %s is in suite %s", c.Name, c.Class, suite.Name)
			}
		}
	}
	for name, want := range map[string]string{
		"code.single-use (login)": "failure: expected refused; got accepted, openId o-1",
		"code.single-use (phone)": "passed PASS",
		"pat.accepted":            "passed",
		"http.tls (login)":        "failure: expected TLS 1.2 or later; got no TLS",
		"http.no-store (phone)":   "passed WARN",
		"pat.unscoped":            "skipped: the target names no pats.unscoped and the driver does not offer issuePat",
		"phone.injected (phone)":  "skipped: expected ~phone-0123456789~; got ~phone-9876543210~",
		"host.login-code":         "skipped: profile host is not declared",
		"code.failed-attempt":     "passed OBSERVED",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	if !strings.HasPrefix(got["code.expiry"], "error: the driver died") {
		t.Errorf("code.expiry is %q", got["code.expiry"])
	}
	if parsed.Tests != tests || parsed.Tests != len(got) || parsed.Failures != 3 || parsed.Errors != 1 {
		t.Errorf("%d tests of %d and %d, %d failures, %d errors", parsed.Tests, tests, len(got), parsed.Failures, parsed.Errors)
	}
	if want := report.Counts.Untested + report.Counts.Waived; parsed.Skipped != want {
		t.Errorf("%d skipped, want %d", parsed.Skipped, want)
	}
	for _, property := range parsed.Suites[0].Props {
		if property.Name == "outcome" && property.Value != "nonconformant" || property.Name == "seed" && property.Value != "42" {
			t.Errorf("property %+v", property)
		}
	}
}

func TestEveryChapterIsASuite(t *testing.T) {
	parsed, _ := parsed(t, golden.Conformant())
	var want []string
	for _, requirement := range assay.Requirements().Requirements {
		if chapter := requirement.Chapter(); len(want) == 0 || want[len(want)-1] != chapter {
			want = append(want, chapter)
		}
	}
	var got []string
	for _, suite := range parsed.Suites {
		got = append(got, suite.Name)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the suites are %q, want %q", got, want)
	}
	if parsed.Tests != len(assay.Requirements().Requirements) || parsed.Failures+parsed.Errors != 0 {
		t.Errorf("%d tests, %d failures, %d errors", parsed.Tests, parsed.Failures, parsed.Errors)
	}
}

// A verdict that no finding has gets its own case.
func TestNoVerdictIsLost(t *testing.T) {
	report := golden.Begun()
	set := assay.RequirementSet{Name: "small/1.0", Requirements: []assay.Requirement{
		{ID: "a.must", Level: assay.Must, Profiles: []string{assay.ProfileLogin}},
	}}
	report.Requirements = []conformance.Result{{ID: "a.must", Verdict: assay.Error, Reason: phrase.Plain("reset"),
		Findings: []conformance.Finding{{Endpoint: assay.Login, Verdict: assay.Pass}}}}
	parsed, _ := parsed(t, conformance.Conclude(set, report))
	if parsed.Errors != 1 || parsed.Suites[0].Cases[0].Name != "a.must (login)" || parsed.Suites[0].Cases[1].Error == nil {
		t.Errorf("%+v", parsed.Suites[0].Cases)
	}
}

// Section 2.2 of XML 1.0 allows these characters, in the file and in the parsed text.
func TestJUnitIsLegalXML(t *testing.T) {
	report := golden.Nonconformant()
	report.Implementation.Product, report.Target.APIServers = golden.Hostile, []string{golden.Hostile}
	result := &report.Requirements[0]
	result.Verdict, result.Reason, result.Says, result.Source, result.ID = assay.Error, phrase.Plain(golden.Hostile), golden.Hostile, golden.Hostile, golden.Hostile
	result.Findings = []conformance.Finding{{Endpoint: assay.Endpoint(golden.Hostile), Situation: golden.Hostile, Expected: golden.Hostile, Actual: golden.Hostile, Exchanges: []string{golden.Hostile}, Reproduce: golden.Hostile}}
	_, file := parsed(t, report)

	legal := func(text []byte) bool {
		for _, c := range string(text) {
			if c != '\t' && c != '\n' && c != '\r' && (c < 0x20 || c > 0xd7ff && c < 0xe000 || c == 0xfffe || c == 0xffff) {
				return false
			}
		}
		return utf8.Valid(text)
	}
	if !legal(file) || bytes.Contains(file, []byte("]]>")) || bytes.ContainsAny(file, "\x1b\u202e") {
		t.Error("the file has characters that XML does not allow")
	}
	decoder := xml.NewDecoder(bytes.NewReader(file))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok && !legal(text) {
			t.Errorf("%q", text)
		}
	}
	if !bytes.Contains(file, []byte(`\x1b[2J`)) || !bytes.Contains(file, []byte("名前の長い値 é")) {
		t.Error("the texts of the target are not in the file")
	}
}

func TestEveryEndpointHasACase(t *testing.T) {
	report := golden.Conformant()
	for i := range report.Requirements {
		if result := &report.Requirements[i]; result.ID == "code.single-use" {
			result.Verdict = assay.Fail
			result.Endpoints = []conformance.EndpointVerdict{{Endpoint: assay.Login, Verdict: assay.Pass}, {Endpoint: assay.Phone, Verdict: assay.Fail}}
			result.Findings = []conformance.Finding{{Endpoint: assay.Phone, Expected: "refused", Actual: "accepted"}}
		}
	}
	parsed, _ := parsed(t, conformance.Conclude(assay.Requirements(), report))
	got := map[string]bool{}
	for _, suite := range parsed.Suites {
		for _, c := range suite.Cases {
			if strings.HasPrefix(c.Name, "code.single-use ") || c.Name == "code.single-use" {
				got[c.Name] = c.Failure != nil
			}
		}
	}
	if failed, there := got["code.single-use (login)"]; failed || !there || !got["code.single-use (phone)"] || len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// A waived failure does not fail a build.
func TestAWaivedFailureIsSkippedOnEveryEndpoint(t *testing.T) {
	report := golden.Conformant()
	for i := range report.Requirements {
		if result := &report.Requirements[i]; result.ID == "code.single-use" {
			result.Verdict = assay.Fail
			result.Endpoints = []conformance.EndpointVerdict{{Endpoint: assay.Login, Verdict: assay.Fail}, {Endpoint: assay.Phone, Verdict: assay.Fail}}
		}
	}
	report.Waivers = []conformance.Waiver{{ID: "code.single-use", Owner: "x", Reason: "y", Expires: "2026-12-31"}}
	report = conformance.Conclude(assay.Requirements(), conformance.Conclude(assay.Requirements(), report))
	parsed, _ := parsed(t, report)
	if parsed.Failures != 0 {
		t.Errorf("%d failures", parsed.Failures)
	}
	if result, _ := report.Result("code.single-use"); len(result.Endpoints) != 2 || result.Endpoints[0].Verdict != assay.Waived {
		t.Errorf("%+v", result.Endpoints)
	}
}
