package sample_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
	"github.com/unified-login/assay/reports/sample/golden"
)

// loads are runs of every kind whose texts are their own.
func loads() map[string]benchmark.Report {
	return map[string]benchmark.Report{"search": sample.Load(), "incorrect": sample.IncorrectLoad(), "unknown": golden.LoadUnknown(), "staged": golden.LoadStaged(),
		"passed": golden.LoadPassed(), "searched": golden.LoadSearched()}
}

// recorded are the parts of a document that a run or a file says, and not assay: names of verdicts in files, files, requests, and the command.
var recorded = regexp.MustCompile(`(?s)@ 2\.20GHz|<span class="(what|came)">.*?</span>|\b(wrongIdentity|doubleRedeemed|overloaded|refused|inDoubt|calm|peak|replay|race|badPat|exec|GHz|explain|cpu|Some|staging|build|env|of them)\b|assay load --[^\n]*|[a-z-]+/[a-z]+\.[a-z]+|x-[0-9]+|SLOW_DOWN|TLS|HTTP/1.1`)

// TestTheChineseLoadPagesHaveNoEnglishWords walks the Chinese pages of runs of every kind, with the exchanges that they embed.
func TestTheChineseLoadPagesHaveNoEnglishWords(t *testing.T) {
	for name, report := range loads() {
		var out strings.Builder
		if err := page.WriteBenchmark(&out, messages.For(messages.Chinese), report, sample.LoadEvidence(report)); err != nil {
			t.Fatal(err)
		}
		if words := latin(recorded.ReplaceAllString(out.String(), " "), report); len(words) > 0 {
			t.Errorf("%s: %q", name, words)
		}
	}
}
