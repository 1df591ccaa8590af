// Command assay proves a unified-login platform: it verifies any implementation against the documented contract and
// its failure modes. Run `assay help` for its commands.
//
// Start with run in root.go; every command has a file of its own name.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	log.SetOutput(io.Discard) // where net/http would write bytes of a target that nobody asked for, secrets and all
	ctx := untilInterrupted(context.Background(), os.Stderr)
	os.Exit(run(ctx, os.Args[1:], surroundings{os.LookupEnv, os.Stdin, os.Stdout, os.Stderr}))
}

// surroundings are what a command has of the process it runs in.
type surroundings struct {
	env    func(string) (string, bool)
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// untilInterrupted returns a context that the first interrupt ends, so that the command can end in order. A second
// ends the process at once, whoever else listens for signals by then: Ginkgo does so from its first spec on.
func untilInterrupted(ctx context.Context, stderr io.Writer) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go heed(signals, time.Now, cancel, func() {
		_, _ = fmt.Fprintln(stderr, "assay: interrupted again: ended at once")
		os.Exit(exitUnknown)
	})
	return ctx
}

// echoes is how long after a signal another one is taken for the same: timeout(1) sends one to the process and then to its
// whole group, and so do make and others that pass on what they get. A person takes longer.
const echoes = time.Second

// heed calls first at the first of the signals, and again at one that comes later than its echo.
func heed(signals <-chan os.Signal, now func() time.Time, first, again func()) {
	<-signals
	begun := now()
	first()
	for range signals {
		if now().Sub(begun) >= echoes {
			again()
			return
		}
	}
}
