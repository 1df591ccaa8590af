package page_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/hdrlog"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
)

// loadPage is the main part of the page of a run.
func loadPage(t *testing.T, report benchmark.Report, evidence page.LoadEvidence) string {
	t.Helper()
	var out strings.Builder
	if err := page.WriteBenchmark(&out, messages.For(messages.English), report, evidence); err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(out.String(), "<body>")
	body, _, _ = strings.Cut(body, "<script>")
	return body
}

// heatOf is the section of the heat map.
func heatOf(page string) string {
	_, section, _ := strings.Cut(page, `<section class="chart heat"`)
	section, _, _ = strings.Cut(section, "</section>")
	return section
}

// quickly is a run of some seconds in which one sign-in was due in each, and took the time of its place.
func quickly(t *testing.T, took ...time.Duration) (benchmark.Report, string) {
	t.Helper()
	report := benchmark.Report{Schema: benchmark.SchemaName, Outcome: benchmark.Passed, Started: time.Unix(1_800_000_000, 0), Plan: benchmark.Plan{Duration: float64(len(took))},
		Exchanges: benchmark.Exchanges{Sent: int64(len(took)), Accepted: int64(len(took))}}
	report.Finished = report.Started.Add(time.Duration(len(took)) * time.Second)
	var log strings.Builder
	if err := hdrlog.Begin(&log, report.Started); err != nil {
		t.Fatal(err)
	}
	for second, one := range took {
		report.Timeline = append(report.Timeline, benchmark.Second{Second: second, Offered: 1, Answered: 1, Accepted: 1, InFlight: int64(second)})
		if one == 0 {
			continue
		}
		times := hdrlog.NewTimes()
		hdrlog.Record(times, int64(one))
		if err := hdrlog.Write(&log, report.Started, second, hdrlog.Accepted, times); err != nil {
			t.Fatal(err)
		}
	}
	return report, log.String()
}

func evidenceOf(t *testing.T, report benchmark.Report, log string) page.LoadEvidence {
	t.Helper()
	evidence, err := page.ReadLoadEvidence(report, strings.NewReader(log), nil)
	if err != nil {
		t.Fatal(err)
	}
	return evidence
}

var cell = regexp.MustCompile(`M([0-9.]+) ([0-9.]+)h([0-9.]+)`)

// A cell is in the column of the second in which its sign-in was due, and in the row of its time: a slower one is above a faster one. A
// second without a sign-in has none.
func TestHeatCells(t *testing.T) {
	report, log := quickly(t, time.Millisecond, time.Millisecond, 0, 100*time.Millisecond)
	section := heatOf(loadPage(t, report, evidenceOf(t, report, log)))
	wide, _, _ := strings.Cut(section, "</svg>")
	_, cells, _ := strings.Cut(wide, `class="cells"`)
	cells, _, _ = strings.Cut(cells, "</g>")
	var at [][3]float64
	for _, one := range cell.FindAllStringSubmatch(cells, -1) {
		var numbers [3]float64
		for i := range numbers {
			numbers[i], _ = strconv.ParseFloat(one[i+1], 64)
		}
		at = append(at, numbers)
	}
	if len(at) != 2 || !strings.Contains(cells, `class="s6"`) {
		t.Fatalf("%v in %s", at, cells)
	}
	slices.SortFunc(at, func(a, b [3]float64) int { return int(a[0] - b[0]) })
	column := at[1][2]
	if at[0][2] < 1.9*column || at[0][2] > 2.1*column || at[1][0]-at[0][0] < 2.9*column || at[1][1] >= at[0][1] {
		t.Errorf("not two columns, then one of a slower sign-in two columns on: %v", at)
	}
	for _, row := range []string{"<td><bdi>0</bdi></td><td><bdi>1</bdi></td><td><bdi>1.00ms</bdi></td>", "<td><bdi>2</bdi></td><td><bdi>0</bdi></td><td><bdi>—</bdi></td>"} {
		if !strings.Contains(section, row) {
			t.Errorf("no row %s in %s", row, section)
		}
	}
}

// The log of another run is not shown, and one that is broken is an error.
func TestHeatOfAnotherRun(t *testing.T) {
	report, log := quickly(t, time.Millisecond, time.Millisecond)
	other := report
	other.Started, other.Finished = report.Started.Add(time.Hour), report.Finished.Add(time.Hour)
	if section := heatOf(loadPage(t, other, evidenceOf(t, other, log))); section != "" {
		t.Errorf("the seconds of another run: %s", section)
	}
	if _, err := page.ReadLoadEvidence(report, strings.NewReader(log+"Tag=accepted,1,1\n"), nil); err == nil {
		t.Error("a line without an interval is accepted")
	}
}

