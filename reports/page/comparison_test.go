package page_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
)

// The page has every figure, with a whisker where there is an interval; a text is shown as text.
func TestComparisonPage(t *testing.T) {
	low, high, least, alarm := 0.08, 0.12, 0.0213, 0.0123
	c := compare.Comparison{Outcome: compare.Regressed, Interleaved: true, FalseAlarm: &alarm, Tolerance: 0.05, ErrorTolerance: 0.001,
		Figures: []compare.Row{
			{Name: "p50", A: 0.01, B: 0.011, Change: 0.1, Low: &low, High: &high, Detectable: &least, Decides: true, Verdict: compare.Worse},
			{Name: "throughput", A: 500, B: 500, Verdict: compare.Unknown},
		},
		Reasons: []phrase.Phrase{phrase.Say(phrase.CompareWorse, "p50", "10.0ms", "11.0ms")}, Notes: []phrase.Phrase{phrase.Plain("<script>a\x1b")},
	}
	for language, parts := range map[messages.Language][]string{
		messages.English: {"<strong>B is worse</strong>", "B is worse in p50: 10.0ms in A, 11.0ms in B", "&#43;8.0% to &#43;12.0%", ">2.1%<", "&lt;script&gt;a",
			"in at most 1.2% of the cases", ">95 % interval<", `<span class="word">worse</span>`, "<small>not known</small>"},
		messages.Chinese: {"<strong>B 变差</strong>", "变差</span>"},
	} {
		var text strings.Builder
		if err := page.WriteCompare(&text, messages.For(language), c, [2]benchmark.Report{}); err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			if !strings.Contains(text.String(), part) {
				t.Errorf("no %q in\n%s", part, text.String()[strings.Index(text.String(), "<main"):])
			}
		}
		// 8 % and 12 % of a picture from -13.8 to 13.8 % whose inner width is 172
		if n := strings.Count(text.String(), `<svg class="whisker"`); n != 1 || !strings.Contains(text.String(), `d="M139.9 5v8m0-4H164.8m0-4v8"`) {
			t.Errorf("%d whiskers in %s", n, text.String()[strings.Index(text.String(), "<main"):])
		}
		if strings.Contains(text.String(), "\x1b") {
			t.Error("a control character")
		}
	}
}
