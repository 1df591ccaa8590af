package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// results are the measurements of every peer, in the order of the rounds.
type results struct {
	figures
	Rounds  int      `json:"rounds"`
	Paced   int      `json:"paced"` // exchanges a second of the paced runs
	Skipped []string `json:"skipped"`
	Peers   []series `json:"peers"`
}

type series struct {
	Name string        `json:"name"`
	Work string        `json:"work"`
	Runs []measurement `json:"runs"`
}

func (r *results) add(p peer, m measurement) {
	for i := range r.Peers {
		if r.Peers[i].Name == p.Name && r.Peers[i].Work == p.Work {
			r.Peers[i].Runs = append(r.Peers[i].Runs, m)
			return
		}
	}
	r.Peers = append(r.Peers, series{p.Name, p.Work, []measurement{m}})
}

// write writes medians and, for every peer, assay's figures relative to it, with their spread over the rounds.
func write(w io.Writer, r results) {
	work := ""
	for _, s := range r.Peers {
		if s.Work != work {
			work = s.Work
			_, _ = fmt.Fprintf(w, "\n%s\n%-22s %11s %16s %10s %12s   %-24s %s\n", work, "", "exchanges/s", "CPU µs/exchange", "peak MiB", "late p99 ms",
				"assay CPU, relative", "assay exchanges/s, relative")
		}
		own := r.own(s.Work)
		rate := func(m measurement) float64 { return m.PerSecond }
		cpu := func(m measurement) float64 { return m.CPU }
		_, _ = fmt.Fprintf(w, "%-22s %11.0f %16.2f %10.0f %12s   %-24s %s\n", s.Name, spreadOf(s.values(rate)).median, spreadOf(s.values(cpu)).median,
			spreadOf(s.values(func(m measurement) float64 { return float64(m.MaxRSS) / (1 << 20) })).median, s.lateness(),
			ratio(own, s, cpu), ratio(own, s, rate))
	}
	if len(r.Skipped) > 0 {
		_, _ = fmt.Fprintf(w, "\nskipped: %s\n", strings.Join(r.Skipped, ", "))
	}
}

// lateness is the median over the rounds of how late exchanges were at p99, in ms; empty where the generator does not say, or has no schedule.
func (s series) lateness() string {
	median := spreadOf(s.values(func(m measurement) float64 { return m.Late })).median
	if median == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", 1e3*median)
}

// own returns assay's runs of a kind of work.
func (r results) own(work string) series {
	at := slices.IndexFunc(r.Peers, func(s series) bool { return s.Work == work && strings.HasPrefix(s.Name, "assay") })
	return r.Peers[at]
}

func (s series) values(of func(measurement) float64) []float64 {
	values := make([]float64, len(s.Runs))
	for i, run := range s.Runs {
		values[i] = of(run)
	}
	return values
}

// ratio is assay's figure divided by a peer's, computed round by round.
func ratio(own, peer series, of func(measurement) float64) string {
	if own.Name == peer.Name {
		return ""
	}
	ratios := make([]float64, len(own.Runs))
	for i := range own.Runs {
		ratios[i] = of(own.Runs[i]) / of(peer.Runs[i])
	}
	s := spreadOf(ratios)
	return fmt.Sprintf("%.2f (%.2f to %.2f)", s.median, s.least, s.most)
}

type spread struct{ least, median, most float64 }

func spreadOf(values []float64) spread {
	sorted := slices.SortedFunc(slices.Values(values), cmp.Compare[float64])
	n := len(sorted)
	median := sorted[n/2]
	if n%2 == 0 {
		median = (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return spread{sorted[0], median, sorted[n-1]}
}
