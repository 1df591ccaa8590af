package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The files of figures in the folder of [options.figures], and the names of their places in a page.
const (
	costFile, costPlace     = "bench-load.json", "bench-load"
	truthFile, truthPlace   = "bench-truth.json", "bench-truth"
	memoryFile, memoryPlace = "bench-memory.json", "bench-memory"
	scaleFile, scalePlace   = "bench-scale.json", "bench-scale"
)

// writePage writes the figures of earlier runs, as far as there are any in a folder and the page has a place for them, into the page: a
// place is between two comments with its name.
func writePage(page, folder string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	shown := string(text)
	var cost results
	var truth truths
	var memory memories
	var scale scales
	places := 0
	for _, one := range []struct {
		file, place string
		into        any
		shows       func() string
	}{
		{costFile, costPlace, &cost, cost.markdown},
		{truthFile, truthPlace, &truth, truth.markdown},
		{memoryFile, memoryPlace, &memory, memory.markdown},
		{scaleFile, scalePlace, &scale, scale.markdown},
	} {
		if !strings.Contains(shown, beginOf(one.place)) {
			continue
		}
		figures, err := os.ReadFile(filepath.Join(folder, one.file))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(figures, one.into)
		}
		if err == nil {
			shown, err = replaced(shown, one.place, one.shows())
		}
		if err != nil {
			return fmt.Errorf("%s: %w", one.file, err)
		}
		places++
	}
	if places == 0 {
		return fmt.Errorf("no figures in %s that %s has a place for; run make bench-load, bench-truth, bench-memory or bench-scale", folder, page)
	}
	return os.WriteFile(page, []byte(shown), 0o644)
}

func beginOf(place string) string { return "<!-- " + place + " -->\n" }

// replaced is a page with another text in a place.
func replaced(page, place, text string) (string, error) {
	begin, end := beginOf(place), "<!-- end of "+place+" -->"
	before, rest, opened := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return "", fmt.Errorf("the page has no %q with %q after it", strings.TrimSpace(begin), end)
	}
	return before + begin + text + end + after, nil
}

// markdown has the medians of the generators, as README shows them.
func (r *results) markdown() string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "Medians of %d rounds of %s, paced ones of %s, at `%s`; ratios within a round:\n\n| %s | exchanges/s | CPU µs an exchange | peak MiB | assay's CPU of it | late at p99, ms |\n| --- | --- | --- | --- | --- | --- |\n",
		r.Rounds, seconds(r.Seconds), seconds(pacedLonger*r.Seconds), r.Commit, strings.TrimSuffix(fast, ", nginx"))
	work := fast
	for _, s := range r.Peers {
		if s.Work == reference {
			continue
		}
		if s.Work != work {
			work = s.Work
			_, _ = fmt.Fprintf(&b, "| **%s** | | | | | |\n", shownWork(work, r.Paced))
		}
		of := func(figure func(measurement) float64) float64 { return spreadOf(s.values(figure)).median }
		cpu := func(m measurement) float64 { return m.CPU }
		relative, _, _ := strings.Cut(ratio(r.own(s.Work), s, cpu), " (")
		_, _ = fmt.Fprintf(&b, "| %s | %s | %s | %.0f | %s | %s |\n", strings.TrimSuffix(s.Name, " paced"), thousands(of(func(m measurement) float64 { return m.PerSecond })),
			strconv.FormatFloat(of(cpu), 'f', decimals(of(cpu)), 64), of(func(m measurement) float64 { return float64(m.MaxRSS) / (1 << 20) }), relative, s.lateness())
	}
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), "|  |", "| |"), "|  |", "| |")
}

// shownWork is a kind of work as README names it.
func shownWork(work string, rate int) string {
	if strings.HasPrefix(work, "paced,") {
		return strings.Replace(work, ", nginx", " at "+thousands(float64(rate))+"/s", 1)
	}
	return strings.Replace(work, ", nginx", "", 1)
}

// markdown has what the generators report, as README shows it.
func (t *truths) markdown() string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "At `%s`:\n\n| | p50 | p90 | p99 | p99.9 |\n| --- | --- | --- | --- | --- |\n", t.Commit)
	for i, row := range t.Rows {
		_, _ = fmt.Fprintf(&b, "| %s |", row.Name)
		for n, ms := range row.Milliseconds {
			switch truth := t.Rows[0].Milliseconds[n]; {
			case ms == nil:
				b.WriteString(" |")
			case i == 0 || truth == nil:
				_, _ = fmt.Fprintf(&b, " %s |", threeDigits(*ms))
			default:
				_, _ = fmt.Fprintf(&b, " %s (%.0f %%) |", threeDigits(*ms), 100**ms / *truth)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// markdown is a sentence about a long run.
func (m *memories) markdown() string {
	return fmt.Sprintf("A run of %s at %s/s, with replays and races, had %.0f to %.0f MiB resident, and %.0f at most, at `%s`.\n", seconds(m.Seconds),
		thousands(float64(m.Rate)), m.Least, m.Most, m.Peak, m.Commit)
}

func seconds(n float64) string {
	if minutes := n / 60; n >= 60 && minutes == float64(int(minutes)) {
		return fmt.Sprintf("%.0f min", minutes)
	}
	return strconv.FormatFloat(n, 'g', -1, 64) + " s"
}

// thousands is a figure of three digits with a space between thousands.
func thousands(n float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 4, 64), 64)
	text := strconv.FormatFloat(rounded, 'f', 0, 64)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	return text
}

// threeDigits is a figure with one decimal below a hundred.
func threeDigits(n float64) string { return strconv.FormatFloat(n, 'f', decimals(n), 64) }

func decimals(n float64) int {
	if n < 99.95 {
		return 1
	}
	return 0
}

// commit is that of the working tree, with a plus sign if the tree differs from it.
func commit() string {
	text, err := exec.Command("git", "describe", "--always", "--exclude=*", "--abbrev=7", "--dirty=+").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(text))
}

// figures are what every file of figures says of its run.
type figures struct {
	Commit  string  `json:"commit"`
	Seconds float64 `json:"seconds"` // of a run
}

func figuresOf(lasting time.Duration) figures { return figures{commit(), lasting.Seconds()} }

// save writes figures into a file; an empty path saves nothing.
func save(path string, figures any) error {
	if path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	text, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
