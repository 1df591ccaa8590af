package benchmark

import (
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// A failed run says where to look; a run that did not fail has nothing to look for.
func TestNextStep(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Report)
		want   string
	}{
		"passed":   {func(*Report) {}, ""},
		"too slow": {func(r *Report) { r.Response.P99 = 1 }, "the times by second in o/benchmark.html"},
		"errors":   {func(r *Report) { r.Exchanges.Refused = 30_000 }, "the errors in o/benchmark.html"},
		"wrong": {func(r *Report) {
			r.Exchanges.WrongIdentity, r.Exchanges.Refused = 1, 9
			r.Errors = []ErrorCount{{Endpoint: assay.Login, Verdict: "refused", Count: 9, Exchanges: []string{"x-1"}},
				{Endpoint: assay.Login, Verdict: "wrongIdentity", Count: 1, Exchanges: []string{"x-3"}, Contradicts: []string{"x-2"}}}
		}, "see x-3 and x-2 in o/transcript.jsonl; assay explain load.identity"},
		"wrong, without a record": {func(r *Report) { r.Exchanges.DoubleRedeemed = 1 }, "the errors in o/benchmark.html"},
	} {
		report := ran()
		test.change(&report)
		if got := Conclude(report).Next("o/benchmark.html", "o/transcript.jsonl").String(); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s: %q", name, got)
		}
	}
}
