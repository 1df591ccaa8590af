package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"

	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/reports/badge"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/har"
	"github.com/unified-login/assay/reports/jsonfile"
	"github.com/unified-login/assay/reports/junit"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/transcript"
)

// A writtenRun is the content of a run's JSON files, from which the other files are rendered. A run of the suite has a
// report, a load run a load report; a directory that somebody merged may have both.
type writtenRun struct {
	in         messages.Printer
	report     *conformance.Report
	evidence   page.Evidence
	transcript string // the path of the file; empty without a transcript
	load       *benchmark.Report
}

// renderings are the files that are rendered from a run, in the order in which they are listed to the user.
func renderings() []rendering {
	suite := func(r writtenRun) bool { return r.report != nil }
	load := func(r writtenRun) bool { return r.load != nil }
	either := func(r writtenRun) bool { return suite(r) || load(r) }
	return []rendering{
		{"report.html", suite, func(r writtenRun, w io.Writer) error { return page.WriteConformance(w, r.in, *r.report, r.evidence) }},
		{"benchmark.html", load, func(r writtenRun, w io.Writer) error { return page.WriteBenchmark(w, r.in, *r.load) }},
		{"summary.md", either, writtenRun.summary},
		{"junit.xml", either, writtenRun.junit},
		{"badge.svg", suite, func(r writtenRun, w io.Writer) error { return badge.WriteConformance(w, r.in, *r.report) }},
		{"transcript.har", func(r writtenRun) bool { return suite(r) && r.transcript != "" }, writtenRun.archive},
	}
}

func renderedFiles() []string {
	var names []string
	for _, file := range renderings() {
		names = append(names, file.name)
	}
	return names
}

// A rendering is one of the files. made reports whether the run has one.
type rendering struct {
	name  string
	made  func(writtenRun) bool
	write func(writtenRun, io.Writer) error
}

// readRun reads the files of a run in dir. The transcript may be missing; one that cannot be read to its end is an error.
func readRun(dir string, in messages.Printer) (writtenRun, error) {
	run := writtenRun{in: in}
	if there(filepath.Join(dir, benchmarkFile)) {
		load, err := read(filepath.Join(dir, benchmarkFile), benchmark.ReadJSON)
		if err != nil {
			return writtenRun{}, err
		}
		run.load = &load
		if !there(filepath.Join(dir, reportFile)) {
			return run, nil
		}
	}
	report, err := read(filepath.Join(dir, reportFile), conformance.ReadJSON)
	if err != nil {
		return writtenRun{}, err
	}
	run.report = &report
	path := filepath.Join(dir, transcriptFile)
	switch info, err := os.Stat(path); {
	case err == nil && info.Size() > 0: // an empty one is removed when a run ends
		run.transcript = path
		run.evidence, err = read(path, func(r io.Reader) (page.Evidence, error) { return page.ReadEvidence(r, report) })
		return run, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return writtenRun{}, err
	}
	return run, nil
}

// there reports whether the file exists. If that cannot be found out, opening it will say why.
func there(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// readReport reads path, a conformance.json or a directory that has one.
func readReport(path string) (conformance.Report, error) {
	return read(inDirectory(path, reportFile), conformance.ReadJSON)
}

// readBenchmark reads path, a benchmark.json or a directory that has one.
func readBenchmark(path string) (benchmark.Report, error) {
	return read(inDirectory(path, benchmarkFile), benchmark.ReadJSON)
}

// inDirectory returns the file called name if path is a directory, else path.
func inDirectory(path, name string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, name)
	}
	return path
}

// read reads a report from a file.
func read[R any](path string, parse func(io.Reader) (R, error)) (report R, err error) {
	file, err := files.Open(path, jsonfile.Limit)
	if err != nil {
		return report, fmt.Errorf("%s: %w; name the results of a run or their directory", path, err)
	}
	report, err = parse(file)
	if err = cmp.Or(err, file.Close()); err != nil {
		return report, fmt.Errorf("%s: %w", path, err)
	}
	return report, nil
}

// render writes the rendered files of a run into dir, and returns their paths. If one cannot be written, the others still are.
func (r writtenRun) render(dir string) (files []string, err error) {
	for _, file := range renderings() {
		path := filepath.Join(dir, file.name)
		if !file.made(r) {
			continue
		}
		if failed := writeFile(path, func(w io.Writer) error { return file.write(r, w) }); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		files = append(files, path)
	}
	return files, err
}

// summary writes summary.md: of the run of the suite, then of the load run.
func (r writtenRun) summary(w io.Writer) error {
	if r.report != nil {
		if err := markdown.WriteConformance(w, r.in, *r.report); err != nil || r.load == nil {
			return err
		}
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
	}
	return markdown.WriteBenchmark(w, r.in, *r.load)
}

// junit writes junit.xml, with the test suites of both runs.
func (r writtenRun) junit(w io.Writer) error {
	var suites []junit.Suite
	seconds := 0.0
	if r.report != nil {
		suites, seconds = junit.Conformance(*r.report), r.report.Seconds
	}
	if r.load != nil {
		suites, seconds = append(suites, junit.Benchmark(*r.load)...), seconds+r.load.Seconds()
	}
	return junit.Write(w, seconds, suites)
}

// archive writes transcript.har.
func (r writtenRun) archive(w io.Writer) error {
	file, err := files.Open(r.transcript, math.MaxInt64)
	if err != nil {
		return fmt.Errorf("%s: %w", r.transcript, err)
	}
	err = har.Write(w, r.report.Suite.Version, transcript.Read(file))
	if err = cmp.Or(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", r.transcript, err)
	}
	return nil
}

// writeFile replaces a file in one step, so that a reader, and an interrupted run, has the old file or the new one. Windows
// cannot do that; there the file is written in place.
func writeFile(path string, write func(io.Writer) error) error {
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return err
	}
	err := maybe.WriteFile(path, content.Bytes(), 0o666) // less the umask
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: failed.Op, Path: path, Err: failed.Err} // the temporary file means nothing to a user
	}
	if failed, ok := errors.AsType[*os.LinkError](err); ok {
		return &fs.PathError{Op: failed.Op, Path: path, Err: failed.Err}
	}
	return err
}
