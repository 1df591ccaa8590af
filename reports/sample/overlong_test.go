package sample_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/junit"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/sample"
)

// Lists that are too long are read up to a limit, with a note. The rendered files can be opened, and GitHub accepts the
// summary.
func TestOverlongListsAreCut(t *testing.T) {
	var file bytes.Buffer
	if err := conformance.WriteJSON(&file, sample.Overlong()); err != nil {
		t.Fatal(err)
	}
	report, err := conformance.ReadJSON(&file)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]int{
		"requirements": len(report.Requirements), "findings": len(report.Requirements[0].Findings), "reasons": len(report.Reasons),
		"profiles": len(report.Profiles), "waivers": len(report.Waivers), "modes": len(report.FailureModes),
		"servers": len(report.Target.APIServers), "endpoints": len(report.Requirements[0].Endpoints),
		"needs": len(report.Requirements[0].Needs), "profiles of one": len(report.Requirements[0].Profiles),
	} {
		if got == 0 || got > 10_000 {
			t.Errorf("%d %s", got, name)
		}
	}
	noted(t, report.Notes, "4000 more requirements", "5900 more reasons", "5900 more notes", "5900 more API servers", "5000 more waivers",
		"1000 more failure modes", "5990 more endpoints", "5900 more needs", "5900 more profiles of requirements", "2000 more findings")
	in := messages.For(messages.English)
	m := matrix.New([]matrix.Source{{Report: report}})
	bounded(t, map[string]func(io.Writer) error{
		"report.html": func(w io.Writer) error { return page.WriteConformance(w, in, report, page.Evidence{}) },
		"junit.xml":   func(w io.Writer) error { return junit.Write(w, report.Seconds, junit.Conformance(report)) },
		"summary.md":  func(w io.Writer) error { return markdown.WriteConformance(w, in, report) },
		"matrix.html": func(w io.Writer) error { return page.WriteMatrix(w, in, m) },
		"matrix.md":   func(w io.Writer) error { return markdown.WriteMatrix(w, in, m) },
	})
}

func TestOverlongListsOfALoadRunAreCut(t *testing.T) {
	var file bytes.Buffer
	if err := benchmark.WriteJSON(&file, sample.OverlongLoad()); err != nil {
		t.Fatal(err)
	}
	report, err := benchmark.ReadJSON(&file)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Timeline) != 20_000 {
		t.Errorf("%d seconds", len(report.Timeline))
	}
	noted(t, report.Notes, "5900 more reasons", "5900 more notes", "5900 more API servers", "11800 more service levels", "5900 more requirements",
		"15000 more points of the distribution", "5900 more kinds of errors", "5900 more exchanges of errors", "10000 more steps of the search",
		"5900 more reasons of steps", "5990 more percentiles below the noise floor")
	in := messages.For(messages.English)
	bounded(t, map[string]func(io.Writer) error{
		"benchmark.html": func(w io.Writer) error { return page.WriteBenchmark(w, in, report, page.LoadEvidence{}) },
		"junit.xml":      func(w io.Writer) error { return junit.Write(w, report.Seconds(), junit.Benchmark(report)) },
		"summary.md":     func(w io.Writer) error { return markdown.WriteBenchmark(w, in, report) },
		"compare": func(w io.Writer) error {
			report.Plan.Duration, report.Timeline = 1e15, report.Timeline[:5_000]
			later := report
			later.Started = report.Started.Add(time.Second) // a run is not compared with itself
			c, err := compare.New([]benchmark.Report{report}, []benchmark.Report{later}, compare.Options{Tolerance: 0.05})
			if err != nil {
				return err
			}
			return console.WriteCompare(w, c)
		},
	})
}

func noted(t *testing.T, notes []phrase.Phrase, wanted ...string) {
	t.Helper()
	all := strings.Join(phrase.Strings(notes), "\n")
	for _, want := range wanted {
		if !strings.Contains(all, want) {
			t.Errorf("no note about %s", want)
		}
	}
}

// bounded checks that the files are not too large.
func bounded(t *testing.T, files map[string]func(io.Writer) error) {
	t.Helper()
	for name, write := range files {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		most := 16 << 20
		if name == "summary.md" {
			most = 60 << 10 // a comment on a pull request has at most 65 536 characters
		}
		if out.Len() > most {
			t.Errorf("%s: %d bytes", name, out.Len())
		}
	}
}
