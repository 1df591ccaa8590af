package main

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// benchmarkFile is the report of a load run.
const benchmarkFile = "benchmark.json"

// histogramFile is the name of the HdrHistogram log of one kind of time.
func histogramFile(name string) string { return name + ".hdr" }

// loadFiles are the files that a load run writes, without those that are rendered.
func loadFiles() []string {
	return []string{benchmarkFile, histogramFile("response"), histogramFile("service"), histogramFile("lateness"), secondsFile, timelineFile}
}

// loadResults are the output directory of a load run, and the file of its raw results.
type loadResults struct {
	*results
	in     messages.Printer
	raw    *os.File // nil without --raw
	locked dirLock  // of raw
	buffer *buffered
	rows   timelineLog
	times  secondsLog
	saved  saved
}

// openLoadResults opens the output directory, and the file raw unless its name is empty.
func openLoadResults(dir, raw string, around surroundings) (*loadResults, error) {
	common, err := openResults(dir, around)
	if err != nil {
		return nil, err
	}
	r := &loadResults{results: common}
	if r.times.file, err = common.another(secondsFile); err != nil {
		return nil, errors.Join(err, common.close())
	}
	if raw == "" {
		return r, nil
	}
	if r.raw, err = openSink(raw, 0); err != nil {
		return nil, errors.Join(rawError(raw, err), common.close())
	}
	if r.locked, err = lockRaw(r.raw); err != nil {
		return nil, errors.Join(err, r.close())
	}
	if !replaceable(r.raw) {
		return nil, errors.Join(phrase.Failed(phrase.RawForeign, raw), r.close())
	}
	r.buffer = &buffered{to: bufio.NewWriterSize(sink{r.raw, readerPatience}, 64<<10)}
	return r, nil
}

// A buffered writer can be flushed while others write.
type buffered struct {
	mu sync.Mutex
	to *bufio.Writer
}

// Write implements [io.Writer].
func (b *buffered) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.to.Write(text)
}

func (b *buffered) flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.to.Flush()
}

// begin removes the results of an earlier run. The raw results may go to a pipe, which is left as it is.
func (r *loadResults) begin() error {
	if err := r.results.begin(); err != nil || r.raw == nil {
		return err
	}
	info, err := r.raw.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	raw := &keptFile{mode: 0o644, file: r.raw}
	if err := raw.renew(); err != nil {
		return rawError(r.raw.Name(), err)
	}
	r.raw = raw.file
	r.buffer.to.Reset(r.raw)
	return nil
}

// replaceable reports whether a file has nothing, or raw results, so that a run may replace it: the flag may name a target file by mistake.
func replaceable(raw *os.File) bool {
	info, err := raw.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return true // nothing is replaced
	}
	file, err := os.Open(raw.Name())
	if err != nil {
		return info.Size() == 0
	}
	defer func() { _ = file.Close() }() // nothing was written
	return ledger.IsRaw(file)
}

func rawError(path string, err error) error {
	if same, ok := errors.AsType[*fs.PathError](err); ok {
		err = same.Err
	}
	return phrase.Failed(phrase.RawFailed, path, err)
}

// rawWriter returns the writer of the raw results; nil without --raw.
func (r *loadResults) rawWriter() io.Writer {
	if r.raw == nil {
		return nil
	}
	return r.buffer
}

// checkpoint writes the report so far, and its histograms. What fails is for checkpoints: the final report has everything too.
func (r *loadResults) checkpoint(report benchmark.Report, measured loadgen.Histograms) {
	times := r.times.write(measured.Seconds)
	_, histograms := r.writeHistograms(report, measured)
	shorter, rows := r.rows.shorten(filepath.Dir(r.path(benchmarkFile)), report.Timeline)
	report.Timeline = shorter
	benchmark := r.writeBenchmark(report) // last: it says that the others are there
	r.saved.add(cmp.Or(times, histograms, rows, benchmark))
}

// mostUnsaved is how many checkpoints in a row may fail: the directory may be lost during one, and is settled before the next.
const mostUnsaved = 1

// saved counts the checkpoints that have failed since one succeeded.
type saved struct {
	mu    sync.Mutex
	fails int
	last  error
}

func (s *saved) add(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails++; err == nil {
		s.fails = 0
	}
	s.last = err
}

// checkpoints returns why no checkpoint can be written any more; nil while they can. Then the run ends: at its end the report could not
// be written either.
func (r *loadResults) checkpoints() error {
	r.saved.mu.Lock()
	defer r.saved.mu.Unlock()
	if r.saved.fails <= mostUnsaved {
		return nil
	}
	return outError(r.dir, r.saved.last)
}

// flushRaw writes what is buffered of the raw results. If their reader goes away or does not read, only they are incomplete, and a
// note of the report says so.
func (r *loadResults) flushRaw() error {
	if r.raw == nil {
		return nil
	}
	if err := r.buffer.flush(); err != nil && !isReaders(err) {
		return rawError(r.raw.Name(), err)
	}
	return nil
}

func (r *loadResults) writeBenchmark(report benchmark.Report) error {
	return writeFile(r.path(benchmarkFile), func(w io.Writer) error { return benchmark.WriteJSON(w, report) })
}

// writeHistograms writes the histograms that have values.
func (r *loadResults) writeHistograms(report benchmark.Report, measured loadgen.Histograms) (files []string, err error) {
	from := report.Started.Add(time.Duration(report.Plan.WarmUp * float64(time.Second)))
	for _, one := range []struct {
		name string
		of   *hdrhistogram.Histogram
	}{{"response", measured.Response}, {"service", measured.Service}, {"lateness", measured.Lateness}} {
		if one.of == nil || one.of.TotalCount() == 0 {
			continue
		}
		path := r.path(histogramFile(one.name))
		failed := writeFile(path, func(w io.Writer) error { return benchmark.WriteHDR(w, one.name, one.of, from, report.Finished) })
		if err = errors.Join(err, failed); failed == nil {
			files = append(files, path)
		}
	}
	return files, err
}

// write writes the report, the files rendered from it and the histograms, finishes the transcript and the raw results, and
// returns the names of the files. After an error it goes on with the next file. The error is an *unkeptError.
func (r *loadResults) write(report benchmark.Report, measured loadgen.Histograms) (files []string, err error) {
	r.spare.release()
	if err := errors.Join(r.settle(), r.flush(), r.flushRaw()); err != nil {
		return nil, &unkeptError{err: err}
	}
	if err := r.again(func() error { return r.writeBenchmark(report) }); err != nil {
		return nil, &unkeptError{err: outError(r.dir, err)}
	}
	path := r.path(benchmarkFile)
	_ = r.rows.remove()                                            // the report has all of it
	finished := r.times.finish(measured.Seconds)                   // before the page, which shows the seconds
	rendered, rendering := renderAgain(r.dir, r.in, benchmarkFile) // the code of assay report, so that both write the same bytes
	histograms, failed := r.writeHistograms(report, measured)
	if err := errors.Join(rendering, failed, finished); err != nil {
		return nil, &unkeptError{outError(r.dir, err), path}
	}
	if r.times.file.size() > 0 {
		histograms = append(histograms, r.times.file.name())
	}
	files = slices.Concat([]string{path}, rendered, histograms, r.records())
	if r.raw != nil {
		files = append(files, r.raw.Name())
	}
	return files, nil
}

func (r *loadResults) close() error {
	err := r.results.close()
	if r.raw != nil {
		err = errors.Join(err, r.raw.Close())
		r.locked.release()
	}
	return err
}
