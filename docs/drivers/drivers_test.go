// Package drivers_test runs the example drivers as their users do: as separate processes, between `assay test` and the host
// app of `assay serve`.
package drivers_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/reports/conformance"
)

// hookVariable names the URL of the host app's test hook.
const hookVariable = "HOST_APP_HOOK"

// An example is one driver: its command, with paths relative to this directory, and the part of the suite that it is tested
// with; empty for the whole suite.
type example struct {
	name    string
	command []string
	only    string
}

// everyOp are requirements that use every op of a driver.
const everyOp = "host.*,code.expiry,code.single-use-later,code.replay-identity,pat.*"

func examples(t *testing.T) []example {
	return []example{
		{"node", []string{"node", "node/driver.mjs"}, ""},
		{"python", []string{"python3", "python/driver.py"}, everyOp},
		{"go", []string{build(t, "github.com/unified-login/assay/docs/drivers/go")}, everyOp},
		{"shell", []string{"sh", "shell/driver.sh"}, everyOp}, // it starts a curl for every request
	}
}

// The reference platform is conformant through each example.
func TestExamples(t *testing.T) {
	binary := build(t, "github.com/unified-login/assay/cmd/assay")
	for _, example := range examples(t) {
		t.Run(example.name, func(t *testing.T) {
			target, hook := serve(t, binary)
			out := t.TempDir()
			arguments := []string{"test", "--target", target, "--driver", "exec:" + strings.Join(example.command, " "), "--quiet",
				"--profile", "login,phone,host", "--seed", "1", "--out", out}
			want := conformance.Conformant
			if example.only != "" {
				arguments = append(arguments, "--only", example.only)
				want = conformance.Incomplete
			}
			demandNoProblem(t, hook, binary, arguments[:5])
			output, err := run(t, hook, binary, arguments)
			report := read(t, filepath.Join(out, "conformance.json"))
			if report.Outcome != want || (err == nil) != (want == conformance.Conformant) {
				t.Errorf("outcome %s, %v, want %s:\n%s", report.Outcome, err, want, output)
			}
			demandTried(t, report, example.only)
		})
	}
}

// run runs the command with a host app's hook.
func run(t *testing.T, hook, binary string, arguments []string) (output []byte, err error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, arguments...)
	// Examples that use a proxy must not use it for loopback.
	command.Env = append(os.Environ(), hookVariable+"="+hook, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	return command.CombinedOutput()
}

// demandNoProblem runs --driver-only with the given arguments of assay test.
func demandNoProblem(t *testing.T, hook, binary string, arguments []string) {
	t.Helper()
	arguments = append(slices.Clone(arguments), "--driver-only", "--out", t.TempDir())
	if output, err := run(t, hook, binary, arguments); err != nil {
		t.Errorf("--driver-only: %v\n%s", err, output)
	}
}

// The driver of the second implementation has no problem either.
func TestNodePlatformsDriver(t *testing.T) {
	const directory = "../../fixtures/node/"
	demandNoProblem(t, "", build(t, "github.com/unified-login/assay/cmd/assay"),
		[]string{"test", "--target", directory + "target.yaml", "--driver", "exec:node " + directory + "driver.mjs 0"})
}

// demandTried demands that every selected requirement was tried and passed.
func demandTried(t *testing.T, report conformance.Report, only string) {
	t.Helper()
	patterns := strings.Split(only, ",")
	if only == "" {
		patterns = []string{"*"}
	}
	selected, err := assay.Requirements().Select(patterns...)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, result := range report.Requirements {
		switch result.Verdict {
		case assay.Pass, assay.Observed:
			tried++
		case assay.Untested:
		default:
			t.Errorf("%s: %s: %s %+v", result.ID, result.Verdict, result.Reason, result.Findings)
		}
	}
	want := 2 // what needs overlap, which the examples leave out
	if only == "" {
		want += 4 // http.tls and the three about load are of other profiles
	}
	if untried := len(selected) - tried; untried != want {
		t.Errorf("%d of %d requirements tried", tried, len(selected))
	}
}

// Without a host app, an example answers hello, reports an error for every other op that it offers, and exits when its input closes.
func TestExamplesWithoutHostApp(t *testing.T) {
	t.Setenv(hookVariable, "http://127.0.0.1:1/nobody-listens-here")
	for _, example := range examples(t) {
		t.Run(example.name, func(t *testing.T) {
			process, err := driver.Exec(driver.ExecConfig{Command: example.command, Stderr: t.Output()})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				host, hello, err := driver.Greet(t.Context(), process)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := len(hello.Ops), len(assay.Ops())-2; got != want || len(hello.Platforms) == 0 || hello.Name == "" {
					t.Errorf("hello %+v", hello)
				}
				_, err = host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin, AppID: "fc1", Host: &assay.Injection{Platform: "ios"}})
				demandAs[*assay.DriverError](t, err)
			}
			_, err = process.Ask(t.Context(), assay.HostRequest{Op: "dance"})
			demandAs[*assay.UnsupportedError](t, err)
			if err := process.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func demandAs[E error](t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[E](err); !ok {
		t.Errorf("%T %v, want %T", err, err, *new(E))
	}
}

// build compiles a program and returns its path.
func build(t *testing.T, program string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), filepath.Base(program))
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, program).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, output)
	}
	return binary
}

// serve runs the reference platform and its host apps until the test ends. It returns the target file and the URL of the
// host app's test hook.
func serve(t *testing.T, binary string) (target, hook string) {
	t.Helper()
	target = filepath.Join(t.TempDir(), "target.yaml")
	command := exec.Command(binary, "serve", "--addr", "127.0.0.1:0", "--driver-addr", "127.0.0.1:0", "--write-target", target)
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt) // Wait reports an earlier exit
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "driver"); ok {
			go func() { _, _ = io.Copy(io.Discard, stdout) }() // ends with the process
			return target, strings.TrimSpace(url)
		}
	}
	t.Fatalf("assay serve did not print the address of its driver: %v", lines.Err())
	return "", ""
}

func read(t *testing.T, path string) conformance.Report {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // only read
	report, err := conformance.ReadJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	return report
}
