// Command assay tests a unified-login platform: it verifies any implementation against the documented contract and its
// failure modes, and measures how fast it exchanges codes. Run `assay help` for its commands.
//
// Start with run in root.go. Each command is in the file of its name.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
)

func main() {
	log.SetOutput(io.Discard) // net/http would log unread bytes of a response, which may hold secrets
	args, hidden := ownArguments(os.Args[1:])
	in := spoken(args, os.LookupEnv)
	ctx := untilInterrupted(context.Background(), os.Stderr, in)
	warnOfPAT(os.Stderr, in, args, hidden)
	os.Exit(run(ctx, args, surroundings{env: os.LookupEnv, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}))
}

// ownArguments returns a copy of the arguments, and overwrites a PAT in the original, which the process list shows.
func ownArguments(args []string) (own []string, hidden bool) {
	own = make([]string, len(args))
	for i, arg := range args {
		own[i] = strings.Clone(arg)
	}
	if at, from := patOf(own); at >= 0 {
		hidden = overwrite(args[at], from)
	}
	return own, hidden
}

// surroundings are the parts of the process that a command uses.
type surroundings struct {
	env    func(string) (string, bool)
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	// secrets knows the secrets of the run, consoles has its lasting writers, and in says errors and warnings; run sets them.
	secrets  *transcript.Redactor
	consoles *consoles
	in       messages.Printer
}

// untilInterrupted returns a context that the first interrupt cancels, so that the command can end in order. A second
// interrupt ends the process at once. Ginkgo also listens for signals, from its first spec on.
func untilInterrupted(ctx context.Context, stderr io.Writer, in messages.Printer) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endings()...)
	go handleSignals(signals, time.Now, cancel, func() {
		said := make(chan struct{})
		go func() {
			defer close(said)
			remark(stderr, in, phrase.Say(phrase.InterruptedTwice))
		}()
		select {
		case <-said:
		case <-time.After(readerPatience): // nobody reads it
		}
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

// early words what ends a command before its run has begun: after an interrupt, whatever fails fails for it.
func early(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &exitError{exitUnknown, phrase.Failed(phrase.InterruptedEarly)}
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
