package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/unified-login/assay"
)

// The target answers after delays with a known distribution, and stalls once: requests that arrive in the stall wait for its
// end. How long users waited follows from the target's own log.
const (
	arrivals   = 500 // per second
	lasting    = 20 * time.Second
	stallBegin = 8 * arrivals // the number of the first request in the stall
	stall      = time.Second
)

// delay is the delay of request n: 20 ms for nine of ten, 60 ms for most others, and 250 ms for one in a hundred. The round
// trip, which is not in the log, takes about 0.3 ms: far less than the shortest delay.
func delay(n int) time.Duration {
	switch spread := n * 7919 % 1000; { // spreads the requests over the thousand
	case spread < 900:
		return 20 * time.Millisecond
	case spread < 990:
		return 60 * time.Millisecond
	default:
		return 250 * time.Millisecond
	}
}

// answer is that of the nginx target.
const answer = `{"error":"","errcode":"OK","data":{"channel":"finclip","openId":"2279547539610117","unionId":"5110c76fbc1c8ebc7429e906b83c1f7f"},"traceid":"4fccb7b175cc401690235e4a400bb363"}`

// A stallingTarget gives the answer of the nginx target after delays, and logs how long every request took.
type stallingTarget struct {
	mu      sync.Mutex
	count   int
	until   time.Time       // of the stall
	stallAt int             // the number of the first request in the stall
	held    []time.Duration // of every request
}

// ServeHTTP implements [http.Handler].
func (t *stallingTarget) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	came := time.Now()
	t.mu.Lock()
	n := t.count
	t.count++
	if n == t.stallAt {
		t.until = came.Add(stall)
	}
	leaves := came
	if t.until.After(came) {
		leaves = t.until
	}
	t.mu.Unlock()
	_, _ = io.Copy(io.Discard, r.Body)
	time.Sleep(time.Until(leaves.Add(delay(n))))
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, answer)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held = append(t.held, time.Since(came))
}

// percentiles are p50, p90, p99 and p99.9, in milliseconds; NaN for one that is not reported.
type percentiles [4]float64

// truth returns the percentiles of the log. Arrivals have to follow a schedule.
func (t *stallingTarget) truth() (p percentiles) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.Sort(t.held)
	for i, share := range []float64{0.5, 0.9, 0.99, 0.999} {
		p[i] = milliseconds(t.held[max(0, int(math.Ceil(share*float64(len(t.held))))-1)].Seconds())
	}
	return p
}

func milliseconds(seconds float64) float64 { return seconds * 1000 }

// A generator is a load generator whose reported response times are compared with the truth.
type generator struct {
	name, program string
	before        int // requests before its run
	args          func() ([]string, error)
	reported      func(ctx context.Context, stdout []byte) (percentiles, error)
}

func (b *bench) generators() []generator {
	seconds, rate := strconv.Itoa(int(lasting.Seconds())), strconv.Itoa(arrivals)
	attack := filepath.Join(b.dir, "vegeta")
	return []generator{
		{"assay", b.assay, 2, b.assayArgs("nginx.yaml", rate+"/s", lasting, "--slo", "max<1m"), reportedByAssay},
		{"vegeta", attack, 0, b.vegetaArgs(rate, seconds), b.reportedByVegeta},
		{"vegeta, 20 workers", attack, 0, b.vegetaArgs(rate, seconds, "-max-workers", "20"), b.reportedByVegeta},
		{"hey, 50 workers", "hey", 0, words("-z", seconds+"s", "-c", "50", "-q", strconv.Itoa(arrivals/50), "-m", "POST", "-T", "application/json", "-d", body, b.url), reportedByHey},
	}
}

// truth shows the response times that every generator reports, next to the truth.
func (b *bench) truth(ctx context.Context, w io.Writer) error {
	_, _ = fmt.Fprintf(w, "%d/s for %s; %v, then %v and %v for one in ten and one in a hundred; a stall of %s\n%-20s %28s\n%-20s", arrivals, lasting,
		delay(0), 60*time.Millisecond, 250*time.Millisecond, stall, "", "ms, relative to the truth", "")
	for _, name := range []string{"p50", "p90", "p99", "p99.9"} {
		_, _ = fmt.Fprintf(w, " %16s", name)
	}
	_, _ = fmt.Fprintln(w)
	var truth percentiles
	found := truths{figures: figuresOf(lasting)}
	for i, one := range b.generators() {
		if _, err := exec.LookPath(one.program); err != nil {
			_, _ = fmt.Fprintf(w, "%-20s not installed\n", one.name)
			continue
		}
		reported, log, err := b.compare(ctx, i)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		if one.program == b.assay {
			truth = log
			showRow(w, "the target's log", truth, truth)
			found.add("the target's log", truth)
		}
		showRow(w, one.name, reported, truth)
		found.add(one.name, reported)
	}
	return save(b.json, found)
}

