package main

import (
	"context"
	"crypto/rand"
	"maps"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/metrics"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
)

// metricsFlags say where a load run publishes its metrics while it runs.
type metricsFlags struct {
	addr, remoteWrite string
	linger            time.Duration
}

func (f *metricsFlags) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.addr, "metrics", "", "serve /metrics to Prometheus on `HOST:PORT` during the run; port 0 chooses a free one")
	flags.DurationVar(&f.linger, "linger", 0, "serve --metrics for another `DURATION` after the run, for the last scrape")
	flags.StringVar(&f.remoteWrite, "remote-write", "", "push the metrics to the Prometheus remote-write receiver at `URL`, every few seconds and at the end")
}

func (f *metricsFlags) check() error {
	if _, _, err := net.SplitHostPort(f.addr); err != nil && f.addr != "" {
		return phrase.Failed(phrase.MetricsForm, strconv.Quote(f.addr))
	}
	if f.linger < 0 {
		return phrase.Failed(phrase.LingerNegative, f.linger)
	}
	if f.linger > 0 && f.addr == "" {
		return phrase.Failed(phrase.LingerAlone, f.linger)
	}
	_, err := f.receiver()
	return err
}

// receiver returns the URL of --remote-write; nil without. Its error does not quote the value, which may hold a secret.
func (f *metricsFlags) receiver() (*url.URL, error) {
	if f.remoteWrite == "" {
		return nil, nil
	}
	to, err := metrics.ParseURL(f.remoteWrite)
	if err != nil {
		return nil, phrase.Failed(phrase.RemoteWriteForm, err)
	}
	return to, nil
}

// loadMetrics publishes a run to Prometheus as the flags say. The order of calls is openMetrics, begin, finish, linger, close;
// close may follow any of them.
type loadMetrics struct {
	flags    metricsFlags
	receiver *url.URL     // nil without --remote-write
	listener net.Listener // nil without --metrics
	metrics  *metrics.Metrics
	in       messages.Printer
	say      func(line string)
	pusher   *metrics.Pusher // nil before begin, and after finish
	stop     context.CancelFunc
	served   chan error // the error of serving; nil before begin
}

// openMetrics opens the listener, so that an address in use is reported before the run begins.
func openMetrics(flags metricsFlags, tags map[string]string) (*loadMetrics, error) {
	labels := map[string]string{"run": runLabel()}
	maps.Copy(labels, tags)
	m := &loadMetrics{flags: flags, metrics: metrics.New(version(), labels), in: messages.For(messages.English)}
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

// begin starts to serve and to push. It passes lines for the console to say, from any goroutine. Both go on after an
// interrupt, so that the last counts are published.
func (m *loadMetrics) begin(ctx context.Context, say func(line string)) {
	m.say = say
	if m.listener != nil {
		m.serve(ctx)
	}
	if m.receiver != nil {
		m.pusher = m.metrics.Push(ctx, m.receiver, instance(), func(err error) {
			say(m.in.Text("console.remote-failed", metrics.Shown(m.receiver), err.Error()))
		})
	}
}

func (m *loadMetrics) serve(ctx context.Context) {
	if _, port, err := net.SplitHostPort(m.flags.addr); err == nil && port == "0" {
		m.say(m.in.Text("console.metrics", baseURL(m.listener)+"/metrics"))
	}
	ctx, m.stop = context.WithCancel(context.WithoutCancel(ctx))
	m.served = make(chan error, 1)
	go func() {
		defer close(m.served)
		if err := m.metrics.Serve(ctx, m.listener); err != nil {
			m.served <- err
		}
	}()
}

// withoutCredentials is the value of --remote-write for a report.
func withoutCredentials(remoteWrite string) string {
	to, err := metrics.ParseURL(remoteWrite)
	if err != nil {
		return "URL"
	}
	return metrics.Shown(to)
}

// instance is a label that differs between runs, even on one machine.
func instance() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return net.JoinHostPort(host, strconv.Itoa(os.Getpid()))
}

// runLabel is a label of every series of a run, the same by scrapes and by remote write: who reads both counts a run once by it.
func runLabel() string {
	return time.Now().UTC().Format("20060102T150405Z") + "-" + strings.ToLower(rand.Text()[:6])
}

// report passes a report to the metrics: one of a run in progress or, with over, the one that concludes it.
func (m *loadMetrics) report(report benchmark.Report, over bool) {
	if m.listener != nil || m.receiver != nil {
		m.metrics.Report(report, over)
	}
}

// watch passes each interval to the metrics, if anybody sees them.
func (m *loadMetrics) watch(seen loadgen.Interval) {
	if m.listener != nil || m.receiver != nil {
		m.metrics.Watch(seen)
	}
}

// finish pushes the final state, and returns notes for the report about what could not be published. It is called after the
// run, interrupted or not, and takes ten seconds at most.
func (m *loadMetrics) finish() (notes []phrase.Phrase) {
	if m.pusher != nil {
		if note := m.pusher.Finish(); !note.IsZero() {
			notes = append(notes, note)
		}
		m.pusher = nil
	}
	select {
	case err, failed := <-m.served:
		if failed {
			notes = append(notes, phrase.Of(err))
		}
	default:
	}
	return notes
}

// linger serves for the duration of --linger, or until ctx ends. It is the last step of a run.
func (m *loadMetrics) linger(ctx context.Context) {
	if m.flags.linger == 0 || ctx.Err() != nil {
		return
	}
	m.say(m.in.Text("console.serving", m.flags.linger))
	over := time.NewTimer(m.flags.linger)
	defer over.Stop()
	select {
	case <-over.C:
	case <-ctx.Done():
	}
}

// close stops serving and pushing. After finish and linger nothing is lost.
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
