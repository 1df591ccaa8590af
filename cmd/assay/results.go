package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"assay/reports/conformance"
	"assay/reports/messages"
	"assay/reports/transcript"
)

// The files of a run. What is rendered from them is in render.go.
const (
	reportFile     = "conformance.json"
	transcriptFile = "transcript.jsonl"
	driverLogFile  = "driver.log"
)

// results is the output directory of a run.
type results struct {
	dir        string
	redactor   *transcript.Redactor
	transcript *transcript.Writer
	exchanges  *os.File // what the transcript is written to
	log        *driverLog
}

// createResults makes the directory, and takes away what an earlier run left in it, so that no old verdict can be
// taken for this run's.
func createResults(dir string) (*results, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, outError(dir, err)
	}
	for _, name := range append(renderedFiles(), reportFile) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, outError(dir, err)
		}
	}
	exchanges, err := os.Create(filepath.Join(dir, transcriptFile))
	if err != nil {
		return nil, outError(dir, err)
	}
	// Until the run is over, the log may hold secrets that are not known for such yet.
	log, err := os.OpenFile(filepath.Join(dir, driverLogFile), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.Join(outError(dir, err), exchanges.Close())
	}
	redactor := transcript.NewRedactor(nil)
	return &results{dir, redactor, transcript.NewWriter(exchanges, redactor), exchanges, &driverLog{file: log}}, nil
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
	failed := writeFile(path, func(w io.Writer) error { return conformance.WriteJSON(w, report) })
	failed = errors.Join(failed, r.transcript.Close())
	if failed != nil {
		return nil, outError(r.dir, failed)
	}
	run, err := readRun(r.dir, in) // as assay report does later: the same files, whoever renders them
	if err == nil {
		files, err = run.render(r.dir)
	}
	if err != nil {
		err = outError(r.dir, err)
	}
	files = append([]string{path}, files...)
	for _, file := range []*os.File{r.exchanges, r.log.file} {
		if info, statErr := file.Stat(); statErr == nil && info.Size() > 0 {
			files = append(files, file.Name())
		}
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