// truths are what the target's log and every generator report.
type truths struct {
	figures
	Rows []truthRow `json:"rows"` // the log's first
}

type truthRow struct {
	Name         string      `json:"name"`
	Milliseconds [4]*float64 `json:"milliseconds"` // p50, p90, p99 and p99.9; nil for one that is not reported
}

func (t *truths) add(name string, p percentiles) {
	row := truthRow{Name: name}
	for i := range p {
		if !math.IsNaN(p[i]) {
			row.Milliseconds[i] = &p[i]
		}
	}
	t.Rows = append(t.Rows, row)
}

func showRow(w io.Writer, name string, p, truth percentiles) {
	_, _ = fmt.Fprintf(w, "%-20s", name)
	for i := range p {
		cell := "-"
		if !math.IsNaN(p[i]) {
			cell = fmt.Sprintf("%8.1f %6.1f%%", p[i], 100*p[i]/truth[i])
		}
		_, _ = fmt.Fprintf(w, " %16s", cell)
	}
	_, _ = fmt.Fprintln(w)
}

// compare runs the i-th generator against a target of its own, and returns what it and the target's log report.
func (b *bench) compare(ctx context.Context, i int) (reported, log percentiles, err error) {
	target := &stallingTarget{count: -b.generators()[i].before, stallAt: stallBegin}
	address, stop, err := serve(target)
	if err != nil {
		return reported, log, err
	}
	defer stop()
	b.url = address + assay.Login.Path()
	one := b.generators()[i] // its arguments contain the address
	args, err := one.args()
	if err := errors.Join(err, b.writeTarget()); err != nil {
		return reported, log, err
	}
	command := exec.CommandContext(ctx, one.program, args...)
	command.Dir = b.dir
	if command.Path, err = absolute(one.program); err != nil {
		return reported, log, err
	}
	stdout, err := command.Output()
	if err != nil {
		return reported, log, fmt.Errorf("%w: %.300s", err, stdout)
	}
	reported, err = one.reported(ctx, stdout)
	return reported, target.truth(), err
}

// absolute is the absolute path of a program, for a command with another working directory.
func absolute(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

func reportedByAssay(_ context.Context, stdout []byte) (percentiles, error) {
	var report struct {
		Response struct{ P50, P90, P99, P999 float64 }
	}
	err := json.Unmarshal(stdout, &report)
	r := report.Response
	return percentiles{milliseconds(r.P50), milliseconds(r.P90), milliseconds(r.P99), milliseconds(r.P999)}, err
}

func (b *bench) reportedByVegeta(ctx context.Context, _ []byte) (percentiles, error) {
	report := exec.CommandContext(ctx, filepath.Join(b.dir, "vegeta"), "report", "-type", "hdrplot", filepath.Join(b.dir, "vegeta.bin"))
	report.Stderr = os.Stderr
	text, err := report.Output()
	if err != nil {
		return percentiles{}, err
	}
	// The rows of the distribution begin with milliseconds and the share of the requests that took no longer.
	reported := percentiles{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	for _, row := range regexp.MustCompile(`(?m)^([0-9.]+)\s+([0-9.]+)\s`).FindAllSubmatch(text, -1) {
		value, _ := strconv.ParseFloat(string(row[1]), 64)
		share, _ := strconv.ParseFloat(string(row[2]), 64)
		for i, wanted := range []float64{0.5, 0.9, 0.99, 0.999} {
			if math.IsNaN(reported[i]) && share >= wanted-1e-6 {
				reported[i] = value
			}
		}
	}
	return reported, nil
}

func reportedByHey(_ context.Context, stdout []byte) (percentiles, error) {
	reported := percentiles{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	for i, share := range []string{"50", "90", "99"} {
		found := regexp.MustCompile(share + `%+ in ([0-9.]+) secs`).FindSubmatch(stdout)
		if found == nil {
			return reported, fmt.Errorf("no %s%% in its output", share)
		}
		seconds, err := strconv.ParseFloat(string(found[1]), 64)
		if err != nil {
			return reported, err
		}
		reported[i] = milliseconds(seconds)
	}
	return reported, nil
}
