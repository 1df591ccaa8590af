package main

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2/maybe"

	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/badge"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/har"
	"github.com/unified-login/assay/reports/jsonfile"
	"github.com/unified-login/assay/reports/junit"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/series"
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
	loaded     page.LoadEvidence
}

// archiveFile is as large as the transcript.
const archiveFile = "transcript.har"

// renderings are the files that are rendered from a run, in the order in which they are listed to the user.
func renderings() []rendering {
	suite := func(r writtenRun) bool { return r.report != nil }
	load := func(r writtenRun) bool { return r.load != nil }
	either := func(r writtenRun) bool { return suite(r) || load(r) }
	return []rendering{
		{"report.html", suite, func(r writtenRun, w io.Writer) error { return page.WriteConformance(w, r.in, *r.report, r.evidence) }},
		{"benchmark.html", load, func(r writtenRun, w io.Writer) error { return page.WriteBenchmark(w, r.in, *r.load, r.loaded) }},
		{"series.csv", load, func(r writtenRun, w io.Writer) error { return series.WriteBenchmark(w, *r.load) }},
		{"summary.md", either, writtenRun.summary},
		{"junit.xml", either, writtenRun.junit},
		{"badge.svg", suite, func(r writtenRun, w io.Writer) error { return badge.WriteConformance(w, r.in, *r.report) }},
		{archiveFile, func(r writtenRun) bool { return suite(r) && r.transcript != "" }, writtenRun.archive},
	}
}

// renderedFiles are the names of all renderings.
func renderedFiles() []string {
	return renderedOf(func(rendering) bool { return true })
}

// renderedOf are the names of the renderings that of selects.
func renderedOf(of func(rendering) bool) []string {
	var names []string
	for _, file := range renderings() {
		if of(file) {
			names = append(names, file.name)
		}
	}
	return names
}

// ofSuite reports whether a file is rendered from a run of the suite.
func ofSuite(file rendering) bool {
	return file.made(writtenRun{report: new(conformance.Report), transcript: transcriptFile})
}

// ofLoad reports whether a file is rendered from a load run.
func ofLoad(file rendering) bool { return file.made(writtenRun{load: new(benchmark.Report)}) }

// ofEither reports whether a file is rendered from a run of each kind, or of both.
func ofEither(file rendering) bool { return ofSuite(file) && ofLoad(file) }

// A rendering is one of the files. made reports whether the run has one.
type rendering struct {
	name  string
	made  func(writtenRun) bool
	write func(writtenRun, io.Writer) error
}

// consistent is the error of a run whose reports contradict themselves.
func (r writtenRun) consistent(dir string) error {
	if r.load != nil {
		if err := consistent(filepath.Join(dir, benchmarkFile), *r.load); err != nil {
			return err
		}
	}
	if r.report != nil {
		return consistent(filepath.Join(dir, reportFile), *r.report)
	}
	return nil
}

// readRun reads the reports of these names that dir has, as they are, and what belongs to them. The transcript may be missing; one that
// cannot be read to its end is an error.
func readRun(dir string, in messages.Printer, reports ...string) (writtenRun, error) {
	run := writtenRun{in: in}
	has := func(name string) bool { return slices.Contains(reports, name) && there(filepath.Join(dir, name)) }
	if has(benchmarkFile) {
		load, err := openBenchmark(inDirectory(dir, benchmarkFile))
		if err != nil {
			return writtenRun{}, err
		}
		run.load = &load
		if run.loaded, err = loadEvidence(dir, load); err != nil {
			return writtenRun{}, err
		}
		if !has(reportFile) {
			return run, nil
		}
	} else if !has(reportFile) {
		return writtenRun{}, phrase.Failed(phrase.DirectoryWithout, dir, folded(phrase.Neither, reports))
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
		run.evidence, err = readUpTo(math.MaxInt64, path, func(r io.Reader) (page.Evidence, error) { return page.ReadEvidence(r, report) })
		return run, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return writtenRun{}, err
	}
	return run, nil
}

