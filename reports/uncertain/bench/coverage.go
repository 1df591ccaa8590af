package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/unified-login/assay/reports/uncertain"
)

// A cell is a target under load for some time.
type cell struct {
	target  target
	seconds float64
}

func (c cell) name() string {
	return fmt.Sprintf("%s, %g/s, %g s", c.target.name, c.target.rate, c.seconds)
}

// coverageCells are those of the table of coverage.
func (b *bench) coverageCells() []cell {
	long := longRun(b.long, b.seed)
	return []cell{
		{mm1(0.5, 500), 10}, {mm1(0.5, 500), 30}, {mm1(0.8, 500), 30}, {mm1(0.8, 500), 120},
		{mm1(0.9, 100), 30}, {mm1(0.9, 500), 30}, {mm1(0.9, 500), 120},
		{mg1(0.5, long), 30}, {mg1(0.8, long), 30}, {mg1(0.8, long), 120},
		{mg1(0.9, long), 120},
		{stalls(500), 120}, {independent(), 30},
	}
}

// A tally counts how the intervals of one figure did.
type tally struct {
	runs, covered, open int
	widths              []float64 // relative half-widths of the intervals that are not open
}

func (t *tally) add(i uncertain.Interval, truth float64) {
	t.runs++
	if i.Holds(truth) {
		t.covered++
	}
	if i.Open() {
		t.open++
	} else if i.Known() {
		t.widths = append(t.widths, (i.High-i.Low)/2/truth)
	}
}

func (t *tally) coverage() float64 { return float64(t.covered) / float64(t.runs) }

// text is coverage, median half-width, and how many are open.
func (t *tally) text() string {
	text := fmt.Sprintf("%3.0f", 100*t.coverage())
	if len(t.widths) > 0 {
		text += fmt.Sprintf(" ±%.2g%%", 100*median(t.widths))
	}
	if t.open > 0 {
		text += fmt.Sprintf(" (%.0f%% open)", 100*float64(t.open)/float64(t.runs))
	}
	return text
}

// coverage prints how often 95 % intervals hold the truth.
func (b *bench) coverage() {
	quantiles, names := []float64{0.5, 0.9, 0.99}, []string{"p50", "p90", "p99", "mean"}
	goals := []float64{0.93, 0.93, 0.93, 0.90} // the mean of a short run misses what it did not meet
	b.title("Coverage of 95 % intervals: % of the runs, ± median half-width", append([]string{"target, load, time"}, names...)...)
	for _, c := range b.coverageCells() {
		truths := []float64{c.target.truth(0.5), c.target.truth(0.9), c.target.truth(0.99), c.target.mean}
		tallies := make([]tally, len(truths))
		figures := collect(b, func(random *rand.Rand) []uncertain.Interval {
			run := measure(c.target.start(random), c.seconds)
			var all []uncertain.Interval
			for _, q := range quantiles {
				all = append(all, run.Percentile(q, uncertain.Confidence, nil))
			}
			return append(all, run.Mean(uncertain.Confidence))
		})
		for _, run := range figures {
			for i, figure := range run {
				tallies[i].add(figure, truths[i])
			}
		}
		texts := make([]string, len(tallies))
		for i := range tallies {
			texts[i] = tallies[i].text()
			b.atLeast(c.name()+", "+names[i]+": coverage", tallies[i].covered, tallies[i].runs, goals[i])
		}
		b.row(c.name(), texts...)
	}
}
