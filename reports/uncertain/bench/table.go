package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// collect makes the runs of a cell, each with random numbers of its own.
func collect[T any](b *bench, one func(*rand.Rand) T) []T {
	results := make([]T, b.runs)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range results {
		group.Go(func() error {
			results[i] = one(rand.New(rand.NewPCG(b.seed, uint64(i)+1)))
			return nil
		})
	}
	_ = group.Wait() // no run fails
	return results
}

// title begins a table.
func (b *bench) title(text string, columns ...string) {
	_, _ = fmt.Fprintf(b.out, "\n%s (%d runs)\n\n", text, b.runs)
	b.row(columns[0], columns[1:]...)
	b.row("---", slices.Repeat([]string{"---"}, len(columns)-1)...)
}

func (b *bench) row(name string, texts ...string) {
	_, _ = fmt.Fprintf(b.out, "| %-28s | %s |\n", name, strings.Join(texts, " | "))
}

// errors is how many standard errors a share has to miss a goal by: a cell that just meets it is missed by chance otherwise.
const errors = 3

// atLeast is a goal: a share of the runs.
func (b *bench) atLeast(what string, counted, of int, goal float64) {
	if share := float64(counted) / float64(of); share < goal-errors*standardError(goal, of) {
		b.missed = append(b.missed, fmt.Sprintf("%s %.1f %%, goal at least %g %%", what, 100*share, 100*goal))
	}
}

// atMost is a goal as well.
func (b *bench) atMost(what string, counted, of int, goal float64) {
	if share := float64(counted) / float64(of); share > goal+errors*standardError(goal, of) {
		b.missed = append(b.missed, fmt.Sprintf("%s %.1f %%, goal at most %g %%", what, 100*share, 100*goal))
	}
}

func standardError(p float64, n int) float64 { return math.Sqrt(p * (1 - p) / float64(n)) }

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func percent(counted, of int) string {
	return fmt.Sprintf("%.0f", 100*float64(counted)/float64(of))
}

func percents(shares []float64) (texts []string) {
	for _, share := range shares {
		texts = append(texts, fmt.Sprintf("%g %%", math.Round(1e4*share)/100))
	}
	return texts
}

func short(value float64) string { return fmt.Sprintf("ρ %g", value) }
