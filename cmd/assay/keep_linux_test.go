package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript"
)

// An empty file that cannot be removed is no error of a run whose results were written.
func TestAnEmptyFileMayStay(t *testing.T) {
	r, err := openResults(t.TempDir(), surroundings{stderr: io.Discard, secrets: transcript.NewRedactor(nil)})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("/proc/version") // it has no size, and nobody can remove it
	if err != nil {
		t.Fatal(err)
	}
	r.others = append(r.others, &keptFile{file: file})
	if err := r.close(); err != nil {
		t.Error(err)
	}
}

// A write that fails between two saves is made elsewhere at once: the transcript buffers what it writes, and its buffer keeps an error for
// ever, with which the run would end.
func TestAWriteThatFailsIsMadeElsewhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	r, err := openResults(dir, surroundings{stderr: io.Discard, secrets: transcript.NewRedactor(nil)})
	if err != nil {
		t.Fatal(err)
	}
	unwritable, err := os.Open(filepath.Join(dir, transcriptFile)) // as it is where the file system becomes read-only
	if err := errors.Join(err, r.begin(), r.exchanges.file.Close(), os.RemoveAll(dir)); err != nil {
		t.Fatal(err)
	}
	r.exchanges.file = unwritable
	const exchanges = 2000 // more than the buffer has room for
	for i := range exchanges {
		if err := r.transcript.Write(assay.Exchange{ID: fmt.Sprintf("x-%06d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.flush(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(r.path(transcriptFile))
	if got := bytes.Count(text, []byte("\n")); got != exchanges {
		t.Errorf("the transcript has %d exchanges of %d", got, exchanges)
	}
	if err := errors.Join(err, r.close()); err != nil {
		t.Error(err)
	}
}
