package main

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// opened opens the results of a load run with --raw.
func opened(t *testing.T) (r *loadResults, dir, raw string) {
	t.Helper()
	dir = t.TempDir()
	raw = filepath.Join(dir, "raw.bin")
	r, err := openLoadResults(dir, raw, surroundings{stderr: io.Discard, secrets: transcript.NewRedactor(nil)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.close() })
	if r.in, err = printer("en"); err != nil {
		t.Fatal(err)
	}
	return r, dir, raw
}

// What a run writes is in its files five seconds later, whether the run ends or is killed.
func TestEveryFileIsFlushedInFiveSeconds(t *testing.T) {
	r, dir, raw := opened(t)
	synctest.Test(t, func(t *testing.T) {
		stop := r.keep(func(err error) { t.Error(err) }, r.flushRaw)
		defer stop()
		for range 3 {
			before := map[string]int{}
			for _, path := range []string{raw, filepath.Join(dir, transcriptFile), filepath.Join(dir, driverLogFile)} {
				before[path] = sizeOf(t, path)
			}
			_, _ = r.rawWriter().Write([]byte("an exchange"))
			_ = r.transcript.Write(assay.Exchange{ID: "x-1", Request: assay.Request{Method: "POST", URL: "http://127.0.0.1"}})
			_, _ = r.log.Write([]byte("a line of the driver\n"))
			time.Sleep(5 * time.Second)
			synctest.Wait()
			for path, size := range before {
				if sizeOf(t, path) == size {
					t.Errorf("%s: nothing was written in five seconds", filepath.Base(path))
				}
			}
		}
	})
}

