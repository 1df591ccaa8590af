package markdown_test

import (
	"errors"
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
	"github.com/unified-login/assay/reports/sample/golden"
)

var update = flag.Bool("update", false, "write the golden files again")

func TestGoldenFiles(t *testing.T) {
	side := matrix.New([]matrix.Source{{File: "a.json", Report: sample.Conformant().Report}, {File: "b.json", Report: sample.Nonconformant().Report}})
	for _, language := range messages.Languages() {
		in, files := messages.For(language), map[string]func(io.Writer) error{}
		for name, report := range golden.Documents() {
			files[name+"-summary"] = func(w io.Writer) error { return markdown.WriteConformance(w, in, report) }
		}
		for name, report := range golden.LoadDocuments() {
			files[name+"-summary"] = func(w io.Writer) error { return markdown.WriteBenchmark(w, in, report) }
		}
		files["matrix"] = func(w io.Writer) error { return markdown.WriteMatrix(w, in, side) }
		for name, write := range files {
			var out strings.Builder
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, *update, name+"-"+string(language), out.String())
		}
	}
}

func TestErrorsOfWriting(t *testing.T) {
	in := messages.For(messages.English)
	if err := markdown.WriteConformance(&golden.FailingWriter{}, in, golden.Nonconformant()); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
	if err := markdown.WriteBenchmark(&golden.FailingWriter{}, in, golden.LoadBroken()); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

// TestTheHeadingSaysTheWorstHarmFirst: what can happen stands below the outcome, before the reasons; those of one rank in the order of the set.
func TestTheHeadingSaysTheWorstHarmFirst(t *testing.T) {
	for name, want := range map[string][]string{
		"nonconformant": {"**What can happen**", "used code can sign in as its user. (`code.single-use`)", "made-up token. (`pat.unknown`)", "(`http.tls`)", "and 2 more", "- `3 violated"},
		"incomplete":    {"**What this run does not rule out**", "(`code.single-use`)", "(`code.single-use-later`)", "(`code.single-use-race`)", "and 27 more", "- `1 in error"},
	} {
		var out strings.Builder
		if err := markdown.WriteConformance(&out, messages.For(messages.English), golden.Documents()[name]); err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, part := range want {
			found := strings.Index(out.String()[at:], part)
			if found < 0 {
				t.Errorf("%s: no %q, or not in this order, in\n%s", name, part, out.String())
			}
			at += max(found, 0)
		}
	}
}
