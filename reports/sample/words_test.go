package sample_test

import (
	"encoding/json"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/sample"
)

// comparison is one with every figure, and reasons about figures that have words for names.
func comparison() compare.Comparison {
	low, high, alarm := -0.02, 0.12, 0.0123
	c := compare.Comparison{Outcome: compare.Undecided, FalseAlarm: &alarm, Tolerance: 0.05, ErrorTolerance: 0.001, Pairs: 3, Interleaved: true}
	for _, name := range []string{"p50", "p90", "p99", "mean", "errors", "throughput", "silent", "gap"} {
		c.Figures = append(c.Figures, compare.Row{Name: name, A: 0.1, B: 0.2, Change: 0.1, Low: &low, High: &high, Detectable: &high, Decides: true, Verdict: compare.Unknown})
		for _, key := range []phrase.Key{phrase.CompareWorse, phrase.CompareNoise, phrase.ComparePairNoise, phrase.ComparePairsNoise} {
			c.Reasons = append(c.Reasons, phrase.Say(key, compare.Named(name), "1%", "2%"))
		}
	}
	c.Reasons = append(c.Reasons, phrase.Say(phrase.CompareHidden, "0%", "0%", "1 pt", "0.001"), phrase.Say(phrase.ComparePairErrors, "0%", "1%"), phrase.Say(phrase.CompareFewErrors, "0%", "1%", 3, 1, 1),
		phrase.Say(phrase.CompareShort, compare.Named("p50", "throughput")))
	return c
}

// identifiers are what a Chinese text has in Latin letters: names of flags, files, members, levels, requirements, verdicts, products and machines, and units.
var identifiers = regexp.MustCompile(`unified-login|\bCODE\b|https?://\S+|\b(errors|throughput|mean|max) ?[<>]|\bsha256:\w+|Some CPU|\d+ cores, \S+ of them allowed|linux \S+ \w+|--[a-z-]+|\b[a-z]+\.(json|html|hdr|csv|jsonl|yaml|identity|single-use|slo|no-identity)\b|\b(p\d+|ms|µs|pt|MiB|GiB|CPU|API|PAT|HTTP|http|assay|load|report|cgroup|worker|code|login|phone|` +
	`openId|unionId|accessToken|errcode|CODE_\w+|overloaded|mint|UTC|Welch|Student|Acme|Mini-Platform|JSON|SLO|lean|vegeta|A|B)\b`)

// TestTheChineseDocumentsHaveNoEnglishWords walks the Chinese pages and summaries of a rich load run and of a comparison, and finds no word in Latin
// letters but identifiers.
func TestTheChineseDocumentsHaveNoEnglishWords(t *testing.T) {
	in, load := messages.For(messages.Chinese), sample.Load()
	for name, write := range map[string]func(io.Writer) error{
		"load page":    func(w io.Writer) error { return page.WriteBenchmark(w, in, load, sample.LoadEvidence(load)) },
		"load summary": func(w io.Writer) error { return markdown.WriteBenchmark(w, in, load) },
		"comparison page": func(w io.Writer) error {
			return page.WriteCompare(w, in, comparison(), [2]benchmark.Report{load, load})
		},
		"comparison summary": func(w io.Writer) error { return markdown.WriteCompare(w, in, comparison()) },
	} {
		var out strings.Builder
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		if words := latin(recorded.ReplaceAllString(out.String(), " "), load); len(words) > 0 {
			t.Errorf("%s: %q", name, words)
		}
	}
}

var (
	unread = regexp.MustCompile(`(?s)<(style|script|symbol|title|head)\b.*?</(style|script|symbol|title|head)>|<code>.*?</code>|<[^>]*>|&#[0-9]+;|` + "`[^`]*`")
	word   = regexp.MustCompile(`[A-Za-z][A-Za-z'-]{2,}`)
)

// latin are the words in Latin letters that a document shows, but for identifiers and what the run itself says.
func latin(text string, run benchmark.Report) []string {
	found := map[string]bool{}
	text = strings.NewReplacer("&lt;", " < ", "&gt;", " > ").Replace(unread.ReplaceAllString(text, " "))
	for name, value := range run.Tags {
		text = strings.NewReplacer(name, " ", value, " ").Replace(text)
	}
	shown := identifiers.ReplaceAllString(text, " ")
	for _, one := range word.FindAllString(shown, -1) {
		found[one] = true
	}
	return slices.Sorted(maps.Keys(found))
}

var (
	// aside is what a Chinese page has in the words of the run itself: commands and messages, and the sources of requirements.
	aside   = regexp.MustCompile(`(?s)<(pre|time)\b.*?</(pre|time)>|<dt>出处</dt><dd>.*?</dd>`)
	english = regexp.MustCompile(`[A-Za-z][a-z']+(?: [A-Za-z]?[a-z']+)+`)
)

// TestTheChineseConformancePageHasNoEnglishSentence: nothing but the evidence, which is in the words of the run, and names.
func TestTheChineseConformancePageHasNoEnglishSentence(t *testing.T) {
	in := messages.For(messages.Chinese)
	for name, run := range map[string]sample.Run{"harmful": sample.Harmful(), "nonconformant": sample.Nonconformant(), "incomplete": sample.Incomplete(), "conformant": sample.Conformant()} {
		for i := range run.Report.Requirements {
			for j := range run.Report.Requirements[i].Findings {
				finding := &run.Report.Requirements[i].Findings[j]
				finding.Situation, finding.Expected, finding.Actual, finding.Reproduce = "…", "…", "…", ""
			}
			if result := &run.Report.Requirements[i]; result.Verdict == assay.Error {
				result.Reason = phrase.Phrase{} // that of the driver
			}
		}
		for i := range run.Report.Waivers {
			run.Report.Waivers[i].Reason = "…"
		}
		run.Report.Implementation.Product = "Acme"
		var lines, out strings.Builder
		for _, record := range run.Records {
			if err := json.NewEncoder(&lines).Encode(record); err != nil {
				t.Fatal(err)
			}
		}
		evidence, err := page.ReadEvidence(strings.NewReader(lines.String()), run.Report)
		if err != nil {
			t.Fatal(err)
		}
		if err := page.WriteConformance(&out, in, run.Report, evidence); err != nil {
			t.Fatal(err)
		}
		told := strings.NewReplacer("fixed in 4.3", "…", "no token", "…", "no code", "…", "assay mint", "…") // by the owner and the target, and a command
		text := unread.ReplaceAllString(aside.ReplaceAllString(told.Replace(out.String()), "。"), "。")
		for _, found := range english.FindAllString(text, -1) {
			t.Errorf("%s: %q", name, found)
		}
	}
}
