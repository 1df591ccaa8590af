package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
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

// The truth is known of a target that answers after delays of a known distribution, and stands still once: whoever arrives
// meanwhile waits until that is over. What a user waited follows from the target's own log.
const (
	arrivals   = 500 // a second
	lasting    = 20 * time.Second
	stallBegin = 8 * arrivals // the number of the request it begins with
	stall      = time.Second
)

// delay of request n: 20 ms for nine out of ten, then 60 ms, and 250 ms for one in a hundred. The way there and back, which
// users wait for and the log does not see, takes some 0.3 ms: the shortest delay is long beside it.
func delay(n int) time.Duration {
	switch spread := n * 7919 % 1000; { // over the thousand
	case spread < 900:
		return 20 * time.Millisecond
	case spread < 990:
		return 60 * time.Millisecond
	default:
		return 250 * time.Millisecond
	}
}

// A moody target answers as nginx does, after delays, and logs how long each request was with it.
type moody struct {
	mu    sync.Mutex
	count int
	until time.Time // of the stall
	held  []time.Duration
}

// ServeHTTP implements [http.Handler].
func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	came := time.Now()
	m.mu.Lock()
	n := m.count
	m.count++
	if n == stallBegin {
		m.until = came.Add(stall)
	}
	leaves := came
	if m.until.After(came) {
		leaves = m.until
	}
	m.mu.Unlock()
	_, _ = io.Copy(io.Discard, r.Body)
	time.Sleep(time.Until(leaves.Add(delay(n))))
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"error":"","errcode":"OK","data":{"channel":"finclip","openId":"2279547539610117","unionId":"5110c76fbc1c8ebc7429e906b83c1f7f"},"traceid":"4fccb7b175cc401690235e4a400bb363"}`)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held = append(m.held, time.Since(came))
}

// percentiles are p50, p90, p99 and p99.9, in milliseconds; NaN is one that is not told.
type percentiles [4]float64

// truth is what the log says of a run whose arrivals were open.
func (m *moody) truth() (p percentiles) {
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.Sort(m.held)
	for i, share := range []float64{0.5, 0.9, 0.99, 0.999} {
		p[i] = milliseconds(m.held[max(0, int(math.Ceil(share*float64(len(m.held))))-1)].Seconds())
	}
	return p
}

func milliseconds(seconds float64) float64 { return seconds * 1000 }

// A witness is a load generator that is asked what users waited.
type witness struct {
	name, program string
	before        int // exchanges that it makes before its run
	args          func() ([]string, error)
	told          func(ctx context.Context, stdout []byte) (percentiles, error)
}

func (b *bench) witnesses() []witness {
	seconds, rate := strconv.Itoa(int(lasting.Seconds())), strconv.Itoa(arrivals)
	attack := filepath.Join(b.dir, "vegeta")
	return []witness{
		{"assay", b.assay, 2, b.assayArgs("nginx.yaml", rate+"/s", lasting, "--slo", "max<1m"), toldByAssay},
		{"vegeta", attack, 0, b.vegetaArgs(rate, seconds), b.toldByVegeta},
		{"vegeta, 20 workers", attack, 0, b.vegetaArgs(rate, seconds, "-max-workers", "20"), b.toldByVegeta},
		{"hey, 50 workers", "hey", 0, words("-z", seconds+"s", "-c", "50", "-q", strconv.Itoa(arrivals/50), "-m", "POST", "-T", "application/json", "-d", body, b.url), toldByHey},
	}
}

// truth asks everybody what users waited of a target of which it is known, and shows it beside the truth.
func (b *bench) truth(ctx context.Context, w io.Writer) error {
	_, _ = fmt.Fprintf(w, "%d/s for %s; %v, then %v and %v for one in ten and one in a hundred; a stall of %s\n%-20s %28s\n%-20s", arrivals, lasting,
		delay(0), 60*time.Millisecond, 250*time.Millisecond, stall, "", "ms, and of the truth", "")
	for _, name := range []string{"p50", "p90", "p99", "p99.9"} {
		_, _ = fmt.Fprintf(w, " %16s", name)
	}
	_, _ = fmt.Fprintln(w)
	var truth percentiles
	for i, one := range b.witnesses() {
		if _, err := exec.LookPath(one.program); err != nil {
			_, _ = fmt.Fprintf(w, "%-20s not installed\n", one.name)
			continue
		}
		told, log, err := b.hear(ctx, i)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		if one.program == b.assay {
			truth = log
			showRow(w, "the target's log", truth, truth)
		}
		showRow(w, one.name, told, truth)
	}
	return nil
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

// hear runs a witness against a target of its own, and returns what it and the target's log say.
func (b *bench) hear(ctx context.Context, i int) (told, log percentiles, err error) {
	target := &moody{count: -b.witnesses()[i].before}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return told, log, err
	}
	server := http.Server{Handler: target, ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // until it is closed
	}()
	defer func() {
		_ = server.Close()
		<-served
	}()
	b.url = "http://" + l.Addr().String() + assay.Login.Path()
	one := b.witnesses()[i] // its arguments name the address
	args, err := one.args()
	if err := errors.Join(err, b.writeTarget()); err != nil {
		return told, log, err
	}
	command := exec.CommandContext(ctx, one.program, args...)
	command.Dir = b.dir
	if command.Path, err = absolute(one.program); err != nil {
		return told, log, err
	}
	stdout, err := command.Output()
	if err != nil {
		return told, log, fmt.Errorf("%w: %.300s", err, stdout)
	}
	told, err = one.told(ctx, stdout)
	return told, target.truth(), err
}

// absolute is where a program is, for whoever runs it elsewhere.
func absolute(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

func toldByAssay(_ context.Context, stdout []byte) (percentiles, error) {
	var report struct {
		Response struct{ P50, P90, P99, P999 float64 }
	}
	err := json.Unmarshal(stdout, &report)
	r := report.Response
	return percentiles{milliseconds(r.P50), milliseconds(r.P90), milliseconds(r.P99), milliseconds(r.P999)}, err
}

func (b *bench) toldByVegeta(ctx context.Context, _ []byte) (percentiles, error) {
	report := exec.CommandContext(ctx, filepath.Join(b.dir, "vegeta"), "report", "-type", "hdrplot", filepath.Join(b.dir, "vegeta.bin"))
	report.Stderr = os.Stderr
	text, err := report.Output()
	if err != nil {
		return percentiles{}, err
	}
	// Of its distribution, whose rows begin with the milliseconds and the share of those that waited no longer.
	told := percentiles{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	for _, row := range regexp.MustCompile(`(?m)^([0-9.]+)\s+([0-9.]+)\s`).FindAllSubmatch(text, -1) {
		value, _ := strconv.ParseFloat(string(row[1]), 64)
		share, _ := strconv.ParseFloat(string(row[2]), 64)
		for i, wanted := range []float64{0.5, 0.9, 0.99, 0.999} {
			if math.IsNaN(told[i]) && share >= wanted-1e-6 {
				told[i] = value
			}
		}
	}
	return told, nil
}

func toldByHey(_ context.Context, stdout []byte) (percentiles, error) {
	told := percentiles{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	for i, share := range []string{"50", "90", "99"} {
		found := regexp.MustCompile(share + `%+ in ([0-9.]+) secs`).FindSubmatch(stdout)
		if found == nil {
			return told, fmt.Errorf("no %s%% in its output", share)
		}
		seconds, err := strconv.ParseFloat(string(found[1]), 64)
		if err != nil {
			return told, err
		}
		told[i] = milliseconds(seconds)
	}
	return told, nil
}