// loadEvidence reads what the page of a load run shows beside its report, from the files in dir that there are. In a directory with a
// conformance.json, the transcript is that of the other run.
func loadEvidence(dir string, load benchmark.Report) (evidence page.LoadEvidence, err error) {
	var readers [2]io.Reader
	names := [2]string{secondsFile, transcriptFile}
	if there(filepath.Join(dir, reportFile)) {
		names[1] = ""
	}
	for i, name := range names {
		path := filepath.Join(dir, name)
		if info, failed := os.Stat(path); name == "" || failed != nil || info.Size() == 0 {
			continue // a run without errors has no transcript
		}
		file, failed := files.Open(path, math.MaxInt64)
		if failed != nil {
			return evidence, phrase.Failed(phrase.At, path, failed)
		}
		defer func() { err = cmp.Or(err, file.Close()) }()
		readers[i] = file
	}
	if evidence, err = page.ReadLoadEvidence(load, readers[0], readers[1]); err != nil {
		return evidence, phrase.Failed(phrase.At, filepath.Join(dir, secondsFile), err)
	}
	return evidence, nil
}

// there reports whether the file exists. If that cannot be found out, opening it will say why.
func there(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// readReport reads path, a conformance.json or a directory that has one. A report that contradicts itself is an error.
func readReport(path string) (conformance.Report, error) {
	path = inDirectory(path, reportFile)
	report, err := read(path, conformance.ReadJSON)
	if err != nil {
		return report, err
	}
	return report, consistent(path, report)
}

// readBenchmark reads path, a benchmark.json or a directory that has one. A report that contradicts itself is an error.
func readBenchmark(path string) (benchmark.Report, error) {
	path = inDirectory(path, benchmarkFile)
	report, err := openBenchmark(path)
	if err != nil {
		return report, err
	}
	return report, consistent(path, report)
}

// openBenchmark reads the benchmark.json at path as it is, with the rows that a killed run wrote beside it.
func openBenchmark(path string) (benchmark.Report, error) {
	report, err := read(path, benchmark.ReadJSON)
	if err != nil {
		return report, err
	}
	return completed(report, path)
}

// consistent is the error of a report that contradicts itself, which nothing is rendered or concluded from; nil for any other.
func consistent(path string, report interface{ Contradiction() phrase.Phrase }) error {
	if found := report.Contradiction(); !found.IsZero() {
		const most = 500
		return phrase.Failed(phrase.FileContradicts, path, found.Map(func(text string) string { return visible.Line(text, most) }))
	}
	return nil
}

// inDirectory returns the file called name if path is a directory, else path.
func inDirectory(path, name string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, name)
	}
	return path
}

// read reads a report from a file.
func read[R any](path string, parse func(io.Reader) (R, error)) (R, error) {
	return readUpTo(jsonfile.Limit, path, parse)
}

// readUpTo reads a file of at most limit bytes.
func readUpTo[R any](limit int64, path string, parse func(io.Reader) (R, error)) (report R, err error) {
	file, err := files.Open(path, limit)
	if err != nil {
		return report, phrase.Failed(phrase.FileFailed, path, err, wayOut(err, phrase.HintPath))
	}
	report, err = parse(file)
	if err = cmp.Or(err, file.Close()); err != nil {
		return report, phrase.Failed(phrase.At, path, err)
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
		put := writeFile
		if file.name == archiveFile {
			put = streamFile
		}
		if failed := put(path, func(w io.Writer) error { return file.write(r, w) }); failed != nil {
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
		return phrase.Failed(phrase.At, r.transcript, err)
	}
	err = har.Write(w, r.report.Suite.Version, transcript.Read(file))
	if err = cmp.Or(err, file.Close()); err != nil {
		return phrase.Failed(phrase.At, r.transcript, err)
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
	return atPath(path, maybe.WriteFile(path, content.Bytes(), 0o666)) // less the umask
}

// atPath names the file itself in an error about its temporary file, which means nothing to a user.
func atPath(path string, err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: failed.Op, Path: path, Err: failed.Err}
	}
	if failed, ok := errors.AsType[*os.LinkError](err); ok {
		return &fs.PathError{Op: failed.Op, Path: path, Err: failed.Err}
	}
	return err
}

// streamFile is writeFile for a file that may be too large to hold in memory.
func streamFile(path string, write func(io.Writer) error) (err error) {
	part := path + ".part"
	_ = os.Remove(part)                                                      // of a run that was killed
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // less the umask
	if err != nil {
		return atPath(path, err)
	}
	err = cmp.Or(write(file), file.Close())
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part)
	}
	return atPath(path, err)
}
