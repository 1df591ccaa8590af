package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/suites"
)

// How often a run saves what it has: a run that is killed loses no more. The log is held back until the secrets in it are
// known, so it is looked at more often.
const (
	saveEvery    = 3 * time.Second
	saveLogEvery = time.Second
)

// An unkeptError says that the results of a run could not be kept. What is not kept was not judged: the run has no verdict,
// unless report names the file that has it.
type unkeptError struct {
	err    error
	report string
}

func (e *unkeptError) Error() string {
	if e.report != "" {
		return fmt.Sprintf("not every file was written: %v; %s has the verdict, and 'assay report html' writes the others", e.err, e.report)
	}
	return fmt.Sprintf("nothing was judged, because the results cannot be kept: %v", e.err)
}

func (e *unkeptError) Unwrap() error { return e.err }

// flush writes what is buffered of the transcript.
func (r *results) flush() error {
	if err := r.transcript.Flush(); err != nil {
		return outError(r.dir, err)
	}
	return nil
}

// keep saves what the run has, again and again, until the function that it returns is called: the transcript, the driver's
// log, and what others save. If something cannot be saved, failed is called once, with the reason.
func (r *results) keep(failed func(error), others ...func() error) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		saves, logs := time.NewTicker(saveEvery), time.NewTicker(saveLogEvery)
		defer saves.Stop()
		defer logs.Stop()
		for {
			var err error
			select {
			case <-saves.C:
				err = r.again(func() error { return r.save(others) })
			case <-logs.C:
				err = r.log.save(r.redactor)
			case <-done:
				return
			}
			if files.Scarce(err) {
				continue // there may be files again the next time; at the end there are
			}
			if err != nil {
				r.told.Store(true)
				failed(&unkeptError{err: err})
				return
			}
		}
	}()
	return sync.OnceFunc(func() { close(done); <-ended })
}

// keepUsers returns a function that writes the test users of a session if there are more than before.
func (r *results) keepUsers(session *suites.Session) func() error {
	kept := 0
	return func() error {
		users := session.Users()
		if len(users) <= kept {
			return nil
		}
		if _, err := r.writeUsers(users); err != nil {
			return outError(r.dir, err)
		}
		kept = len(users)
		return nil
	}
}

// keepReport returns a function that writes the report so far if more specs have ended than before.
func (r *results) keepReport(session *suites.Session) func() error {
	kept := -1
	return func() error {
		report, done := session.SoFar()
		if done == kept {
			return nil
		}
		if err := r.writeReport(report); err != nil {
			return err
		}
		kept = done
		return nil
	}
}

func (r *results) writeReport(report conformance.Report) error {
	err := writeFile(r.path(reportFile), func(w io.Writer) error { return conformance.WriteJSON(w, report) })
	if err != nil {
		return outError(r.dir, err)
	}
	return nil
}

// untold is the error of the results' end; without its text if keep has told that the results cannot be kept.
func (r *results) untold(err error) error {
	if unkept, ok := errors.AsType[*unkeptError](err); ok && unkept.report == "" && r.told.Load() {
		return &exitError{code: exitUsage}
	}
	return err
}

// again calls write, and once more if it fails and the results can be settled: write may have used up what the directory had left, and then they go elsewhere.
func (r *results) again(write func() error) error {
	err := write()
	if err == nil || files.Scarce(err) || r.settle() != nil {
		return err
	}
	return write()
}

// save is what keep does every time.
func (r *results) save(others []func() error) error {
	if err := r.settle(); err != nil {
		return err
	}
	if err := r.flush(); err != nil {
		return err
	}
	for _, save := range others {
		if err := save(); err != nil {
			return err
		}
	}
	return nil
}
