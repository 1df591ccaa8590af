package conformance

import (
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
)

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
