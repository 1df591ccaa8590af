package sample_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/sample"
	"github.com/unified-login/assay/reports/sample/golden"
)

// plainRuns are runs of the suite whose evidence, which is in the words of the run, is left out.
func plainRuns() map[string]conformance.Report {
	runs := map[string]conformance.Report{"harmful": sample.Harmful().Report, "nonconformant": sample.Nonconformant().Report, "incomplete": sample.Incomplete().Report,
		"conformant": sample.Conformant().Report, "full": full()}
	for name, report := range golden.Documents() {
		runs[name] = report
	}
	for _, report := range runs {
		for i := range report.Requirements {
			result := &report.Requirements[i]
			result.Findings, result.Source = slices.Clone(result.Findings), "…"
			for j := range result.Findings {
				finding := &result.Findings[j]
				finding.Situation, finding.Expected, finding.Actual, finding.Reproduce = "…", "…", "…", ""
			}
			if result.Verdict == assay.Error && result.Reason.Key() == "" {
				result.Reason = phrase.Phrase{} // that of the driver
			}
			if result.Reason.Key() == phrase.WaivedBy {
				result.Reason = phrase.Say(phrase.WaivedBy, "…", "…", "…")
			}
		}
	}
	return runs
}

// tells makes the console say what it says in a run of the suite that ends with a report.
func tells(t *testing.T, out io.Writer, report conformance.Report, options terminal.Options, in messages.Printer) {
	t.Helper()
	c := console.NewConformance(out, options).In(in)
	begun := report
	begun.Target.Driver = conformance.InProcess
	c.Begin(begun)
	for i, verdict := range assay.Verdicts() {
		c.Step(i+1, len(assay.Verdicts()), "code.single-use", assay.Login, verdict)
	}
	c.Wait(23*time.Second, "code.expiry")
	c.Minting(400, 900)
	c.Limited(5*time.Second, 3*time.Second, 429, 7, 90)
	c.Limited(5*time.Second, 0, 0, 7, 90)
	c.Paced(2.5, time.Hour, time.Minute)
	if err := c.Summary(report, []string{"out/conformance.json", "out/report.html"}); err != nil {
		t.Fatal(err)
	}
}

// TestTheChineseConsoleOfATestHasNoEnglishWords walks what assay test says in Chinese, from its first line to its last.
func TestTheChineseConsoleOfATestHasNoEnglishWords(t *testing.T) {
	for name, report := range plainRuns() {
		for _, options := range []terminal.Options{{}, {Quiet: true}, {Terminal: true, Width: 70}} {
			var out strings.Builder
			tells(t, &out, report, options, messages.For(messages.Chinese))
			if words := sample.ForeignWords(out.String()); len(words) > 0 {
				t.Errorf("%s: %q in\n%s", name, words, out.String())
			}
		}
	}
}

// TestAnEnglishConsoleIsFound guards the test above.
func TestAnEnglishConsoleIsFound(t *testing.T) {
	var out strings.Builder
	tells(t, &out, sample.Nonconformant().Report, terminal.Options{}, messages.For(messages.English))
	for _, word := range []string{"implementation", "tried", "minting", "harm", "profile", "counts", "OUTCOME", "next"} {
		if !slices.Contains(sample.ForeignWords(out.String()), word) {
			t.Errorf("%q is not found among %q", word, sample.ForeignWords(out.String()))
		}
	}
}

// TestTheChineseMatricesHaveNoEnglishWords: what assay power says and writes, except the sentences of faults, of variations and of the run.
func TestTheChineseMatricesHaveNoEnglishWords(t *testing.T) {
	in, faults, legal := messages.For(messages.Chinese), golden.Power(), golden.Legal()
	for i := range faults.Faults {
		faults.Faults[i].Breaks, faults.Faults[i].Fault = "…", "pat-by-prefix"
	}
	for i := range faults.Requirements {
		if column := &faults.Requirements[i]; column.Exempt != "" {
			column.Exempt = "…"
		}
	}
	for i := range legal.Variations {
		legal.Variations[i].Does, legal.Variations[i].Legal, legal.Variations[i].Narrowed, legal.Variations[i].Variation = "…", "…", "…", "code-jwt"
	}
	for name, write := range map[string]func(io.Writer) error{
		"power.html": func(w io.Writer) error { return page.WritePower(w, in, faults) },
		"legal.html": func(w io.Writer) error { return page.WriteLegal(w, in, legal) },
		"power.md":   func(w io.Writer) error { return markdown.WritePower(w, in, faults) },
		"legal.md":   func(w io.Writer) error { return markdown.WriteLegal(w, in, legal) },
		"console": func(w io.Writer) error {
			return errors.Join(console.WritePowerRow(w, in, 1, 2, faults.Reference), console.WritePowerRow(w, in, 1, 2, faults.Faults[0]), console.WritePower(w, in, faults),
				console.WriteLegalRow(w, in, 1, 2, legal.Variations[1]), console.WriteLegal(w, in, legal))
		},
	} {
		var out strings.Builder
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		told := strings.NewReplacer("accepted", "…", "no twin", "…", "no port", "…", "a 405 without Allow", "…", "no start", "…", "pat-by-prefix", "…", "code-jwt", "…")
		text := told.Replace(unread.ReplaceAllString(out.String(), "。"))
		if words := sample.ForeignWords(text); len(words) > 0 || !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: %q in\n%s", name, words, text)
		}
	}
}
