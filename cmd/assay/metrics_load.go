package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/metrics"
)

// metricsFlags say where the figures of a load run are shown while it runs.
type metricsFlags struct {
	addr, remoteWrite string
	linger            time.Duration
}

func (f *metricsFlags) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.addr, "metrics", "", "serve /metrics to Prometheus on `HOST:PORT` during the run; port 0 chooses a free one")
	flags.DurationVar(&f.linger, "linger", 0, "go on serving --metrics for `DURATION` after the run, for the last scrape")
	flags.StringVar(&f.remoteWrite, "remote-write", "", "push the metrics to the Prometheus remote-write receiver at `URL`, every few seconds and at the end")
}

func (f *metricsFlags) check() error {
	if _, _, err := net.SplitHostPort(f.addr); err != nil && f.addr != "" {
		return fmt.Errorf("--metrics %q is not HOST:PORT; write it like 127.0.0.1:9000", f.addr)
	}
	if f.linger < 0 {
		return fmt.Errorf("--linger %s is less than 0; write it like 30s", f.linger)
	}
	if f.linger > 0 && f.addr == "" {
		return fmt.Errorf("--linger %s has nothing to serve; give it --metrics HOST:PORT too", f.linger)
	}
	_, err := f.receiver()
	return err
}

// receiver is where to push to; nil for nowhere. What cannot be read cannot be told from a secret, and is not repeated.
func (f *metricsFlags) receiver() (*url.URL, error) {
	if f.remoteWrite == "" {
		return nil, nil
	}
	to, err := metrics.ParseURL(f.remoteWrite)
	if err != nil {
		return nil, fmt.Errorf("--remote-write is %w; write it like http://127.0.0.1:9090/api/v1/write", err)
	}
	return to, nil
}

// loadMetrics shows a run to Prometheus, as the flags have it: perhaps not at all. The order is openMetrics, begin, finish,
// linger, close; after each of them close is enough.
type loadMetrics struct {
	flags    metricsFlags
	receiver *url.URL     // nil where nothing is pushed
	listener net.Listener // nil where nothing is served
	shown    *metrics.Metrics
	say      func(line string)
	pusher   *metrics.Pusher // nil before begin, and after finish
	stop     context.CancelFunc
	served   chan error // why the serving ended before it was to; nil before begin
}

// openMetrics opens the listener, so that an address that is taken is noticed before anything else begins.
func openMetrics(flags metricsFlags) (*loadMetrics, error) {
	m := &loadMetrics{flags: flags, shown: metrics.New(version())}
	var err error
	if m.receiver, err = flags.receiver(); err != nil {
		return nil, err
	}
	if flags.addr == "" {
		return m, nil
	}
	m.listener, err = listen("--metrics", flags.addr)
	return m, err
}

// begin begins to serve and to push. Lines for the console go to say, from any goroutine. Both outlive an interrupt, for
// what was counted until then.
func (m *loadMetrics) begin(ctx context.Context, say func(line string)) {
	m.say = say
	if m.listener != nil {
		m.serve(ctx)
	}
	if m.receiver != nil {
		m.pusher = m.shown.Push(ctx, m.receiver, instance(), func(err error) {
			say(fmt.Sprintf("remote write to %s: %v; the run goes on", metrics.Shown(m.receiver), err))
		})
	}
}

func (m *loadMetrics) serve(ctx context.Context) {
	if _, port, err := net.SplitHostPort(m.flags.addr); err == nil && port == "0" {
		m.say("metrics: " + baseURL(m.listener) + "/metrics")
	}
	ctx, m.stop = context.WithCancel(context.WithoutCancel(ctx))
	m.served = make(chan error, 1)
	go func() {
		defer close(m.served)
		if err := m.shown.Serve(ctx, m.listener); err != nil {
			m.served <- err
		}
	}()
}

// withoutCredentials is the value of --remote-write as a report may have it.
func withoutCredentials(remoteWrite string) string {
	to, err := metrics.ParseURL(remoteWrite)
	if err != nil {
		return "URL"
	}
	return metrics.Shown(to)
}

// instance tells this run from others that are pushed to the same place, even on one machine.
func instance() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return net.JoinHostPort(host, strconv.Itoa(os.Getpid()))
}

// watch is a loadgen.Config's Watch.
func (m *loadMetrics) watch(seen loadgen.Interval) { m.shown.Watch(seen) }

// finish pushes the final state and returns notes for the report about what was not shown. It is called when the run is
// over, interrupted or not, and takes about ten seconds at most.
func (m *loadMetrics) finish() (notes []string) {
	if m.pusher != nil {
		if note := m.pusher.Finish(); note != "" {
			notes = append(notes, note)
		}
		m.pusher = nil
	}
	select {
	case err, failed := <-m.served:
		if failed {
			notes = append(notes, err.Error())
		}
	default:
	}
	return notes
}

// linger goes on serving as long as was asked for, or until ctx ends. It is the last thing that a run does.
func (m *loadMetrics) linger(ctx context.Context) {
	if m.flags.linger == 0 || ctx.Err() != nil {
		return
	}
	m.say(fmt.Sprintf("metrics are served for another %s; Ctrl-C ends it", m.flags.linger))
	over := time.NewTimer(m.flags.linger)
	defer over.Stop()
	select {
	case <-over.C:
	case <-ctx.Done():
	}
}

// close ends everything. After finish and linger nothing is lost by it.
func (m *loadMetrics) close() {
	if m.pusher != nil {
		m.pusher.Abandon()
	}
	switch {
	case m.served != nil:
		m.stop()
		for range m.served { // until it is closed
		}
	case m.listener != nil:
		_ = m.listener.Close()
	}
}
