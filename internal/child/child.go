// Package child runs a test binary once more, as a process that serves: benchmarks measure only their own process then.
package child

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Start runs the test binary with arguments and an addition to the environment, by which its TestMain knows what to do. It returns
// the first line that the process prints. The process has to end when its standard input does, which is at the end of the test.
func Start(tb testing.TB, environment string, arguments ...string) (line string) {
	tb.Helper()
	command := exec.CommandContext(tb.Context(), os.Args[0], arguments...)
	command.Env = append(os.Environ(), environment)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = in.Close(); _ = command.Wait() })
	if line, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSpace(line)
}
