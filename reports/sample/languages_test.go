package sample_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/jsonfile"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/sample"
	"github.com/unified-login/assay/reports/sample/golden"
)

// elsewhere are the beginnings of the keys of phrases that no report has: those of assay power are in its matrices, and what the command
// refuses and warns of is on the console alone.
func elsewhere() []string {
	return []string{"power.", "legal.", "usage.", "file.", "system.", "warning.", "plan.", "suite.", "input."}
}

// everyPhrase is a phrase of every key that a report may have, with arguments that are not words.
func everyPhrase() []phrase.Phrase {
	var all []phrase.Phrase
	keys := slices.DeleteFunc(phrase.Keys(), func(key phrase.Key) bool {
		return slices.ContainsFunc(elsewhere(), func(beginning string) bool { return strings.HasPrefix(string(key), beginning) })
	})
	slices.Sort(keys)
	for _, key := range keys {
		text, _ := phrase.English(key)
		var args []any
		for i, kind := range phrase.Verbs(text.Other) {
			if kind == "d" {
				args = append(args, i+2)
			} else {
				args = append(args, "…")
			}
		}
		all = append(all, phrase.Say(key, args...))
	}
	return all
}

// sentences are the parts of the English texts that are long enough to occur nowhere else by chance.
func sentences() []string {
	var all []string
	for _, said := range everyPhrase() {
		for part := range strings.FieldsFuncSeq(said.String(), func(r rune) bool { return r == '…' || r >= '0' && r <= '9' }) {
			if part = strings.TrimSpace(part); strings.Count(part, " ") >= 2 {
				all = append(all, part)
			}
		}
	}
	return all
}

// listed is how many reasons, and how many notes, a file may have.
const listed = jsonfile.MostPhrases

// full is a run whose report says everything that a report can say of itself, in every place for it.
func full() conformance.Report {
	report := sample.Nonconformant().Report
	phrases := everyPhrase()
	report.Reasons, report.Notes = phrases[:listed], phrases[len(phrases)-listed:]
	report.CutShort, report.Error = phrase.Join(phrases...), phrase.Join(phrases...)
	for i := range report.Requirements {
		result := &report.Requirements[i]
		result.Findings = nil // they are evidence, in English
		result.Verdict = []assay.Verdict{assay.Fail, assay.Untested, assay.Error, assay.Pass}[i%4]
		result.Reason = phrase.Join(phrases[i%len(phrases)], phrases[(i+listed)%len(phrases)], phrases[(i+2*listed)%len(phrases)])
	}
	return report
}

func fullLoad() benchmark.Report {
	report := sample.Load()
	phrases := everyPhrase()
	report.Reasons, report.Notes = phrases[:listed], phrases[len(phrases)-listed:]
	report.Error, report.Outcome, report.Errors = phrase.Join(phrases...), benchmark.Errored, nil
	report.Search.Reason = phrase.Join(phrases...)
	for i := range report.Search.Steps {
		at := min(i*listed, len(phrases)-listed)
		report.Search.Steps[i].Reasons = phrases[at : at+listed]
	}
	for i := range report.Requirements {
		report.Requirements[i].Reason = phrase.Join(phrases...)
	}
	return report
}

// TestTheChineseDocumentsSayNothingInEnglish: what reports say of themselves is in the reader's language everywhere, after it
// was written to a file and read again, too.
func TestTheChineseDocumentsSayNothingInEnglish(t *testing.T) {
	in := messages.For(messages.Chinese)
	runs := map[string]conformance.Report{"full": reread(t, full(), conformance.WriteJSON, conformance.ReadJSON)}
	for name, report := range golden.Documents() {
		runs[name] = reread(t, report, conformance.WriteJSON, conformance.ReadJSON)
	}
	loads := map[string]benchmark.Report{"full": reread(t, fullLoad(), benchmark.WriteJSON, benchmark.ReadJSON)}
	for name, report := range golden.Loads() {
		loads[name] = reread(t, report, benchmark.WriteJSON, benchmark.ReadJSON)
	}
	for name, report := range runs {
		speaksChinese(t, name, map[string]func(io.Writer) error{
			"page":        func(w io.Writer) error { return page.WriteConformance(w, in, report, page.Evidence{}) },
			"markdown":    func(w io.Writer) error { return markdown.WriteConformance(w, in, report) },
			"annotations": func(w io.Writer) error { return annotations.WriteConformance(w, in, report) },
		})
	}
	for name, report := range loads {
		speaksChinese(t, "load, "+name, map[string]func(io.Writer) error{
			"page":        func(w io.Writer) error { return page.WriteBenchmark(w, in, report, sample.LoadEvidence(report)) },
			"markdown":    func(w io.Writer) error { return markdown.WriteBenchmark(w, in, report) },
			"annotations": func(w io.Writer) error { return annotations.WriteBenchmark(w, in, report) },
		})
	}
}

func reread[T any](t *testing.T, report T, write func(io.Writer, T) error, read func(io.Reader) (T, error)) T {
	t.Helper()
	var file bytes.Buffer
	if err := write(&file, report); err != nil {
		t.Fatal(err)
	}
	again, err := read(&file)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func speaksChinese(t *testing.T, name string, documents map[string]func(io.Writer) error) {
	t.Helper()
	for document, write := range documents {
		var out strings.Builder
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&quot;", `"`).Replace(out.String())
		for _, sentence := range sentences() {
			if strings.Contains(text, sentence) {
				t.Errorf("%s, %s: %q", name, document, sentence)
			}
		}
		if name == "full" && document == "page" && !strings.Contains(text, "code 仍可使用") {
			t.Errorf("%s, %s: not one sentence is in Chinese", name, document)
		}
	}
}

// TestEnglishDocumentsSayEverything guards the test above: it finds the sentences where they are.
func TestEnglishDocumentsSayEverything(t *testing.T) {
	var out strings.Builder
	in := messages.For(messages.English)
	if err := page.WriteBenchmark(&out, in, fullLoad(), page.LoadEvidence{}); err != nil {
		t.Fatal(err)
	}
	if err := page.WriteConformance(&out, in, full(), page.Evidence{}); err != nil {
		t.Fatal(err)
	}
	text, found := strings.NewReplacer("&#39;", "'", "&#34;", `"`).Replace(out.String()), 0
	for _, sentence := range sentences() {
		if strings.Contains(text, sentence) {
			found++
		}
	}
	if all := len(sentences()); found < all*9/10 || all < 100 {
		t.Errorf("%d of %d sentences", found, all)
	}
}
