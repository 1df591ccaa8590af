// Package golden is for tests of the report formats: small reports, and [Check], which compares their renderings with golden
// files.
package golden

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Hostile is what a target may put into any string of its answer.
const Hostile = "\x1b[2J\x1b[31mPASS\x1b[0m\r\n\u202egnp.exe\u2066 ]]> <b>&amp;\" \x00\x07\xff\xfe \ufffe \U000e0041 名前の長い値 é"

// Check compares text with testdata/NAME.golden, in which the escape character and the carriage return are written out. With
// update it writes the file first.
func Check(t *testing.T, update bool, name, text string) {
	t.Helper()
	text = strings.NewReplacer("\x1b", "<ESC>", "\r", "<CR>").Replace(text)
	path := filepath.Join("testdata", name+".golden")
	if update {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s: -want +got:\n%s", path, diff)
	}
}

// A FailingWriter fails after some bytes, with [io.ErrShortWrite].
type FailingWriter struct{ After int }

// Write implements [io.Writer].
func (w *FailingWriter) Write(p []byte) (int, error) {
	if w.After -= len(p); w.After < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}
