package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
)

// What a real target of known truth shows of the intervals, verdicts, searches and comparisons that the simulations of
// reports/uncertain/bench are about. Every run is a process of its own, and takes real time.

// A randomTarget answers after random delays, one for every request: independent, and log-normal with a median of 100 ms.
type randomTarget struct {
	mu     sync.Mutex
	random *rand.Rand
	held   []float64 // of every request of all runs, in seconds
}

const (
	medianDelay, spreadDelay = 0.1, 0.5
	realRate                 = 300 // per second
	realLasting              = 10 * time.Second
	// loose and tight are bounds of the p99: truly 0.8 % and 1.25 % of the exchanges are beyond.
	loose, tight = 0.008, 0.0125
)

// quantile is the delay that a share of the requests exceeds, in seconds.
func quantile(beyond float64) float64 {
	return medianDelay * math.Exp(spreadDelay*math.Sqrt2*math.Erfinv(1-2*beyond))
}

// ServeHTTP implements [http.Handler].
func (t *randomTarget) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	came := time.Now()
	t.mu.Lock()
	delay := medianDelay * math.Exp(spreadDelay*t.random.NormFloat64())
	t.mu.Unlock()
	_, _ = io.Copy(io.Discard, r.Body)
	time.Sleep(time.Until(came.Add(time.Duration(delay * float64(time.Second)))))
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, answer)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held = append(t.held, time.Since(came).Seconds())
}

// A realReport is what a report says of a run.
type realReport struct {
	Response struct {
		P50, P90, P99 float64
		Intervals     map[string]struct {
			Low  float64
			High *float64
		}
	}
	SLO []struct {
		Expression, Verdict string
	}
	Limit struct {
		Rate, Low, High, Confirmed float64
	}
}

// real shows how often intervals hold the truth, how often verdicts are wrong, how near searches come, and how often the same platform
// twice is called different.
func (b *bench) real(ctx context.Context, w io.Writer) error {
	return errors.Join(b.realDefault(ctx, w), b.realIntervals(ctx, w), b.realLimits(ctx, w), b.realPairs(ctx, w))
}

// realDefault makes runs of the default length against the reference platform, with a level that is far from its figure.
func (b *bench) realDefault(ctx context.Context, w io.Writer) error {
	const level = "p99<50ms"
	verdicts, runs := map[string]int{}, max(1, b.runs/4)
	var highest float64
	for i := range runs {
		report, err := b.load(ctx, []string{"load", "--slo", level, "--seed", fmt.Sprint(i + 1), "--json", "--quiet", "--out", filepath.Join(b.dir, "out")})
		if err != nil {
			return err
		}
		highest = max(highest, report.Response.P99)
		for _, judged := range report.SLO {
			if judged.Expression == level {
				verdicts[judged.Verdict]++
			}
		}
	}
	_, _ = fmt.Fprintf(w, "default  %d runs of `assay load --slo '%s'` on the reference: %v, p99 up to %.2f ms\n", runs, level, verdicts, milliseconds(highest))
	return nil
}

// realIntervals makes runs against a target whose percentiles are known.
func (b *bench) realIntervals(ctx context.Context, w io.Writer) error {
	target := &randomTarget{random: rand.New(rand.NewPCG(1, 2))}
	address, stop, err := serve(target)
	if err != nil {
		return err
	}
	defer stop()
	b.url = address + assay.Login.Path()
	if err := b.writeTarget(); err != nil {
		return err
	}
	bound := func(beyond float64) string { return fmt.Sprintf("p99<%.2fms", milliseconds(quantile(beyond))) }
	args, _ := b.assayArgs("nginx.yaml", fmt.Sprintf("%d/s", realRate), realLasting, "--slo", bound(loose), "--slo", bound(tight))()
	var reports []realReport
	for range b.runs {
		report, err := b.load(ctx, args)
		if err != nil {
			return err
		}
		reports = append(reports, report)
	}
	slices.Sort(target.held)
	_, _ = fmt.Fprintf(w, "%d runs of %s at %d/s, delays log-normal and independent; the truth is of the target's log of all runs\n", b.runs, realLasting, realRate)
	for _, of := range []struct {
		name  string
		share float64
	}{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}} {
		truth, covered, open := target.held[int(of.share*float64(len(target.held)))], 0, 0
		for _, report := range reports {
			interval := report.Response.Intervals[of.name]
			if interval.High == nil {
				open++
			}
			if interval.Low <= truth && (interval.High == nil || truth <= *interval.High) {
				covered++
			}
		}
		_, _ = fmt.Fprintf(w, "%-8s truth %6.1f ms   interval holds it in %d of %d, open in %d\n", of.name, milliseconds(truth), covered, b.runs, open)
	}
	for _, level := range []struct{ expression, wrong string }{{bound(loose), "violated"}, {bound(tight), "holds"}} {
		verdicts := map[string]int{}
		for _, report := range reports {
			for _, judged := range report.SLO {
				if judged.Expression == level.expression {
					verdicts[judged.Verdict]++
				}
			}
		}
		_, _ = fmt.Fprintf(w, "%-16s wrong (%s) in %d of %d; %v\n", level.expression, level.wrong, verdicts[level.wrong], b.runs, verdicts)
	}
	return nil
}

