package main

import (
	"io"
	"os"
	"testing"

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
