package console_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/phrase"
)

func TestWriteCompare(t *testing.T) {
	low, high := 0.08, 0.12
	c := compare.Comparison{
		A: compare.Side{Runs: 1, Seconds: 30, Sent: 15000}, B: compare.Side{Runs: 3, Seconds: 90, Sent: 45000, Failed: 7, Incorrect: 1},
		Outcome: compare.Regressed, Tolerance: 0.05, ErrorTolerance: 0.001,
		Figures: []compare.Row{
			{Name: "p50", A: 0.02, B: 0.022, Change: 0.1, Low: &low, High: &high, Decides: true, Verdict: compare.Worse},
			{Name: "errors", B: 0.042, Change: 0.042, Decides: true, Verdict: compare.Unknown},
			{Name: "throughput", A: 500, B: 500, Verdict: compare.Same},
		},
		Reasons: []phrase.Phrase{phrase.Say(phrase.CompareIncorrect, 1)}, Notes: []phrase.Phrase{phrase.Plain("a\x1b note")},
	}
	var text strings.Builder
	if err := console.WriteCompare(&text, c); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"A  1 run, 30 seconds, 15000 exchanges, 0 failed\nB  3 runs, 90 seconds, 45000 exchanges, 7 failed, 1 incorrect\n",
		"\np50          20.0ms   22.0ms  +2.00ms (+10.0%)  +8.0% to +12.0%    worse\n",
		"\nerrors           0%     4.2%           +4.2 pt  -                  not known\n",
		"    500/s    500/s      +0/s (+0.0%)  -                  (same)\n",
		"\nOUTCOME  WORSE\n         - B has 1 incorrect exchange, A has none: no figure excuses it\n", " Worse: the whole interval\nis beyond +5%; for errors and \"silent\", beyond +0.1 points.",
	} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
	if strings.Contains(text.String(), "\x1b") {
		t.Errorf("%q", text.String())
	}
}

// What an interleaved run compares, how often it is wrong, and what it could have seen stand below the table.
func TestWhatAComparisonCouldHaveSeen(t *testing.T) {
	low, high, p50, p99, alarm := 0.08, 0.12, 0.0213, 0.06, 0.0123
	c := compare.Comparison{Outcome: compare.Regressed, Interleaved: true, FalseAlarm: &alarm, Tolerance: 0.05,
		Figures: []compare.Row{
			{Name: "p50", Low: &low, High: &high, Detectable: &p50, Decides: true},
			{Name: "p90", Low: &low, High: &high, Detectable: &p50},
			{Name: "p99", Low: &low, High: &high, Detectable: &p99, Decides: true},
		},
		Reasons: []phrase.Phrase{phrase.Say(phrase.ComparePairNoise, "p50", "-1%", "+9%")},
	}
	var text, outcome strings.Builder
	if err := console.WriteCompare(&text, c); err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(text.String()), " ")
	for _, part := range []string{"in pairs and at random: each of them half of the rate", "in at most 1.2% of the cases",
		"nine of ten changes that are at least: p50 2.1%, p99 6.0%."} {
		if !strings.Contains(words, part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
	if strings.Contains(words, "Welch") {
		t.Error(words)
	}
	pairs := c
	pairs.Interleaved, pairs.Pairs = false, 3
	var ofPairs strings.Builder
	if err := console.WriteCompare(&ofPairs, pairs); err != nil || !strings.Contains(ofPairs.String(), "sides are of 3 runs of assay load --against") || strings.Contains(ofPairs.String(), "Welch") {
		t.Errorf("%v\n%s", err, &ofPairs)
	}
	alarm = 0
	_ = console.WriteCompareOutcome(&outcome, c)
	if want := "OUTCOME  WORSE\n         - not known: p50; its change is somewhere from -1% to +9%; use a longer --duration\n"; outcome.String() != want {
		t.Errorf("%q", &outcome)
	}
	if text.Reset(); console.WriteCompare(&text, c) != nil || !strings.Contains(strings.Join(strings.Fields(text.String()), " "), "in less than 0.1% of") {
		t.Errorf("%s", &text)
	}
}