// A time without answers is a band that says how long, and how many exchanges were in flight; also where a run noted none but has seconds without.
func TestQuietTimes(t *testing.T) {
	report := sample.IncorrectLoad()
	text := loadPage(t, report, sample.LoadEvidence(report))
	const said = "From 36.9s to 38.5s: no answers for 1.60s, 5,376 due, "
	if n := strings.Count(text, "<title>"+said); n != 6 || strings.Count(text, "<li>"+said) != 1 { // in three charts, wide and narrow
		t.Errorf("%d bands, or no sentence", n)
	}
	counted, log := quickly(t, time.Millisecond, 0, 0, time.Millisecond)
	for second := 1; second < 3; second++ {
		counted.Timeline[second].Answered, counted.Timeline[second].Accepted, counted.Timeline[second].InFlight = 0, 0, int64(170+second)
	}
	if text := loadPage(t, counted, evidenceOf(t, counted, log)); !strings.Contains(text, "From 1.00s to 3.00s: no answers for 2.00s, 172 in flight") {
		t.Error("seconds without answers are not marked")
	}
	counted.Silence = &benchmark.Silence{} // the run noted zero of them: arrivals were too few
	if text := loadPage(t, counted, evidenceOf(t, counted, log)); strings.Contains(text, "no answers for") {
		t.Error("a time without arrivals is marked")
	}
}

// The exchanges behind wrong identities are on the page with what they contradict, and linked from the table and from the marks.
func TestProofsOnThePage(t *testing.T) {
	report := sample.IncorrectLoad()
	text := loadPage(t, report, sample.LoadEvidence(report))
	for _, id := range []string{"x-000002", "x-000003", "x-000004", "x-000006", "x-000007"} {
		if strings.Count(text, ` id="`+id+`"`) != 1 {
			t.Errorf("%s is not on the page once", id)
		}
	}
	if strings.Index(text, `id="proofs"`) > strings.Index(text, `id="heat"`) {
		t.Error("wrong identities do not come first")
	}
	if other := loadPage(t, sample.Load(), sample.LoadEvidence(sample.Load())); strings.Index(other, `id="proofs"`) < strings.Index(other, `id="ledger"`) {
		t.Error("failures that break nothing come before the figures")
	}
	marks := heatOf(text)
	if !strings.Contains(marks, `<a href="#x-000002"><path class="cross"`) || strings.Index(text, `id="x-000003"`) < strings.Index(text, `id="x-000002"`) {
		t.Error("no mark links to the exchange, or what it contradicts is not behind it")
	}
	_, table, _ := strings.Cut(text, `id="errors"`)
	if !strings.Contains(table, `<a href="#x-000002"><code><bdi>x-000002</bdi></code></a> (<bdi>u1</bdi>) ≠ <a href="#x-000003">`) {
		t.Errorf("the table has no links: %s", table)
	}
	without := loadPage(t, report, page.LoadEvidence{})
	if strings.Contains(without, `href="#x-0`) || !strings.Contains(without, "<code><bdi>x-000002</bdi></code>") {
		t.Error("without a transcript, there are links or no ids")
	}
}

// A page of an hour stays small: its seconds are combined.
func TestAnHourIsSmall(t *testing.T) {
	report := sample.LongLoad()
	text := loadPage(t, report, sample.LoadEvidence(report))
	if section := heatOf(text); len(section) > 200<<10 || len(text) > 700<<10 || strings.Count(section, "<tr>") > 182 {
		t.Errorf("%d KiB of a page of %d, %d rows", len(section)>>10, len(text)>>10, strings.Count(section, "<tr>"))
	}
}

// The sentences under the outcome say what was checked, and how many errors there were.
func TestMeaningsSayWhatWasChecked(t *testing.T) {
	report := sample.Load()
	report.Search, report.Limit = nil, nil
	checked := "No wrong identity in 191,940 sign-ins. No double redemption of 9,600 codes that were sent again. 0.0312% errors."
	if text := loadPage(t, benchmark.Conclude(report), page.LoadEvidence{}); !strings.Contains(text, "<span>"+checked) {
		_, stamp, _ := strings.Cut(text, "<strong>")
		t.Errorf("no %q in %s", checked, stamp[:min(len(stamp), 400)])
	}
	report.Exchanges.Accepted, report.Exchanges.ReplaysSent, report.Exchanges.ReplaysRefused, report.Exchanges.Uncompared = 201540, 0, 0, 201540
	for _, part := range []string{"No identity could be compared.", "double redemption was not checked."} {
		if text := loadPage(t, benchmark.Conclude(report), page.LoadEvidence{}); !strings.Contains(text, part) || strings.Contains(text, "No double redemption") {
			t.Errorf("no %q", part)
		}
	}
	if text := loadPage(t, sample.IncorrectLoad(), page.LoadEvidence{}); !strings.Contains(text, "<span>Under load, a user got another user&#39;s identity. Do not put") {
		t.Error("the harm is not first")
	}
}

// Every entry of the navigation has its target.
func TestNavigationOfALoadPage(t *testing.T) {
	for name, report := range map[string]benchmark.Report{"search": sample.Load(), "incorrect": sample.IncorrectLoad()} {
		text := loadPage(t, report, sample.LoadEvidence(report))
		_, list, _ := strings.Cut(text, `<nav class="contents"`)
		list, _, _ = strings.Cut(list, "</nav>")
		links := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(list, -1)
		if len(links) < 8 {
			t.Errorf("%s: %d entries", name, len(links))
		}
		for _, link := range links {
			if strings.Count(text, fmt.Sprintf(` id=%q`, link[1])) != 1 {
				t.Errorf("%s: #%s is not there once", name, link[1])
			}
		}
	}
}
