package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"assay/reports/benchmark"
	"assay/reports/conformance"
	"assay/reports/messages"
	"assay/reports/page"
	"assay/reports/transcript"
)

// A writtenRun is what its JSON files say: all that the rendered files are made of.
type writtenRun struct {
	report     conformance.Report
	in         messages.Printer
	evidence   page.Evidence
	transcript string // the file's path; empty when there is none
}

// renderings are the files that are made of a run, in the order in which a user is told of them.
func renderings() []rendering {
	return []rendering{
		{"report.html", func(r writtenRun, w io.Writer) error { return page.WriteConformance(w, r.in, r.report, r.evidence) }},
		{"summary.md", func(r writtenRun, w io.Writer) error { return conformance.WriteMarkdown(w, r.in, r.report) }},
		{"junit.xml", func(r writtenRun, w io.Writer) error { return conformance.WriteJUnit(w, r.report) }},
		{"badge.svg", func(r writtenRun, w io.Writer) error { return conformance.WriteBadge(w, r.in, r.report) }},
		{archiveFile, writtenRun.archive},
	}
}

// archiveFile is there when there is a transcript.
const archiveFile = "transcript.har"

func renderedFiles() []string {
	var names []string
	for _, file := range renderings() {
		names = append(names, file.name)
	}
	return names
}

type rendering struct {
	name  string
	write func(writtenRun, io.Writer) error
}

// benchmarkPage is the page of a load run.
const benchmarkPage = "benchmark.html"

// renderBenchmark writes the page of the load run in dir, from its benchmark.json alone, and returns its path.
func renderBenchmark(dir string, in messages.Printer) (path string, err error) {
	source := filepath.Join(dir, benchmarkFile)
	file, err := os.Open(source)
	if err != nil {
		return "", ofFile(err)
	}
	report, err := benchmark.ReadJSON(file)
	if err = cmp.Or(err, file.Close()); err != nil {
		return "", fmt.Errorf("%s: %w", source, err)
	}
	path = filepath.Join(dir, benchmarkPage)
	return path, writeFile(path, func(w io.Writer) error { return page.WriteBenchmark(w, in, report) })
}

// readRun reads the files of a run in dir. A transcript that cannot be read to its end is an error; there may be none.
func readRun(dir string, in messages.Printer) (writtenRun, error) {
	report, err := readReport(filepath.Join(dir, reportFile))
	if err != nil {
		return writtenRun{}, err
	}
	run := writtenRun{report: report, in: in}
	path := filepath.Join(dir, transcriptFile)
	switch info, err := os.Stat(path); {
	case err == nil && info.Size() > 0: // an empty one is taken away when a run ends
		run.transcript = path
		run.evidence, err = readEvidence(path, report)
		return run, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return writtenRun{}, err
	}
	return run, nil
}

func readEvidence(path string, report conformance.Report) (page.Evidence, error) {
	file, err := os.Open(path)
	if err != nil {
		return page.Evidence{}, ofFile(err)
	}
	evidence, err := page.ReadEvidence(file, report)
	if err = cmp.Or(err, file.Close()); err != nil {
		return page.Evidence{}, fmt.Errorf("%s: %w", path, err)
	}
	return evidence, nil
}

// readReport reads a conformance.json, or the one in a directory.
func readReport(path string) (report conformance.Report, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, reportFile)
	}
	file, err := os.Open(path)
	if err != nil {
		return report, ofFile(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if report, err = conformance.ReadJSON(file); err != nil {
		return report, fmt.Errorf("%s: %w", path, err)
	}
	return report, nil
}

// ofFile says which file an error of the system is about, and no more.
func ofFile(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", path.Path, path.Err)
	}
	return err
}

// render writes the files that are made of a run into dir, and returns their paths. One that cannot be written keeps no
// other from it.
func (r writtenRun) render(dir string) (files []string, err error) {
	for _, file := range renderings() {
		path := filepath.Join(dir, file.name)
		if file.name == archiveFile && r.transcript == "" {
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

// archive writes transcript.har.
func (r writtenRun) archive(w io.Writer) error {
	file, err := os.Open(r.transcript)
	if err != nil {
		return err
	}
	err = transcript.WriteHAR(w, r.report.Suite.Version, transcript.Read(file))
	if err = cmp.Or(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", r.transcript, err)
	}
	return nil
}

// writeFile writes a file in one step: whoever reads it, and whenever the process ends, finds the old one or the new one.
func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 64<<10)
	err = cmp.Or(write(out), out.Flush())
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return os.Rename(file.Name(), path)
}
