// Command assay tests a unified-login platform: it verifies any implementation against the documented contract and its
// failure modes, and measures how fast it exchanges codes. Run `assay help` for its commands.
//
// Start with run in root.go. Each command is in the file of its name.
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
	log.SetOutput(io.Discard) // net/http would log unread bytes of a response, which may hold secrets
	ctx := untilInterrupted(context.Background(), os.Stderr)
	os.Exit(run(ctx, os.Args[1:], surroundings{os.LookupEnv, os.Stdin, os.Stdout, os.Stderr}))
}

// surroundings are the parts of the process that a command uses.
type surroundings struct {
	env    func(string) (string, bool)
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// untilInterrupted returns a context that the first interrupt cancels, so that the command can end in order. A second
// interrupt ends the process at once. Ginkgo also listens for signals, from its first spec on.
func untilInterrupted(ctx context.Context, stderr io.Writer) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endings()...)
	go handleSignals(signals, time.Now, cancel, func() {
		_, _ = fmt.Fprintln(stderr, "assay: interrupted twice; exiting at once")
		os.Exit(exitUnknown)
	})
	return ctx
}

// endings are the signals that end a run in order. A closed terminal sends SIGHUP; nohup(1) has it ignored, and it stays so.
func endings() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// echoTime is how long after a signal further ones count as the same: timeout(1), make and others that forward signals
// send one to the process and one to its group. A person takes longer.
const echoTime = time.Second

// handleSignals calls first at the first signal, and again at the first one that comes at least echoTime later.
func handleSignals(signals <-chan os.Signal, now func() time.Time, first, again func()) {
	<-signals
	begun := now()
	first()
	for range signals {
		if now().Sub(begun) >= echoTime {
			again()
			return
		}
	}
}
