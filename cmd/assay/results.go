package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/transcript"
	"github.com/unified-login/assay/suites"
)

// The files of a run. render.go has the files that are rendered from them.
const (
	reportFile     = "conformance.json"
	transcriptFile = "transcript.jsonl"
	driverLogFile  = "driver.log"
	usersFile      = "users.jsonl"
)

// resultFiles are the files that any kind of run leaves behind, except those that are open during the run.
func resultFiles() []string {
	return append(append(loadFiles(), renderedFiles()...), reportFile, usersFile)
}

// results is the output directory of one run.
type results struct {
	dir        string
	redactor   *transcript.Redactor
	transcript *transcript.Writer
	exchanges  *os.File // transcript.jsonl
	log        *driverLog
	listed     bool // the log is among the files that the user was shown
	lock       *flock.Flock
}

// openResults creates the directory and fails if it is not writable, or if another run writes to it. Files of an earlier run
// stay until begin.
func openResults(dir string) (*results, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, outError(dir, err)
	}
	exchanges, err := os.OpenFile(filepath.Join(dir, transcriptFile), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, outError(dir, err)
	}
	lock := flock.New(exchanges.Name())
	if locked, err := lock.TryLock(); err == nil && !locked {
		return nil, errors.Join(fmt.Errorf("--out %s: another run writes its results there; name another directory", dir), exchanges.Close())
	} // a file system without locks is used without
	log, err := os.OpenFile(filepath.Join(dir, driverLogFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.Join(outError(dir, err), lock.Unlock(), exchanges.Close())
	}
	redactor := transcript.NewRedactor(nil)
	return &results{
		dir: dir, redactor: redactor, transcript: transcript.NewWriter(exchanges, redactor), exchanges: exchanges,
		log: &driverLog{file: log}, lock: lock,
	}, nil
}

// begin removes the files of an earlier run, so that no old verdict is mistaken for this run's. Call it last, when only the
// run is left to do.
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

// beginLog empties the driver's log.
func (r *results) beginLog() error {
	if err := r.log.file.Truncate(0); err != nil {
		return outError(r.dir, err)
	}
	return nil
}

// keep writes what is buffered of the transcript every few seconds, so that a run that is killed loses no more, until the
// function that it returns is called.
func (r *results) keep() (stop func()) {
	done := make(chan struct{})
	go func() {
		every := time.NewTicker(4 * time.Second)
		defer every.Stop()
		for {
			select {
			case <-every.C:
				_ = r.transcript.Flush() // the end of the run returns the error
			case <-done:
				return
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}

// outError says what is wrong with the output directory, and names it once.
func outError(dir string, err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = fmt.Errorf("%s: %w", path.Path, path.Err)
		if path.Path == dir {
			err = path.Err
		}
	}
	return fmt.Errorf("--out %s: %w; name a directory that can be written to", dir, err)
}

// write writes the report, flushes the transcript, renders the other files from both, and returns the files that exist. If
// one cannot be written, the others still are.
func (r *results) write(report conformance.Report, users []suites.User, in messages.Printer) (files []string, err error) {
	if err := r.settle(); err != nil {
		return nil, err
	}
	path := filepath.Join(r.dir, reportFile)
	if failed := writeFile(path, func(w io.Writer) error { return conformance.WriteJSON(w, report) }); failed != nil {
		return nil, outError(r.dir, failed)
	}
	ofUsers, failed := r.writeUsers(users)
	if failed != nil {
		return nil, outError(r.dir, failed)
	}
	records, err := r.records()
	if err != nil {
		return nil, err
	}
	files, failed = renderAgain(r.dir, in) // as assay report does later, so that the files are the same
	if failed != nil {
		err = outError(r.dir, failed)
	}
	return slices.Concat([]string{path}, files, ofUsers, records), err
}

// writeUsers writes the test users, one a line, if there are any.
func (r *results) writeUsers(users []suites.User) (files []string, err error) {
	if len(users) == 0 {
		return nil, nil
	}
	path := filepath.Join(r.dir, usersFile)
	return []string{path}, writeFile(path, func(w io.Writer) error {
		lines := json.NewEncoder(w)
		lines.SetEscapeHTML(false)
		for _, user := range users {
			if err := lines.Encode(user); err != nil {
				return err
			}
		}
		return nil
	})
}

// records flushes the transcript, and returns it and the log unless they are empty.
func (r *results) records() (files []string, err error) {
	if failed := r.transcript.Close(); failed != nil {
		err = outError(r.dir, failed)
	}
	if info, statErr := r.exchanges.Stat(); statErr == nil && info.Size() > 0 {
		files = append(files, r.exchanges.Name())
	}
	if !r.log.empty() {
		files, r.listed = append(files, r.log.file.Name()), true
	}
	return files, err
}

// close closes the files, after the driver has ended, and removes those that stayed empty: a run that never began leaves no
// files.
func (r *results) close() error {
	err := errors.Join(r.log.finish(r.redactor), r.exchanges.Close(), r.lock.Unlock())
	for _, file := range []*os.File{r.exchanges, r.log.file} {
		if info, statErr := os.Stat(file.Name()); statErr == nil && info.Size() == 0 {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}
	return err
}

// tellLog names the driver's log, after close, unless the user knows of it: without a report it matters most.
func (r *results) tellLog(w io.Writer, quiet bool) error {
	if r.listed || quiet || r.log.empty() {
		return nil
	}
	return tellWritten(w, []string{r.log.file.Name()})
}
