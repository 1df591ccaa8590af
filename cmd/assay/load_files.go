package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
)

// benchmarkFile is the report of a load run.
const benchmarkFile = "benchmark.json"

// histogramFile is the name of the HdrHistogram log of one kind of time.
func histogramFile(name string) string { return name + ".hdr" }

// loadFiles are the files that a load run writes, without those that are rendered.
func loadFiles() []string {
	return []string{benchmarkFile, histogramFile("response"), histogramFile("service"), histogramFile("lateness")}
}

// loadResults are the output directory of a load run, and the file of its raw results.
type loadResults struct {
	*results
	in     messages.Printer
	raw    *os.File // nil without --raw
	buffer *bufio.Writer
}

// openLoadResults opens the output directory, and the file raw unless its name is empty.
func openLoadResults(dir, raw string) (*loadResults, error) {
	common, err := openResults(dir)
	if err != nil {
		return nil, err
	}
	r := &loadResults{results: common}
	if raw == "" {
		return r, nil
	}
	if r.raw, err = os.OpenFile(raw, os.O_CREATE|os.O_WRONLY, 0o644); err != nil {
		return nil, errors.Join(rawError(raw, err), common.close())
	}
	r.buffer = bufio.NewWriterSize(r.raw, 64<<10)
	return r, nil
}

// begin removes the results of an earlier run. The raw results may go to a pipe, which is not truncated.
func (r *loadResults) begin() error {
	if err := r.results.begin(); err != nil || r.raw == nil {
		return err
	}
	if info, err := r.raw.Stat(); err != nil || !info.Mode().IsRegular() {
		return err
	}
	if err := r.raw.Truncate(0); err != nil {
		return rawError(r.raw.Name(), err)
	}
	return nil
}

func rawError(path string, err error) error {
	if same, ok := errors.AsType[*fs.PathError](err); ok {
		err = same.Err
	}
	return fmt.Errorf("--raw %s: %w; use a writable file", path, err)
}

// rawWriter returns the writer of the raw results; nil without --raw.
func (r *loadResults) rawWriter() io.Writer {
	if r.raw == nil {
		return nil
	}
	return r.buffer
}

// checkpoint writes the report so far. It ignores errors: the final report has them too, and returns them.
func (r *loadResults) checkpoint(report benchmark.Report) {
	_ = r.writeReport(report)
	_ = r.transcript.Flush()
}

func (r *loadResults) writeReport(report benchmark.Report) error {
	return writeFile(filepath.Join(r.dir, benchmarkFile), func(w io.Writer) error { return benchmark.WriteJSON(w, report) })
}

// write writes the report, the files rendered from it and the histograms that have values, finishes the transcript and the
// raw results, and returns the names of the files. After an error it goes on with the next file.
func (r *loadResults) write(report benchmark.Report, measured loadgen.Histograms) (files []string, err error) {
	if err := r.settle(); err != nil {
		return nil, err
	}
	done := func(path string, failed error) {
		if failed != nil {
			err = errors.Join(err, outError(r.dir, failed))
			return
		}
		files = append(files, path)
	}
	done(filepath.Join(r.dir, benchmarkFile), r.writeReport(report))
	rendered, failed := renderAgain(r.dir, r.in) // the code of assay report, so that both write the same bytes
	if files = append(files, rendered...); failed != nil {
		err = errors.Join(err, outError(r.dir, failed))
	}
	from := report.Started.Add(time.Duration(report.Plan.WarmUp * float64(time.Second)))
	for _, one := range []struct {
		name string
		of   *hdrhistogram.Histogram
	}{{"response", measured.Response}, {"service", measured.Service}, {"lateness", measured.Lateness}} {
		if one.of == nil || one.of.TotalCount() == 0 {
			continue
		}
		path := filepath.Join(r.dir, histogramFile(one.name))
		done(path, writeFile(path, func(w io.Writer) error {
			return benchmark.WriteHDR(w, one.name, one.of, from, report.Finished)
		}))
	}
	records, failed := r.records()
	files, err = append(files, records...), errors.Join(err, failed)
	if r.raw != nil {
		if failed := r.buffer.Flush(); failed != nil {
			return files, errors.Join(err, rawError(r.raw.Name(), failed))
		}
		files = append(files, r.raw.Name())
	}
	return files, err
}

func (r *loadResults) close() error {
	err := r.results.close()
	if r.raw != nil {
		err = errors.Join(err, r.raw.Close())
	}
	return err
}
