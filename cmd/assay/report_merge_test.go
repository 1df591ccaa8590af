package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay/reports/hdrlog"
)

// The seconds of two runs are added up, whatever their names are; of what is no log, the file is named and nothing is written.
func TestReportMerge(t *testing.T) {
	start, dir := time.Unix(1_700_000_000, 0), t.TempDir()
	log := func(name string, from time.Time, times int) string {
		t.Helper()
		path := filepath.Join(dir, name, secondsFile)
		var text bytes.Buffer
		if err := hdrlog.Begin(&text, from); err != nil {
			t.Fatal(err)
		}
		for n := range 2 {
			if err := hdrlog.Write(&text, from, n, hdrlog.Accepted, second(n, times).Accepted); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	merge := func(out string, args ...string) (int, string) {
		var printed bytes.Buffer
		code := run(t.Context(), append([]string{"report", "merge", "--out", out}, args...), surroundings{env: func(string) (string, bool) { return "", false },
			stdin: &bytes.Buffer{}, stdout: &printed, stderr: &printed})
		return code, printed.String()
	}
	a, b, late := log("a", start, 3), log("b", start.Add(80*time.Millisecond), 5), log("late", start.Add(time.Minute), 1)
	out := filepath.Join(dir, "all")
	if code, printed := merge(out, a, filepath.Dir(b)); code != exitHolds || !strings.HasPrefix(printed, "wrote ") {
		t.Fatalf("exit code %d: %s", code, printed)
	}
	if got := timesIn(t, filepath.Join(out, secondsFile))[hdrlog.Accepted]; got.TotalCount() != 16 {
		t.Errorf("%d times, want 16", got.TotalCount())
	}
	for _, again := range [][]string{{a, b, filepath.Dir(a)}, {a, b, out}} {
		code, printed := merge(out, again...)
		if says := map[bool]string{true: "is named twice", false: "would be replaced by the sum"}[again[2] != out]; code != exitUsage || !strings.Contains(printed, says) {
			t.Errorf("%q: exit code %d: %s", again, code, printed)
		}
		if got := timesIn(t, filepath.Join(out, secondsFile))[hdrlog.Accepted]; got.TotalCount() != 16 {
			t.Errorf("%q: %d times, want 16", again, got.TotalCount())
		}
	}
	for says, args := range map[string][]string{
		late + ": it starts 1m0s after another one": {a, late},
		filepath.Join(dir, "none") + ": ":           {a, filepath.Join(dir, "none")},
		"needs a timeline.hdr":                      {},
	} {
		bad := filepath.Join(t.TempDir(), "bad")
		if code, printed := merge(bad, args...); code != exitUsage || !strings.Contains(printed, says) || there(filepath.Join(bad, secondsFile)) {
			t.Errorf("%q: exit code %d: %s", args, code, printed)
		}
	}
}
