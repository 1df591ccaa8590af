package main

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/transcript"
)

// A process without a file left keeps running, saves later, and reports what is scarce; its directory is as good as any. Any other
// error ends the run.
func TestScarceFilesEndNoRun(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct {
		err  error
		ends bool
		says string
	}{
		"no file of this process": {&fs.PathError{Op: "open", Path: dir, Err: syscall.EMFILE}, false, "ulimit -n"},
		"no file of this machine": {&fs.PathError{Op: "open", Path: dir, Err: syscall.ENFILE}, false, "ulimit -n"},
		"no room":                 {&fs.PathError{Op: "write", Path: dir, Err: syscall.ENOSPC}, true, "name a directory that can be written to"},
	} {
		err := outError(dir, test.err)
		if !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q, want %q", name, err, test.says)
		}
		synctest.Test(t, func(t *testing.T) {
			r, failed := openResults(dir, surroundings{stderr: io.Discard, secrets: transcript.NewRedactor(nil)})
			if failed != nil {
				t.Fatal(failed)
			}
			var ended error
			stop := r.keep(func(err error) { ended = err }, func() error { return err })
			time.Sleep(5 * saveEvery)
			stop()
			if (ended != nil) != test.ends || ended != nil && !errors.Is(ended, err) {
				t.Errorf("%s: the run ended with %v", name, ended)
			}
			if err := r.close(); err != nil {
				t.Error(err)
			}
		})
	}
}
