package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/transcript"
)

// logged returns the file of a log after text was written in pieces of the given size.
func logged(t *testing.T, text string, piece int) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), driverLogFile))
	if err != nil {
		t.Fatal(err)
	}
	redactor := transcript.NewRedactor(nil)
	redactor.Learn(transcript.KindPAT, "pat_canary0123456789")
	log := &driverLog{file: &keptFile{file: file}}
	for len(text) > 0 {
		n := min(piece, len(text))
		if written, err := log.Write([]byte(text[:n])); written != n || err != nil {
			t.Fatal(written, err)
		}
		text = text[n:]
		if info, err := file.Stat(); err != nil || info.Size() > 0 || cap(log.end) > 5*logEnd {
			t.Fatalf("a file of %d bytes, %d in memory, %v", info.Size(), cap(log.end), err)
		}
	}
	if err := log.finish(redactor); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestDriverLogIsBounded(t *testing.T) {
	line := strings.Repeat("x", 99) + "\n"
	for name, text := range map[string]string{
		"lines":           "first\n" + strings.Repeat(line, 50_000) + "last\n",
		"one line":        "first " + strings.Repeat("x", 5_000_000) + " last",
		"a secret cut":    "first\n" + strings.Repeat("pat_canary0123456789", 250_000) + "\nlast",
		"a secret a line": "first\n" + strings.Repeat("pat_canary0123456789\n", 250_000) + "last",
	} {
		for _, piece := range []int{4096, 1 << 20} {
			got := logged(t, text, piece)
			if len(got) > 2*(logBeginning+logEnd) || strings.Count(got, " bytes left out …\n") != 1 ||
				!strings.HasPrefix(got, "first") || !strings.HasSuffix(strings.TrimSpace(got), "last") {
				t.Errorf("%s: %d bytes, which begin %.20q", name, len(got), got)
			}
			for _, part := range []string{"pat_", "canary", "0123456"} {
				if strings.Contains(got, part) {
					t.Errorf("%s: %q is left of a secret", name, part)
				}
			}
		}
	}
}

// A log that fits is not cut, however it is spread over the two parts.
func TestDriverLogIsWhole(t *testing.T) {
	for _, size := range []int{1, logBeginning - 1, logBeginning, logBeginning + 1, logBeginning + logEnd} {
		text := strings.Repeat("x", size)
		if got := logged(t, text, 4096); got != text {
			t.Errorf("of %d bytes %d are left", size, len(got))
		}
	}
}

// The file never contains a secret: neither before the end, nor one that was never learned.
func TestDriverLogHidesTheUnknown(t *testing.T) {
	text := "gave 1drac2l7sc/WpTtetZtF4tA02llZegeLbJSxTYTUG6Mmj to 13800001111 at /opt/driver/lib/start.mjs:17, pat_canary0123456789\n"
	got := logged(t, text, 4096)
	if !strings.HasPrefix(got, "gave [secret] to [secret] at /opt/driver/lib/start.mjs:17, ~pat-") {
		t.Errorf("%s", got)
	}
}

// One endless token leaves almost nothing of either part.
func TestDriverLogOfOneToken(t *testing.T) {
	got := logged(t, strings.Repeat("Ab3", 1_000_000), 4096)
	if strings.Contains(got, "Ab3") || strings.Count(got, " bytes left out …\n") != 1 {
		t.Errorf("%d bytes: %.200q", len(got), got)
	}
}

// A silenced log ends with the last whole line: the next one may begin with a part of a secret.
func TestDriverLogIsSilenced(t *testing.T) {
	for _, lines := range []int{1, 10, 11_000} { // the last number exceeds the beginning that is kept
		file, err := os.Create(filepath.Join(t.TempDir(), driverLogFile))
		if err != nil {
			t.Fatal(err)
		}
		log := &driverLog{file: &keptFile{file: file}}
		_, _ = log.Write([]byte(strings.Repeat(strings.Repeat("x", 99)+"\n", lines) + "half of a sec"))
		log.silence()
		_, _ = log.Write([]byte("ret\nmore\n"))
		if err := log.finish(transcript.NewRedactor(nil)); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		got := string(text)
		if strings.Contains(got, "half") || strings.Contains(got, "more") || !strings.Contains(got, " bytes left out …\n") || strings.Count(got, "x") < 99 {
			t.Errorf("%d lines: it ends %q", lines, got[max(0, len(got)-200):])
		}
	}
}

func TestDriverLogIsReadable(t *testing.T) {
	got := readable([]byte("one\ttwo\r\n\x1b[31mred\a\rback \xff é \u202e\U000e0001\n"))
	want := "one\ttwo\n" + `\x1b[31mred\x07\rback \xff é \u202e\U000e0001` + "\n"
	if !bytes.Equal(got, []byte(want)) {
		t.Errorf("%q, not %q", got, want)
	}
}
