// Command bench simulates targets whose truth is known, and counts how often the intervals, verdicts and comparisons of package
// uncertain are right: `make bench-stats` runs it. It fails where a goal is missed.
//
// The targets are open queues by Lindley's recursion, targets that stop, and independent answers. Their truth is in closed form,
// or that of millions of exchanges. The same seed gives the same figures on any machine.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	b := bench{out: os.Stdout}
	quick := flag.Bool("quick", false, "fewer runs a cell: two minutes")
	flag.Uint64Var(&b.seed, "seed", 1, "seed of the simulations")
	flag.IntVar(&b.runs, "runs", 0, "runs a cell; 0 is 1000, and 100 with -quick")
	flag.StringVar(&b.only, "only", "", "one table: coverage, verdicts, far, short, looks, compare or limit")
	picture := flag.String("picture", "", "write the picture of docs/load.md to this file, and nothing else")
	flag.Parse()
	if *picture != "" {
		if err := b.picture(*picture); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	b.long = 20_000_000
	if *quick {
		b.long = 5_000_000
	}
	if b.runs <= 0 {
		b.runs = 1000
		if *quick {
			b.runs = 100
		}
	}
	if err := b.run(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A bench makes the tables.
type bench struct {
	out    io.Writer
	seed   uint64
	runs   int
	long   int // exchanges that tell the truth of a target without a closed form
	only   string
	missed []string
}

func (b *bench) run() error {
	found := false
	for _, table := range []struct {
		name  string
		print func()
	}{{"coverage", b.coverage}, {"verdicts", b.verdicts}, {"far", b.far}, {"short", b.short}, {"looks", b.looks}, {"compare", b.compare}, {"limit", b.limit}} {
		if b.only == "" || b.only == table.name {
			found = true
			table.print()
		}
	}
	if !found {
		return fmt.Errorf("unknown table %q; use coverage, verdicts, far, short, looks, compare or limit", b.only)
	}
	if len(b.missed) > 0 {
		_, _ = fmt.Fprintf(b.out, "\n%d goals missed:\n", len(b.missed))
		for _, goal := range b.missed {
			_, _ = fmt.Fprintln(b.out, "  "+goal)
		}
		return fmt.Errorf("%d goals are missed", len(b.missed))
	}
	_, _ = fmt.Fprintln(b.out, "\nall goals met")
	return nil
}
