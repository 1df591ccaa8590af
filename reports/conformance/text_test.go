package conformance

import (
	"io"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
)

// TestTexts holds what is rendered for people and machines that read text against golden files.
func TestTexts(t *testing.T) {
	english, chinese := messages.For(messages.English), messages.For(messages.Chinese)
	for name, report := range map[string]Report{
		"conformant": conformant(), "nonconformant": nonconformant(), "incomplete": incomplete(),
	} {
		for file, write := range map[string]func(io.Writer) error{
			"summary-en":  func(w io.Writer) error { return WriteMarkdown(w, english, report) },
			"summary-zh":  func(w io.Writer) error { return WriteMarkdown(w, chinese, report) },
			"annotations": func(w io.Writer) error { return WriteAnnotations(w, english, report) },
			"badge-en":    func(w io.Writer) error { return WriteBadge(w, english, report) },
			"badge-zh":    func(w io.Writer) error { return WriteBadge(w, chinese, report) },
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

// TestReasonsAreTheReportsOwn wants the words of the file in English, and in another language those that this package
// has, whatever else the suite said.
func TestReasonsAreTheReportsOwn(t *testing.T) {
	report := nonconformant()
	report.Waivers = append(report.Waivers, Waiver{ID: "code.missing", Owner: "x", Reason: "y", Expires: "2026-12-31"},
		Waiver{ID: "no.such", Expires: "2026-12-31"}, Waiver{ID: "pat.missing", Expires: "2020-01-01"})
	report = Conclude(assay.Requirements(), report)
	report.Reasons = append(report.Reasons, "the platform fell silent")
	if got := Reasons(report, messages.For(messages.English)); strings.Join(got, "\n") != strings.Join(report.Reasons, "\n") {
		t.Errorf("%q", got)
	}
	want := []string{
		"3 项被违反：code.single-use、pat.unknown和http.tls", "对 code.missing 的豁免已不需要：该要求成立",
		"有豁免指向 no.such，但没有这项要求", "对 pat.missing 的豁免已于 2020-01-01 过期", "1 项出错：code.expiry",
		"1 项未测试：pat.unscoped", "1 项已豁免：phone.injected", "the platform fell silent",
	}
	if got := Reasons(report, messages.For(messages.Chinese)); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	if got := Reasons(incomplete(), messages.For(messages.Chinese)); len(got) != 4 || strings.Contains(strings.Join(got, ""), "was") {
		t.Errorf("%q", got)
	}
}

func TestJUnitHasACaseForEachEndpoint(t *testing.T) {
	report := conformant()
	for i := range report.Requirements {
		if result := &report.Requirements[i]; result.ID == "code.single-use" {
			result.Verdict = assay.Fail
			result.Endpoints = []EndpointVerdict{{assay.Login, assay.Pass}, {assay.Phone, assay.Fail}}
			result.Findings = []Finding{{Endpoint: assay.Phone, Expected: "refused", Actual: "accepted"}}
		}
	}
	parsed, _ := parsedJUnit(t, Conclude(assay.Requirements(), report))
	said := map[string]bool{}
	for _, suite := range parsed.Suites {
		for _, c := range suite.Cases {
			if strings.HasPrefix(c.Name, "code.single-use ") || c.Name == "code.single-use" {
				said[c.Name] = c.Failure != nil
			}
		}
	}
	if failed, there := said["code.single-use (login)"]; failed || !there || !said["code.single-use (phone)"] || len(said) != 2 {
		t.Errorf("%v", said)
	}
}

// TestAWaivedFailureIsSkippedOnEveryEndpoint: what the owner has owned up to fails no build.
func TestAWaivedFailureIsSkippedOnEveryEndpoint(t *testing.T) {
	report := conformant()
	for i := range report.Requirements {
		if result := &report.Requirements[i]; result.ID == "code.single-use" {
			result.Verdict = assay.Fail
			result.Endpoints = []EndpointVerdict{{assay.Login, assay.Fail}, {assay.Phone, assay.Fail}}
		}
	}
	report.Waivers = []Waiver{{ID: "code.single-use", Owner: "x", Reason: "y", Expires: "2026-12-31"}}
	report = Conclude(assay.Requirements(), Conclude(assay.Requirements(), report))
	parsed, _ := parsedJUnit(t, report)
	if parsed.Failures != 0 {
		t.Errorf("%d failures", parsed.Failures)
	}
	if result, _ := report.Result("code.single-use"); len(result.Endpoints) != 2 || result.Endpoints[0].Verdict != assay.Waived {
		t.Errorf("%+v", result.Endpoints)
	}
}
