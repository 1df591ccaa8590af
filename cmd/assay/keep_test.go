package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
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

// A copy of an earlier run's results by hard links keeps them. A link that the user made in the directory is followed.
func TestAnEarlierRunsFilesKeepTheirContent(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	kept := []string{transcriptFile, driverLogFile}
	for _, name := range kept {
		if err := errors.Join(os.WriteFile(filepath.Join(dir, name), []byte("earlier"), 0o600), os.Link(filepath.Join(dir, name), filepath.Join(copied, name))); err != nil {
			t.Fatal(err)
		}
	}
	write := func() {
		r, err := openResults(dir, surroundings{stderr: io.Discard, secrets: transcript.NewRedactor(nil)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.log.Write([]byte("of this run\n"))
		if err := errors.Join(err, r.begin(), r.transcript.Write(assay.Exchange{ID: "x-1"}), r.flush(), r.close()); err != nil {
			t.Fatal(err)
		}
	}
	write()
	for _, name := range kept {
		old, err := os.ReadFile(filepath.Join(copied, name))
		fresh, failed := os.ReadFile(filepath.Join(dir, name))
		if err := errors.Join(err, failed); err != nil || string(old) != "earlier" || len(fresh) == 0 || strings.Contains(string(fresh), "earlier") {
			t.Errorf("%s: %q, and in the copy %q, %v", name, fresh, old, err)
		}
	}
	elsewhere := filepath.Join(copied, "elsewhere")
	if err := errors.Join(os.Remove(filepath.Join(dir, transcriptFile)), os.Symlink(elsewhere, filepath.Join(dir, transcriptFile))); err != nil {
		t.Fatal(err)
	}
	write()
	if text, err := os.ReadFile(elsewhere); err != nil || len(text) == 0 {
		t.Errorf("by a link: %q, %v", text, err)
	}
}

// A save that fails once, because it uses up what a directory has left, is tried again where the results can be written by then.
func TestASaveIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := openResults(t.TempDir(), surroundings{stderr: io.Discard, secrets: transcript.NewRedactor(nil)})
		if err != nil {
			t.Fatal(err)
		}
		saves := 0
		stop := r.keep(func(err error) { t.Errorf("the run ended with %v", err) }, func() error {
			if saves++; saves == 1 {
				return &fs.PathError{Op: "open", Path: "conformance.json", Err: syscall.ENOSPC}
			}
			return nil
		})
		time.Sleep(saveEvery + time.Second)
		stop()
		if saves != 2 {
			t.Errorf("%d saves, want the second one at once", saves)
		}
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
}
