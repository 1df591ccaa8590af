package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/fixtures/null"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// nullCommand is the name of the hidden command that runs the null target.
const nullCommand = "null-target"

// nullTargetCommand answers exchanges at once until its standard input closes. It is a process of its own, so that its cost
// is not counted as the generator's.
func nullTargetCommand(around surroundings) *cobra.Command {
	return &cobra.Command{
		Use:     nullCommand,
		Short:   "Answer exchanges at once, for an assay load in another process",
		Long:    "Answer exchanges at once, for an assay load in another process, until standard input\nends. It prints its URL on standard output.",
		Example: "  " + nullCommand,
		Hidden:  true,
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			ctx, stop := context.WithCancel(command.Context())
			defer stop()
			go func() {
				_, _ = io.Copy(io.Discard, around.stdin) // ends when the process that measures ends
				stop()
			}()
			if _, err := fmt.Fprintln(around.stdout, "http://"+l.Addr().String()); err != nil {
				return err
			}
			return null.Serve(ctx, l)
		},
	}
}

// calibrate measures the generator itself: it runs plan against a null target in another process.
func calibrate(ctx context.Context, plan loadgen.Plan) (floor benchmark.NoiseFloor, err error) {
	url, stop, err := startNullTarget(ctx)
	if err != nil {
		return floor, phrase.Failed(phrase.CalibrateStart, err)
	}
	defer func() { err = errors.Join(err, stop()) }()
	host, err := null.Host()
	if err != nil {
		return floor, err
	}
	floor, err = loadgen.Calibrate(ctx, loadgen.Config{Target: null.Target(url), Host: host}, plan)
	if err != nil && ctx.Err() == nil {
		return floor, phrase.Failed(phrase.At, "--calibrate", err)
	}
	return floor, err
}

// startNullTarget starts a null target, and returns its base URL and a function that stops it.
func startNullTarget(ctx context.Context) (url string, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	command := exec.CommandContext(ctx, self, nullCommand)
	stdin, err := command.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := command.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error {
		_ = stdin.Close()
		if err := command.Wait(); err != nil && ctx.Err() == nil {
			return phrase.Failed(phrase.NullTargetFailed, err)
		}
		return nil
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(err, stop())
	}
	return strings.TrimSpace(line), stop, nil
}