// realLimits searches for the limit of a platform with a limit of 300/s that saves up a burst.
func (b *bench) realLimits(ctx context.Context, w io.Writer) error {
	const limit, burst = 300.0, 300.0
	const lasting = 30.0 // of the confirmation, in seconds
	truth := limit / 0.99
	if burst/(truth-limit) > lasting/2 { // the saved ones last into the half that counts
		truth = (limit*lasting + burst) / (0.995 * lasting)
	}
	platform, err := startReference(ctx, b.assay, b.dir, "--limit", fmt.Sprint(limit))
	if err != nil {
		return err
	}
	defer platform.stop()
	near := 0
	for i := range max(1, b.runs/10) {
		report, err := b.load(ctx, []string{"load", "--target", platform.target, "--find-limit", "--rate", "100/s", "--duration", "30s", "--mix", "login=1",
			"--users", "500", "--limit-time", "5m", "--slo", "errors<1%", "--seed", fmt.Sprint(i + 1), "--json", "--quiet", "--out", filepath.Join(b.dir, "out")})
		if err != nil {
			return err
		}
		l := report.Limit
		if math.Abs(l.Rate/truth-1) <= 0.05 {
			near++
		}
		_, _ = fmt.Fprintf(w, "limit    truth %.1f/s: %.1f/s (%.1f to %.1f), confirmed at %.1f/s\n", truth, l.Rate, l.Low, l.High, l.Confirmed)
	}
	_, _ = fmt.Fprintf(w, "limit    %d of %d within 5 %% of the truth\n", near, max(1, b.runs/10))
	return nil
}

// realPairs compares a platform with itself.
func (b *bench) realPairs(ctx context.Context, w io.Writer) error {
	outcomes := map[string]int{}
	for i := range b.runs {
		stdout, err := b.output(ctx, []string{"load", "--against", "reference", "--rate", "300/s", "--duration", "20s", "--seed", fmt.Sprint(i + 1),
			"--json", "--quiet", "--out", filepath.Join(b.dir, "pair")})
		if err != nil {
			return err
		}
		var compared struct{ Outcome string }
		if err := json.Unmarshal(stdout, &compared); err != nil {
			return err
		}
		outcomes[compared.Outcome]++
	}
	_, _ = fmt.Fprintf(w, "pairs    the same platform twice, %d times: %v\n", b.runs, outcomes)
	return nil
}

// load makes a run, and returns what its report says.
func (b *bench) load(ctx context.Context, args []string) (report realReport, err error) {
	stdout, err := b.output(ctx, args)
	if err != nil {
		return report, err
	}
	return report, json.Unmarshal(stdout, &report)
}

// output is the standard output of the command. Exit codes 1 and 3 are results.
func (b *bench) output(ctx context.Context, args []string) ([]byte, error) {
	path, err := absolute(b.assay)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, path, args...)
	command.Dir = b.dir
	stdout, err := command.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		if code := failed.ExitCode(); code == 1 || code == 3 {
			return stdout, nil
		}
		return nil, fmt.Errorf("%w: %.300s", err, strings.TrimSpace(string(failed.Stderr)))
	}
	return stdout, err
}

// serve serves a handler on a loopback port.
func serve(handler http.Handler) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // until it is closed
	}()
	return "http://" + l.Addr().String(), func() {
		_ = server.Close()
		<-served
	}, nil
}
