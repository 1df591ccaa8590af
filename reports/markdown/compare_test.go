package markdown_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

func TestWriteCompare(t *testing.T) {
	low, high, least, alarm := 0.08, 0.12, 0.0213, 0.0123
	c := compare.Comparison{Outcome: compare.Regressed, Interleaved: true, Pairs: 3, FalseAlarm: &alarm,
		Figures: []compare.Row{
			{Name: "p50", A: 0.02, B: 0.022, Change: 0.1, Low: &low, High: &high, Detectable: &least, Decides: true, Verdict: compare.Worse},
			{Name: "throughput", A: 500, B: 500, Verdict: compare.Unknown},
		},
		Reasons: []phrase.Phrase{phrase.Say(phrase.CompareWorse, "p50", "10.0ms", "11.0ms")}, Notes: []phrase.Phrase{phrase.Plain("a | note")},
	}
	for language, parts := range map[messages.Language][]string{
		messages.English: {"## Load runs compared\n\n**B is worse**\n\n- `B is worse in p50: 10.0ms in A, 11.0ms in B`\n", "\n| p50 | 20.0ms | 22.0ms | +2.00ms (+10.0%) | +8.0% to +12.0% | 2.1% | **worse** |\n",
			"\n| throughput | 500/s | 500/s | +0/s (+0.0%) |  |  | not known |\n", "in at most 1.2% of the cases", "| change | 95 % interval |", "each of them half of the rate", "The sides are of 3 runs of assay load --against", "\n`a | note`\n"},
		messages.Chinese: {"**B 变差**", "| **变差** |", "不超过 1.2%", "两侧来自 3 次 assay load --against 运行"},
	} {
		var text strings.Builder
		if err := markdown.WriteCompare(&text, messages.For(language), c); err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			if !strings.Contains(text.String(), part) {
				t.Errorf("no %q in\n%s", part, &text)
			}
		}
	}
}
