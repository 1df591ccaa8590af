package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
)

// The pauses between two attempts to reach what is still starting. Each is twice the one before, up to the longest.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = time.Second
	// probeTimeout bounds one attempt.
	probeTimeout = 5 * time.Second
)

// registerWait registers --wait, for commands that make a run.
func (f *targetFlags) registerWait(command *cobra.Command) {
	command.Flags().DurationVar(&f.wait, "wait", 0, "longest `DURATION` to wait for a platform and a driver that are still starting")
}

// checkWait refuses an impossible --wait.
func (f *targetFlags) checkWait() error {
	if f.wait < 0 {
		return phrase.Failed(phrase.WaitNegative, f.wait)
	}
	return nil
}

// A starter waits for what is still starting. It judges nothing: when its time is over, the run begins, and says what is
// wrong.
type starter struct {
	until time.Time // zero for no waiting
	w     io.Writer // gets a line for what is waited for; nil for none
	in    messages.Printer
}

func (f *targetFlags) starter(w io.Writer, in messages.Printer) starter {
	if f.wait == 0 {
		return starter{w: w, in: in}
	}
	return starter{time.Now().Add(f.wait), w, in}
}

// await calls try until it returns nil, the time is over or ctx ends, and returns its last error. what is what is waited for.
func (s starter) await(ctx context.Context, what phrase.Phrase, try func(context.Context) error) error {
	err := try(ctx)
	for pause, told := firstPause, false; err != nil && ctx.Err() == nil && time.Now().Before(s.until); pause = min(2*pause, longestPause) {
		if !told && s.w != nil {
			told = true
			text := s.in.Say(phrase.Say(phrase.WaitingFor, time.Until(s.until).Round(time.Second), what, err))
			_, _ = fmt.Fprintln(s.w, strings.Map(printable, text)) // the run goes on without the line
		}
		timer := time.NewTimer(min(pause, time.Until(s.until)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		err = try(ctx)
	}
	return err
}

// platform waits for the API servers of a target.
func (s starter) platform(ctx context.Context, target assay.Target) error {
	if s.until.IsZero() {
		return nil
	}
	route, err := reach.To(target)
	if err != nil {
		return err
	}
	c := client.New(client.Options{Servers: target.APIServers, Timeout: probeTimeout, Route: route})
	defer c.Close()
	for _, server := range target.APIServers {
		_ = s.await(ctx, phrase.Plain(server), func(ctx context.Context) error { return started(ctx, c, server) }) // the run says what is wrong
	}
	return ctx.Err()
}

// started is an error if a server is still starting: it cannot be reached, ends the connection without an answer, or what is
// in front of it says so.
func started(ctx context.Context, c *client.Client, server string) error {
	response, err := c.Get(ctx, strings.TrimRight(server, "/")+assay.Login.Path())
	if err != nil {
		return errors.New(failures.Classify(err, false, c.Timeout()).String())
	}
	switch response.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return phrase.Failed(phrase.DoubtStatus, response.Status)
	default:
		return nil
	}
}
