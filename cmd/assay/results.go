package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
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
	return append(append(loadFiles(), renderedFiles()...), reportFile, usersFile, comparisonFile, comparisonPage)
}

// results is the output directory of one run.
type results struct {
	redactor   *transcript.Redactor
	transcript *transcript.Writer
	exchanges  *keptFile // transcript.jsonl
	log        *driverLog
	others     []*keptFile // that are open during the run, as the transcript is
	told       atomic.Bool // keep has told that the results cannot be kept
	listed     bool        // the log is among the files that the user was shown
	stderr     io.Writer
	in         messages.Printer // of what stderr gets

	spare reserve // for the end

	mu   sync.Mutex
	dir  string // changes if the directory is lost
	lock dirLock
}

// openResults creates the directory and fails if it is not writable, or if another run writes to it. Files of an earlier run
// stay until begin. What happens to the directory during the run is written to standard error.
func openResults(dir string, around surroundings) (*results, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, outError(dir, err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	exchanges, err := openKept(filepath.Join(dir, transcriptFile), 0o644)
	if err != nil {
		lock.release()
		return nil, outError(dir, err)
	}
	log, err := openKept(filepath.Join(dir, driverLogFile), 0o600)
	if err != nil {
		err = errors.Join(outError(dir, err), exchanges.close())
		lock.release()
		return nil, err
	}
	redactor := around.secrets
	r := &results{
		redactor: redactor, transcript: transcript.NewWriter(exchanges, redactor), exchanges: exchanges,
		log: &driverLog{file: log}, stderr: around.stderr, in: around.in, dir: dir, lock: lock, spare: newReserve(),
	}
	exchanges.lost, log.lost = r.settle, r.settle
	return r, nil
}

// another opens one more file that stays open during the run.
func (r *results) another(name string) (*keptFile, error) {
	file, err := openKept(filepath.Join(r.dir, name), 0o644)
	if err != nil {
		return nil, outError(r.dir, err)
	}
	file.lost = r.settle
	r.others = append(r.others, file)
	return file, nil
}

// path returns the path of a file in the directory.
func (r *results) path(name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return filepath.Join(r.dir, name)
}

// begin removes the files of an earlier run, so that no old verdict is mistaken for this run's. Call it last, when only the
// run is left to do.
func (r *results) begin() error {
	for _, name := range resultFiles() {
		if slices.ContainsFunc(r.others, func(file *keptFile) bool { return filepath.Base(file.name()) == name }) {
			continue
		}
		if err := os.Remove(filepath.Join(r.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return outError(r.dir, err)
		}
	}
	for _, file := range append([]*keptFile{r.exchanges}, r.others...) {
		if err := file.renew(); err != nil {
			return outError(r.dir, err)
		}
	}
	return r.beginLog()
}

// beginLog empties the driver's log.
func (r *results) beginLog() error {
	if err := r.log.file.renew(); err != nil {
		return outError(r.dir, err)
	}
	return nil
}

// outError says what is wrong with the output directory, and names it once.
func outError(dir string, err error) error {
	path, ofSystem := errors.AsType[*fs.PathError](err)
	if ofSystem {
		err = phrase.Failed(phrase.At, path.Path, path.Err)
		if path.Path == dir {
			err = path.Err
		}
	}
	_, failed := errors.AsType[syscall.Errno](err)
	if !ofSystem && !failed {
		return phrase.Failed(phrase.OutChanged, dir, err) // a file is not as it was written
	}
	return phrase.Failed(phrase.OutFailed, dir, err, wayOut(err, phrase.HintOut))
}

// spareFiles is how many files the end of a run opens at the same time.
const spareFiles = 4

// A reserve keeps files open, so that the end of a run can open as many, however many connections there are.
type reserve []*os.File

func newReserve() reserve {
	var files reserve
	for range spareFiles {
		file, err := os.Open(os.DevNull)
		if err != nil {
			break // it is scarce from the beginning
		}
		files = append(files, file)
	}
	return files
}

func (r *reserve) release() {
	for _, file := range *r {
		_ = file.Close() // it was only held
	}
	*r = nil
}

// write writes the report, flushes the transcript, renders the other files from both, and returns the files that exist. If
// one cannot be written, the others still are. The error is an *unkeptError.
func (r *results) write(report conformance.Report, users []suites.User, in messages.Printer) (files []string, err error) {
	r.spare.release()
	if err := errors.Join(r.settle(), r.flush()); err != nil {
		return nil, &unkeptError{err: err}
	}
	if err := r.again(func() error { return r.writeReport(report) }); err != nil {
		return nil, &unkeptError{err: err}
	}
	path := r.path(reportFile)
	ofUsers, failed := r.writeUsers(users)
	files, rendering := renderAgain(r.dir, in, reportFile) // as assay report does later, so that the files are the same
	if err := errors.Join(failed, rendering); err != nil {
		return nil, &unkeptError{outError(r.dir, err), path}
	}
	return slices.Concat([]string{path}, files, ofUsers, r.records()), nil
}

// writeUsers writes the test users, one a line, if there are any.
func (r *results) writeUsers(users []suites.User) (files []string, err error) {
	if len(users) == 0 {
		return nil, nil
	}
	path := r.path(usersFile)
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

// records returns the transcript and the log, unless they are empty.
func (r *results) records() (files []string) {
	if r.exchanges.size() > 0 {
		files = append(files, r.exchanges.name())
	}
	if !r.log.empty() {
		files, r.listed = append(files, r.log.file.name()), true
	}
	return files
}

// close closes the files, after the driver has ended, and removes those that stayed empty: a run that never began leaves no
// files. An empty file that cannot be removed, as one that another program has open on Windows, may stay: nothing is lost.
func (r *results) close() error {
	r.spare.release()
	err := errors.Join(r.log.finish(r.redactor), r.exchanges.close())
	for _, file := range r.others {
		err = errors.Join(err, file.close())
	}
	for _, file := range append([]*keptFile{r.exchanges, r.log.file}, r.others...) {
		if info, statErr := os.Stat(file.name()); statErr == nil && info.Size() == 0 {
			_ = os.Remove(file.name())
		}
	}
	r.lock.release()
	return err
}

// tellLog names the driver's log, after close, unless the user knows of it: without a report it matters most.
func (r *results) tellLog(w io.Writer, quiet bool) error {
	if r.listed || quiet || r.log.empty() {
		return nil
	}
	return tellWritten(w, []string{r.log.file.name()})
}
