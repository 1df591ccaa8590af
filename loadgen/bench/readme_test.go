package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The figures of a run are written into README as its tables have them, and nothing else of it changes.
func TestFiguresAreWrittenIntoThePage(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	page := filepath.Join(folder, "README.md")
	if err := writePage(page, folder); err == nil {
		t.Error("a page that is missing was written")
	}
	if err := os.WriteFile(page, readme, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writePage(page, folder); err == nil || !strings.Contains(err.Error(), "make bench-load") {
		t.Errorf("without figures: %v", err)
	}
	median := func(perSecond, cpu float64) []measurement {
		return []measurement{{1, perSecond, cpu, 70 << 20, 0}, {1, 2 * perSecond, 2 * cpu, 70 << 20, 0}, {1, 1, 1, 70 << 20, 0}}
	}
	ran := figures{"4a526e4", 5}
	var truth truths
	truth.figures = ran
	truth.add("the target's log", percentiles{20.14, 60.1, 833, 1005})
	truth.add("assay", percentiles{20.3, 60.3, 836, 1007})
	for file, content := range map[string]any{
		costFile: results{figures: ran, Rounds: 3, Paced: 2000, Peers: []series{{"assay", fast, median(92_512, 13.24)}, {"wrk", fast, median(197_600, 4.9)},
			{"assay paced", paced, []measurement{{1, 2000, 125, 70 << 20, 0.0002}, {1, 2000, 125, 70 << 20, 0.00027}, {1, 2000, 125, 70 << 20, 0.1}}}, {"assay reference", reference, median(1, 1)},
			{"assay HTTP/2", fastHTTP2, median(50_000, 20)}, {"h2load HTTP/2", fastHTTP2, median(80_000, 10)}}},
		truthFile:  truth,
		scaleFile:  scales{figures: ran, Rows: []scaleRow{{"few files", "`ulimit -n 1000`", "none"}}},
		memoryFile: memories{figures{"4a526e4", 600}, 2000, 73.2, 158.9, 160},
	} {
		if err := save(filepath.Join(folder, file), content); err != nil {
			t.Fatal(err)
		}
	}
	if err := writePage(page, folder); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for _, want := range []string{"Medians of 3 rounds of 5 s, paced ones of 20 s, at `4a526e4`", "| assay | 92 510 | 13.2 | 70 | | |\n", "| wrk | 197 600 | 4.9 | 70 | 2.70 | |\n",
		"| **paced at 2 000/s** | | | | | |\n| assay | 2 000 | 125 | 70 | | 0.27 |\n", "| **as fast as it goes, HTTP/2 over TLS** | | | | | |\n| assay HTTP/2 | 50 000 | 20.0 | 70 | | |\n| h2load HTTP/2 | 80 000 | 10.0 | 70 | 2.00 | |\n", "| the target's log | 20.1 | 60.1 | 833 | 1005 |\n",
		"| assay | 20.3 (101 %) | 60.3 (100 %) | 836 (100 %) | 1007 (100 %) |\n", "A run of 10 min at 2 000/s, with replays and races, had 73 to 159 MiB resident, and 160 at most, at `4a526e4`.\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	guide, err := os.ReadFile("../../docs/load.md")
	if err != nil {
		t.Fatal(err)
	}
	scale := filepath.Join(folder, "load.md")
	if err := errors.Join(os.WriteFile(scale, guide, 0o600), writePage(scale, folder)); err != nil {
		t.Fatal(err)
	}
	if written, err := os.ReadFile(scale); err != nil || !strings.Contains(string(written), "At `4a526e4`:\n\n| | asked for | result |\n| --- | --- | --- |\n| few files | `ulimit -n 1000` | none |\n<!-- end") {
		t.Errorf("the guide has no figures of limits: %v", err)
	}
	if begin, _, _ := strings.Cut(string(readme), "<!-- bench-load -->"); !strings.HasPrefix(got, begin) || strings.Count(got, "<!-- ") != strings.Count(string(readme), "<!-- ") {
		t.Error("more of the page changed than its figures")
	}
	if err := os.WriteFile(page, []byte("<!-- bench-load -->\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writePage(page, folder); err == nil || !strings.Contains(err.Error(), "<!-- end of bench-load") {
		t.Errorf("without the end of a place: %v", err)
	}
}
