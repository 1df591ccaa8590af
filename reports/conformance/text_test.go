package conformance

import (
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// TestReasonsAreSaidInChinese: the product's own reasons are in Chinese, a driver's words as they are.
func TestReasonsAreSaidInChinese(t *testing.T) {
	report := nonconformant()
	report.Waivers = append(report.Waivers, Waiver{ID: "code.missing", Owner: "x", Reason: "y", Expires: "2026-12-31"},
		Waiver{ID: "no.such", Expires: "2026-12-31"}, Waiver{ID: "pat.missing", Expires: "2020-01-01"})
	report = Conclude(assay.Requirements(), report)
	report.Reasons = append(report.Reasons, phrase.Plain("the platform fell silent"))
	said := func(in messages.Language, reasons []phrase.Phrase) string {
		var lines []string
		for _, reason := range reasons {
			lines = append(lines, messages.For(in).Say(reason))
		}
		return strings.Join(lines, "\n")
	}
	want := []string{
		"3 项被违反：code.single-use、pat.unknown 和 http.tls", "对 code.missing 的豁免已不需要：该要求已通过",
		"有豁免指向 no.such，但没有这项要求", "对 pat.missing 的豁免已于 2020-01-01 过期", "1 项出错：code.expiry",
		"1 项未测试：pat.unscoped", "1 项已豁免：phone.injected", "the platform fell silent",
	}
	if got := said(messages.Chinese, report.Reasons); got != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	if got := said(messages.English, report.Reasons); !strings.HasPrefix(got, "3 violated: code.single-use, pat.unknown and http.tls\n") {
		t.Errorf("%q", got)
	}
	if got := said(messages.Chinese, incomplete().Reasons); strings.Count(got, "\n") != 3 || strings.Contains(got, "was") {
		t.Errorf("%q", got)
	}
}
