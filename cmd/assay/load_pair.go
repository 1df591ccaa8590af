package main

import (
	"errors"
	"io"
	"sync"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/phrase"
)

// A pairedWatch shows the progress of two runs as one.
type pairedWatch struct {
	show func(console.Progress)

	mu     sync.Mutex
	latest [2]console.Progress
}

// of returns what watches one of the runs. The first one sets the pace; the end of a phase is that of the run that ends later.
func (w *pairedWatch) of(i int) func(loadgen.Interval) {
	return func(interval loadgen.Interval) {
		w.mu.Lock()
		defer w.mu.Unlock()
		own := progress(interval)
		w.latest[i] = own
		other := w.latest[1-i]
		if other.Phase == own.Phase && (own.Last && other.Last || i == 0 && !own.Last) {
			w.show(added(own, other))
		}
	}
}

// added is the progress of both runs; its times are not known.
func added(a, b console.Progress) console.Progress {
	a.Elapsed = max(a.Elapsed, b.Elapsed)
	a.Sum = a.Sum.Plus(b.Sum)
	a.Second.Answered += b.Second.Answered
	a.Second.InFlight += b.Second.InFlight
	a.Second.P50, a.Second.P99 = nil, nil
	return a
}

// tellPair prints the comparison and the outcomes of its sides, and tells a GitHub workflow.
func (f loadFlags) tellPair(around surroundings, shown *console.Benchmark, c compare.Comparison, sides [2]benchmark.Report, files []string,
	workflow *workflow,
) error {
	in, err := printer(f.lang)
	if err != nil {
		return err
	}
	annotate := func(w io.Writer) error {
		return errors.Join(annotations.WriteBenchmark(w, in, sides[0]), annotations.WriteBenchmark(w, in, sides[1]))
	}
	summarize := func(w io.Writer) error { return markdown.WriteCompare(w, in, c) }
	if err := errors.Join(shown.PairSummary(c, sides, files), workflow.end(annotate, summarize)); err != nil {
		return err
	}
	if f.json {
		return compare.WriteJSON(around.stdout, c)
	}
	return nil
}

// pairExit is the exit code of a comparison of two targets that were measured together: no figure excuses a side that is incorrect.
func pairExit(c compare.Comparison, sides [2]benchmark.Report) error {
	if sides[0].Outcome == benchmark.Incorrect || sides[1].Outcome == benchmark.Incorrect {
		return &exitError{code: exitFails}
	}
	for i, side := range sides {
		if c.Outcome == compare.Incomparable && !side.Error.IsZero() {
			return &exitError{exitUnknown, phrase.Failed(phrase.SideFailed, "AB"[i:i+1], side.Error)}
		}
	}
	return comparisonExit(c.Outcome)
}
