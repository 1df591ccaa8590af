// Package hostile_test runs the whole command against hostile and broken targets and drivers. Every run ends by itself,
// in bounded memory, says in one line what happened, and never panics; legal targets, however unusual, are not reported
// as broken.
package hostile_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay/internal/peak"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
)

// Bounds of every run.
const (
	mostTime   = 4 * time.Minute // on a busy machine; a run that waits for every exchange takes longer
	mostMemory = 256 << 20
)

// measureVariable makes the test binary the parent of the measured process, and names the file for the figures. The
// system counts the parent's memory at the start of a child in the child's, and this parent is small.
const measureVariable = "ASSAY_TEST_MEASURE"

func TestMain(m *testing.M) {
	if file := os.Getenv(measureVariable); file != "" {
		measure(file)
	}
	if words := os.Getenv(driverVariable); words != "" {
		drive(words)
		os.Exit(0)
	}
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // most of the time they wait
	code := m.Run()
	if dir, err := built(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// figures are the exit code and the memory of a process.
type figures struct {
	Code   int   // its exit code
	Memory int64 // its largest resident size, in bytes
}

// measure runs the command in the arguments and exits.
func measure(file string) {
	_ = os.Unsetenv(measureVariable) // not for the command's own children
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	_ = command.Run() // ProcessState has the result
	var got figures
	if state := command.ProcessState; state != nil {
		got.Code = state.ExitCode()
		got.Memory = peak.Of(state)
	}
	text, _ := json.Marshal(got)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(0)
}

// built builds the command once, and returns its directory.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "assay-hostile-")
	if err != nil {
		return "", err
	}
	output, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(dir, "assay"), "github.com/unified-login/assay/cmd/assay").CombinedOutput()
	if err != nil {
		return dir, fmt.Errorf("%w\n%s", err, output)
	}
	return dir, nil
})

// An outcome is the result of a run.
type outcome struct {
	figures
	took   time.Duration
	text   string             // its whole output
	report conformance.Report // of assay test; zero if it wrote none
	load   benchmark.Report   // of assay load; zero if it wrote none
}

// run runs assay test.
func run(t *testing.T, environment []string, arguments ...string) outcome {
	t.Helper()
	// One endpoint is enough, and nothing has to wait.
	return launch(t, environment, append([]string{"test", "--seed", "1", "--profile", "login", "--patience", "0s"}, arguments...)...)
}

// launch runs assay and checks the bounds of every run.
func launch(t *testing.T, environment []string, arguments ...string) outcome {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), mostTime)
	defer cancel()
	scratch := t.TempDir()
	out := filepath.Join(scratch, "out")
	arguments = append([]string{filepath.Join(dir, "assay"), arguments[0], "--out", out}, arguments[1:]...)
	command := exec.CommandContext(ctx, self, arguments...)
	killWhole(command)
	command.Env = append(append(os.Environ(), environment...), measureVariable+"="+filepath.Join(scratch, "figures"), "NO_PROXY=127.0.0.1")
	began := time.Now()
	text, err := command.CombinedOutput()
	got := outcome{took: time.Since(began), text: string(text)}
	if err != nil {
		t.Fatalf("it did not end by itself: %v\n%s", err, tail(got.text))
	}
	measured, err := os.ReadFile(filepath.Join(scratch, "figures"))
	if err == nil {
		err = json.Unmarshal(measured, &got.figures)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got.Memory == 0 && runtime.GOOS != "windows" || got.Memory > mostMemory {
		t.Errorf("it had %d MiB", got.Memory>>20)
	}
	noTrace(t, "its output", got.text)
	written(t, out, &got)
	return got
}

// written checks the files of a run and reads its report.
func written(t *testing.T, out string, got *outcome) {
	t.Helper()
	err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		noTrace(t, entry.Name(), string(text))
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if file := open(t, filepath.Join(out, "conformance.json")); file != nil {
		defer func() { _ = file.Close() }()
		if got.report, err = conformance.ReadJSON(file); err != nil {
			t.Error(err)
		}
	}
	if file := open(t, filepath.Join(out, "benchmark.json")); file != nil {
		defer func() { _ = file.Close() }()
		if got.load, err = benchmark.ReadJSON(file); err != nil {
			t.Error(err)
		}
	}
}

// open opens a file; nil if it does not exist.
func open(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// traces are searched one by one: each begins with a literal text, which makes it fast in megabytes of reports.
var traces = []*regexp.Regexp{
	regexp.MustCompile(`goroutine \d+`), regexp.MustCompile(`panic:`), regexp.MustCompile(`runtime error`), regexp.MustCompile(`\.go:\d+`),
}

// noTrace reports every sign of a panic in a text.
func noTrace(t *testing.T, where, text string) {
	t.Helper()
	for _, trace := range traces {
		if at := trace.FindStringIndex(text); at != nil {
			t.Errorf("%s has %.200q", where, text[max(0, at[0]-100):])
		}
	}
}

// tail is the last of an output, where the reason is.
func tail(text string) string {
	const most = 4000
	return text[max(0, len(text)-most):]
}

// demand checks how the run ended.
func (o outcome) demand(t *testing.T, want end) {
	t.Helper()
	text := strings.Join(strings.Fields(o.text), " ") // the console wraps lines
	said := regexp.MustCompile(`(OUTCOME|assay:) .*`).FindString(text)
	fits := o.Code == want.code || want.code == oneOrThree && (o.Code == 1 || o.Code == 3)
	if !fits || !regexp.MustCompile(want.says).MatchString(text) {
		t.Errorf("exit code %d, want %d and %q; it said\n%s", o.Code, want.code, want.says, tail(o.text))
	}
	t.Logf("%s: %s, exit code %d, %.1f s, %d MiB: %s", t.Name(), o.report.Outcome, o.Code, o.took.Seconds(), o.Memory>>20, strings.TrimPrefix(said[:min(len(said), 250)], "OUTCOME "))
}
