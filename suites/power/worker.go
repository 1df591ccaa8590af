package power

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
)

// Work is the worker's side of [Options.Worker]. It reads a job a line from in and writes a result a line to out, until
// in ends.
func Work(ctx context.Context, in io.Reader, out io.Writer) error {
	collectRarely()
	bench, err := newBench()
	if err != nil {
		return err
	}
	jobs, results := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var next job
		if err := jobs.Decode(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read a job: %w", err)
		}
		if err := results.Encode(bench.try(ctx, next)); err != nil {
			return err
		}
	}
}

// A worker is a process that runs jobs.
type worker struct {
	command *exec.Cmd
	input   io.Closer
	jobs    *json.Encoder
	results *json.Decoder
}

func start(ctx context.Context, words []string, log io.Writer) (*worker, error) {
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Stderr = log
	in, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	return &worker{command, in, json.NewEncoder(in), json.NewDecoder(out)}, nil
}

func (w *worker) do(next job) (r result, err error) {
	if err := w.jobs.Encode(next); err != nil {
		return r, err
	}
	return r, w.results.Decode(&r)
}

// stop ends the worker's input and waits for its exit.
func (w *worker) stop() error {
	return errors.Join(w.input.Close(), w.command.Wait())
}

// collectRarely saves a seventh of the CPU time: a run allocates a lot and keeps little. It costs 100 MB. GOGC of the
// environment takes precedence.
func collectRarely() {
	const percent = 400
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
