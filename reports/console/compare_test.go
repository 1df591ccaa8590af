package console_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/console"
)

func TestWriteCompare(t *testing.T) {
	c := compare.Comparison{
		A: compare.Side{Runs: 1, Seconds: 30}, B: compare.Side{Runs: 2, Seconds: 60}, Tolerance: 0.05, Block: 5,
		Rows: []compare.Row{
			{Name: "p50", A: 0.01, B: 0.011, Change: 0.1, Low: 0.08, High: 0.12, P: 1e-9, Verdict: compare.Worse},
			{Name: "throughput", A: 500, B: 500, P: 1, Verdict: compare.Same},
		},
		Remarks: []string{"one run of a side"},
	}
	var text strings.Builder
	if err := console.WriteCompare(&text, c); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"A  1 run, 30 seconds\nB  2 runs, 60 seconds\n", "\nNOTE  one run of a side\n", "blocks of 5\nseconds", "beyond 5% is worse",
		"\np50              10.0ms     11.0ms    +10.0%   +8.0% to +12.0%         1e-09   worse\n", " 500/s      500/s     +0.0%",
	} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
}
