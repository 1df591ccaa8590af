// Command bench measures what an exchange costs the generator, against other load generators on the same work: `make
// bench-load` runs it. The target is a static nginx, so that next to everything that is measured is the generator.
//
// Every round runs all generators in turn, and ratios are computed within a round, because the machine may do other work. The
// peers send one fixed body and check only the status; assay mints a code for every exchange and judges every answer.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	var options options
	flag.StringVar(&options.assay, "assay", "bin/assay", "the command to measure")
	flag.IntVar(&options.rounds, "rounds", 5, "rounds, each with one run of every generator")
	flag.DurationVar(&options.lasting, "duration", 5*time.Second, "duration of a run")
	flag.IntVar(&options.paced, "paced", 2000, "rate of the paced runs, per second")
	flag.IntVar(&options.connections, "connections", 64, "connections of the runs without a rate")
	flag.StringVar(&options.show, "show", "cost", "what to measure: cost, of every generator; memory, of assay in a long paced run; truth, how right the reported response times are; room, what a target with room for few connections sees; scale, what one process does at the limits of a machine; or real, how right intervals, verdicts, searches and comparisons are on real targets")
	flag.IntVar(&options.runs, "runs", 20, "runs of -show real; a tenth as many searches")
	flag.StringVar(&options.json, "json", "", "also write the figures of cost, memory, truth or scale to this file")
	flag.StringVar(&options.readme, "readme", "", "measure nothing, and write the figures of "+costFile+", "+truthFile+", "+memoryFile+" and "+scaleFile+" into the places that this page has for them")
	flag.StringVar(&options.figures, "figures", "out", "the folder of these files")
	flag.StringVar(&options.slow, "slow", "", "measure nothing, and answer every login at this address")
	flag.DurationVar(&options.after, "after", time.Second, "how long after the request -slow answers")
	flag.IntVar(&options.sleep, "sleep", 0, "measure nothing but how late a bare sleep until each moment of this rate ends, and report it as assay would")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, options)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

type options struct {
	assay, json                string
	readme, figures            string
	rounds, paced, connections int
	runs                       int
	lasting                    time.Duration
	show                       string
	itself, slow               string
	after                      time.Duration
	sleep                      int
}

func run(ctx context.Context, o options) error {
	if o.readme != "" {
		return writePage(o.readme, o.figures)
	}
	if o.slow != "" {
		return serveSlowly(ctx, o.slow, o.after, os.Stdout)
	}
	if o.sleep > 0 {
		return sleepAlone(o.sleep, o.lasting, os.Stdout)
	}
	var err error
	if o.itself, err = os.Executable(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "assay-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	static, err := startNginx(ctx, dir)
	if err != nil {
		return err
	}
	defer static.stop()
	reference, err := startReference(ctx, o.assay, dir)
	if err != nil {
		return err
	}
	defer reference.stop()
	bench := bench{options: o, dir: dir, url: static.url, tls: static.tls, http2: static.http2, reference: reference.target}
	if err := bench.prepare(ctx); err != nil {
		return err
	}
	switch o.show {
	case "memory":
		return bench.flat(ctx, os.Stdout)
	case "truth":
		return bench.truth(ctx, os.Stdout)
	case "room":
		return bench.showRoom(ctx, os.Stdout)
	case "real":
		return bench.real(ctx, os.Stdout)
	case "scale":
		return bench.scale(ctx, os.Stdout)
	case "cost":
	default:
		return fmt.Errorf("unknown -show %q; use cost, memory, truth, room, scale or real", o.show)
	}
	results, err := bench.rounds(ctx)
	if err != nil {
		return err
	}
	write(os.Stdout, results)
	return save(o.json, results)
}

// A bench runs the generators in turn.
type bench struct {
	options
	dir, url, reference string
	transport           string // of the target file for url, a line; empty for none
	tls, http2          string // like url
	peers               []peer
	skipped             []string
}

// prepare finds the generators that are installed.
func (b *bench) prepare(ctx context.Context) error {
	if err := b.writeTarget(); err != nil {
		return err
	}
	if err := b.buildVegeta(ctx); err != nil {
		b.skipped = append(b.skipped, fmt.Sprintf("vegeta (%v)", err))
	}
	for _, p := range b.all() {
		if _, err := exec.LookPath(p.program); err != nil {
			b.skipped = append(b.skipped, p.Name+" (not installed)")
			continue
		}
		b.peers = append(b.peers, p)
	}
	return nil
}

// buildVegeta builds the vegeta command of the pinned version, from the module cache.
func (b *bench) buildVegeta(ctx context.Context) error {
	build := exec.CommandContext(ctx, "go", "build", "-modfile=tools/go.mod", "-o", filepath.Join(b.dir, "vegeta"), "github.com/tsenart/vegeta/v12")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// rounds measures every generator, round by round.
func (b *bench) rounds(ctx context.Context) (results, error) {
	found := results{figures: figuresOf(b.lasting), Skipped: b.skipped, Rounds: b.options.rounds, Paced: b.paced}
	for round := range b.options.rounds {
		for _, p := range b.peers {
			_, _ = fmt.Fprintf(os.Stderr, "\rround %d of %d: %-24s", round+1, b.options.rounds, p.Name)
			measured, err := b.measure(ctx, p)
			if err != nil {
				return found, fmt.Errorf("%s: %w", p.Name, err)
			}
			found.add(p, measured)
		}
	}
	_, _ = fmt.Fprintf(os.Stderr, "\r%50s\r", "")
	return found, nil
}