func sizeOf(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// rowsOf is a timeline of n seconds.
func rowsOf(n int) []benchmark.Second {
	rows := make([]benchmark.Second, n)
	for i := range rows {
		rows[i] = benchmark.Second{Second: i, Offered: 500, Answered: 500, Accepted: 500}
	}
	return rows
}

// A checkpoint writes as much after two hours as after a minute, and what a killed run leaves has every row.
func TestCheckpointsWriteAsMuchAfterHours(t *testing.T) {
	r, dir, _ := opened(t)
	report := benchmark.Conclude(benchmark.Report{Schema: benchmark.SchemaName, Interrupted: true, Exchanges: benchmark.Exchanges{Sent: 1, Accepted: 1}})
	const hours = 2 * 60 * 60
	all := rowsOf(hours + 4)
	written := func(rows int) (whole, added int) {
		before := 0
		if path := filepath.Join(dir, timelineFile); there(path) {
			before = sizeOf(t, path)
		}
		report.Timeline = all[:rows]
		r.checkpoint(report, loadgen.Histograms{})
		if path := filepath.Join(dir, timelineFile); there(path) {
			added = sizeOf(t, path) - before
		}
		return sizeOf(t, filepath.Join(dir, benchmarkFile)), added
	}
	written(checkpointRows)
	written(checkpointRows + 4)
	early, earlyRows := written(checkpointRows + 8)
	written(hours)
	late, lateRows := written(hours + 4)
	if late > early+early/10 || lateRows > 2*earlyRows || earlyRows == 0 {
		t.Errorf("%d bytes of report and %d of rows after two hours; %d and %d after a minute", late, lateRows, early, earlyRows)
	}
	if left, err := openBenchmark(filepath.Join(dir, benchmarkFile)); err != nil || !slices.Equal(left.Timeline, all) {
		t.Errorf("%d of %d rows are left: %v", len(left.Timeline), len(all), err)
	}
	torn := filepath.Join(dir, timelineFile)
	text, err := os.ReadFile(torn)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(torn, append(text, `{"second":`...), 0o600); err != nil {
		t.Fatal(err)
	}
	if left, err := openBenchmark(filepath.Join(dir, benchmarkFile)); err != nil || !slices.Equal(left.Timeline, all) {
		t.Errorf("of a file that is cut off, %d of %d rows are left: %v", len(left.Timeline), len(all), err)
	}
	for _, hostile := range []string{`{"second":5}` + "\n" + `{"second":5}`, "[]", `{"second":"x"}`} {
		if err := os.WriteFile(torn, []byte(hostile), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openBenchmark(filepath.Join(dir, benchmarkFile)); err == nil {
			t.Errorf("%s is accepted", hostile)
		}
	}
}

// The next step of a search begins a timeline of its own, and the end of the run leaves one file.
func TestCheckpointsOfAnotherStep(t *testing.T) {
	r, dir, _ := opened(t)
	for _, rows := range []int{checkpointRows + 100, checkpointRows + 50, 4} {
		report := benchmark.Conclude(benchmark.Report{Schema: benchmark.SchemaName, Interrupted: true, Timeline: rowsOf(rows)})
		r.checkpoint(report, loadgen.Histograms{})
		if left, err := openBenchmark(filepath.Join(dir, benchmarkFile)); err != nil || len(left.Timeline) != rows {
			t.Errorf("%d rows are left of %d: %v", len(left.Timeline), rows, err)
		}
	}
	if there(filepath.Join(dir, timelineFile)) {
		t.Error("the rows of an earlier step are left")
	}
	r.checkpoint(benchmark.Report{Timeline: rowsOf(checkpointRows + 1)}, loadgen.Histograms{})
	report := benchmark.Conclude(benchmark.Report{Schema: benchmark.SchemaName, Timeline: rowsOf(checkpointRows + 2)})
	if _, err := r.write(report, loadgen.Histograms{}); err != nil {
		t.Fatal(err)
	}
	if left, err := openBenchmark(filepath.Join(dir, benchmarkFile)); err != nil || len(left.Timeline) != checkpointRows+2 || there(filepath.Join(dir, timelineFile)) {
		t.Errorf("%d rows in the report, and the file of rows is there: %v; %v", len(left.Timeline), there(filepath.Join(dir, timelineFile)), err)
	}
}

// The raw results of an earlier run keep their content under another name, and the next run's follow in a file of its own.
func TestEarlierRawResultsKeepTheirContent(t *testing.T) {
	r, dir, raw := opened(t)
	another := filepath.Join(dir, "another.bin")
	if err := errors.Join(os.WriteFile(raw, []byte("earlier"), 0o600), os.Link(raw, another), r.begin()); err != nil {
		t.Fatal(err)
	}
	_, err := r.rawWriter().Write([]byte("now"))
	if err := errors.Join(err, r.flushRaw()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{raw: "now", another: "earlier"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", filepath.Base(path), got, err, want)
		}
	}
}

// A run whose checkpoints cannot be written ends: its report could not be written either. One that fails says nothing yet, because the
// directory may have been lost, and is settled before the next.
func TestCheckpointsThatCannotBeWrittenEndTheRun(t *testing.T) {
	r, dir, _ := opened(t)
	checkpoint := func(times int) error {
		for range times {
			r.checkpoint(benchmark.Report{}, loadgen.Histograms{})
		}
		return r.checkpoints()
	}
	inPlace := filepath.Join(dir, benchmarkFile, "a directory in place of the report")
	if err := errors.Join(os.MkdirAll(inPlace, 0o700), checkpoint(1)); err != nil {
		t.Error(err)
	}
	if err := checkpoint(1); err == nil || !strings.Contains(err.Error(), "--out "+dir) || !strings.Contains(err.Error(), benchmarkFile) {
		t.Errorf("two checkpoints failed, and the error is %v", err)
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(dir, benchmarkFile)), checkpoint(1)); err != nil {
		t.Error(err)
	}
}

// A file that --raw names by mistake, as a target file, keeps its content. Raw results of an earlier run are replaced.
func TestRawResultsReplaceNothingElse(t *testing.T) {
	open := func(path string) error {
		r, err := openLoadResults(filepath.Join(t.TempDir(), "out"), path, surroundings{stderr: io.Discard, secrets: transcript.NewRedactor(nil)})
		if err != nil {
			return err
		}
		_, err = r.rawWriter().Write([]byte("of this run"))
		return errors.Join(err, r.begin(), r.flushRaw(), r.close())
	}
	path := filepath.Join(t.TempDir(), "target.yaml")
	const precious = "schema: assay.target/1\n"
	if err := os.WriteFile(path, []byte(precious), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(path); err == nil || !strings.HasPrefix(err.Error(), "--raw "+path+": it has ") {
		t.Errorf("the error is %v", err)
	}
	if has, err := os.ReadFile(path); err != nil || string(has) != precious {
		t.Errorf("the file has %q, %v", has, err)
	}
	var earlier bytes.Buffer
	request := engine.Request{Route: &engine.Route{URL: &url.URL{}}}
	ledger.NewRaw(&earlier).Add(&ledger.Exchange{Request: &request}, ledger.Accepted)
	if err := errors.Join(os.WriteFile(path, earlier.Bytes(), 0o600), open(path)); err != nil {
		t.Error(err)
	}
}
