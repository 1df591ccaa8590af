package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/hdrlog"
)

// timesIn are the times of a log by tag, and of the only interval of another log.
func timesIn(t *testing.T, path string) map[string]*hdrhistogram.Histogram {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	all, reader := map[string]*hdrhistogram.Histogram{}, hdrhistogram.NewHistogramLogReader(file)
	for {
		h, err := reader.NextIntervalHistogram()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if h == nil {
			return all
		}
		if sum := all[h.Tag()]; sum != nil {
			sum.Merge(h)
		} else {
			all[h.Tag()] = h
		}
	}
}

// The seconds of a run add up to response.hdr, and with those of all other exchanges to all of the report.
func TestTheSecondsAddUpToTheRun(t *testing.T) {
	report, dir := measuredAs(t, []int{exitHolds, exitUnknown}, "--rate", "200/s", "--duration", "2s", "--warm-up", "100ms", "--mix", "login=8,replay=1,badPat=1",
		"--slo", "errors<=0")
	seconds, whole := timesIn(t, filepath.Join(dir, secondsFile)), timesIn(t, filepath.Join(dir, histogramFile("response")))
	accepted, others := seconds[hdrlog.Accepted], seconds[hdrlog.Others]
	if !accepted.Equals(whole["response"]) || others.TotalCount() != report.All.Samples-report.Response.Samples || others.TotalCount() == 0 {
		t.Errorf("%d sign-ins of %d, %d others of %d", accepted.TotalCount(), report.Response.Samples, others.TotalCount(), report.All.Samples-report.Response.Samples)
	}
}

// second is one with some times.
func second(n, times int) loadgen.Second {
	one := loadgen.Second{Second: n, Accepted: hdrlog.NewTimes()}
	for i := range times {
		hdrlog.Record(one.Accepted, int64(i+1)*1e6)
	}
	return one
}

// Open seconds are written again until they are complete, and each second is in the file once. The file moves with the directory.
func TestOpenSecondsAreWrittenAgain(t *testing.T) {
	r, dir, _ := opened(t)
	path, start := filepath.Join(dir, secondsFile), time.Unix(1_700_000_000, 0)
	give := func(s loadgen.Seconds) {
		s.Start = start
		r.checkpoint(benchmark.Report{}, loadgen.Histograms{Seconds: s})
	}
	holds := func(want ...int64) {
		t.Helper()
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		var got []int64
		log := hdrlog.Read(file)
		for interval := range log.All() {
			if n := int(interval.Start.Sub(start) / time.Second); n != len(got) {
				t.Errorf("second %d follows %d others", n, len(got))
			}
			got = append(got, interval.Times.TotalCount())
		}
		if log.Err() != nil || len(got) != len(want) {
			t.Fatalf("%d, %v; want %d", got, log.Err(), want)
		}
		for i, n := range want {
			if got[i] != n {
				t.Errorf("%d, want %d", got, want)
			}
		}
	}
	if err := r.begin(); err != nil {
		t.Fatal(err)
	}
	give(loadgen.Seconds{Complete: []loadgen.Second{second(0, 10)}, Open: []loadgen.Second{second(1, 5), second(2, 400)}})
	holds(10, 5, 400)
	give(loadgen.Seconds{Open: []loadgen.Second{second(1, 6)}}) // which is shorter
	holds(10, 6)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := r.settle(); err != nil {
		t.Fatal(err)
	}
	give(loadgen.Seconds{Complete: []loadgen.Second{second(1, 7), second(2, 401)}})
	holds(10, 7, 401)
	start = start.Add(time.Minute) // another step of a search
	give(loadgen.Seconds{Open: []loadgen.Second{second(0, 1)}})
	holds(1)
	if err := r.times.finish(loadgen.Seconds{Start: start, Complete: []loadgen.Second{second(0, 2)}}); err != nil {
		t.Fatal(err)
	}
	holds(2)
	if err := r.times.finish(loadgen.Seconds{Start: start.Add(-time.Minute)}); err != nil || r.times.file.size() > 0 {
		t.Errorf("the seconds of another step are left: %d bytes, %v", r.times.file.size(), err)
	}
}

// What cannot be written is an error at the end.
func TestSecondsThatAreLost(t *testing.T) {
	r, _, _ := opened(t)
	_ = r.times.file.close()
	s := loadgen.Seconds{Start: time.Unix(1_700_000_000, 0), Complete: []loadgen.Second{second(0, 1)}}
	r.checkpoint(benchmark.Report{}, loadgen.Histograms{Seconds: s})
	if err := r.times.finish(loadgen.Seconds{Start: s.Start}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v", err)
	}
}
