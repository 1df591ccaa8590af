package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/transcript"
)

// The files of a run. What is rendered from them is in render.go.
const (
	reportFile     = "conformance.json"
	transcriptFile = "transcript.jsonl"
	driverLogFile  = "driver.log"
)

// resultFiles are the files that a run leaves behind, whatever kind of run it was, but for those that it begins with.
func resultFiles() []string { return append(append(loadFiles(), renderedFiles()...), reportFile) }

// results is the output directory of a run: it holds one run at a time, for transcript.jsonl belongs to one.
type results struct {
	dir        string
	redactor   *transcript.Redactor
	transcript *transcript.Writer
	exchanges  *os.File // what the transcript is written to
	log        *driverLog
	told       bool // a user has been told of the log
}

// openResults makes the directory and notices where it cannot be written to. It takes nothing away: what an earlier run
// left there stays until begin.
func openResults(dir string) (*results, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, outError(dir, err)
	}
	exchanges, err := os.OpenFile(filepath.Join(dir, transcriptFile), os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, outError(dir, err)
	}
	log, err := os.OpenFile(filepath.Join(dir, driverLogFile), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, errors.Join(outError(dir, err), exchanges.Close())
	}
	redactor := transcript.NewRedactor(nil)
	return &results{dir, redactor, transcript.NewWriter(exchanges, redactor), exchanges, &driverLog{file: log}, false}, nil
}

// begin takes away what an earlier run left in the directory, so that no old verdict can be taken for this run's. It is
// called when nothing but the run is left to do.
func (r *results) begin() error {
	for _, name := range resultFiles() {
		if err := os.Remove(filepath.Join(r.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return outError(r.dir, err)
		}
	}
	if err := r.exchanges.Truncate(0); err != nil {
		return outError(r.dir, err)
	}
	return r.beginLog()
}

// beginLog takes away what an earlier driver has said.
func (r *results) beginLog() error {
	if err := r.log.file.Truncate(0); err != nil {
		return outError(r.dir, err)
	}
	return nil
}

// outError says what is wrong with the output directory; the system's own errors name it a second time.
func outError(dir string, err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = fmt.Errorf("%s: %w", path.Path, path.Err)
		if path.Path == dir {
			err = path.Err
		}
	}
	return fmt.Errorf("--out %s: %w; name a directory that can be written to", dir, err)
}

// write writes the report, finishes the transcript, renders from the two what else there is to see, and returns the files
// that there are. One that cannot be written keeps no other from it.
func (r *results) write(report conformance.Report, in messages.Printer) (files []string, err error) {
	path := filepath.Join(r.dir, reportFile)
	if failed := writeFile(path, func(w io.Writer) error { return conformance.WriteJSON(w, report) }); failed != nil {
		return nil, outError(r.dir, failed)
	}
	records, err := r.records()
	if err != nil {
		return nil, err
	}
	files, failed := renderAgain(r.dir, in) // as assay report does later: the same files, whoever renders them
	if failed != nil {
		err = outError(r.dir, failed)
	}
	return append(append([]string{path}, files...), records...), err
}

// records finishes the transcript and returns what there is besides the rendered files.
func (r *results) records() (files []string, err error) {
	if failed := r.transcript.Close(); failed != nil {
		err = outError(r.dir, failed)
	}
	if info, statErr := r.exchanges.Stat(); statErr == nil && info.Size() > 0 {
		files = append(files, r.exchanges.Name())
	}
	if !r.log.empty() {
		files, r.told = append(files, r.log.file.Name()), true
	}
	return files, err
}

// close ends the run's use of the directory, after the driver's last word. A file that stayed empty goes: a run that
// never began leaves none behind.
func (r *results) close() error {
	err := errors.Join(r.log.finish(r.redactor), r.exchanges.Close())
	for _, file := range []*os.File{r.exchanges, r.log.file} {
		if info, statErr := os.Stat(file.Name()); statErr == nil && info.Size() == 0 {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}
	return err
}

// tellLog says where the driver's words are, after close and unless that has been said: they are wanted most where it did
// not come to a report.
func (r *results) tellLog(w io.Writer, quiet bool) error {
	if r.told || quiet || r.log.empty() {
		return nil
	}
	return tellWritten(w, []string{r.log.file.Name()})
}
