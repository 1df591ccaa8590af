// Package scraped_test compares what a real Prometheus has of a load run with the run's own counts.
package scraped_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/onsi/gomega"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/loadgen/metrics"
)

// A Prometheus that scrapes and one that receives pushes have exactly the counts of the run, warm-up included, with classic
// buckets and, where they are enabled, native ones.
func TestPrometheusHasTheLedger(t *testing.T) {
	figures := metrics.New("test", nil)
	listener := listen(t)
	serve(t, func(ctx context.Context) error { return figures.Serve(ctx, listener) })
	classic := newAPI(start(t, listener.Addr().String(), "--web.enable-remote-write-receiver"))
	native := newAPI(start(t, listener.Addr().String(), "--enable-feature=native-histograms"))
	receiver, err := metrics.ParseURL(classic.base + "write")
	if err != nil {
		t.Fatal(err)
	}
	pusher := figures.Push(t.Context(), receiver, "host:1", func(err error) { t.Error(err) })
	seen := run(t, figures)
	if note := pusher.Finish(); !note.IsZero() {
		t.Error(note)
	}

	sum := map[string]float64{" ": seen.sum}
	signIns := map[string]float64{" ": seen.exchanges["login accepted"] + seen.exchanges["phone accepted"]}
	for _, check := range []struct {
		name, expression string
		api              *api
		want             map[string]float64
	}{
		{"scraped exchanges", `assay_exchanges_total{job="scraped"}`, classic, seen.exchanges},
		{"scraped response times", `assay_exchange_response_seconds_count{job="scraped"}`, classic, signIns},
		{"scraped service times", `assay_exchange_service_seconds_count{job="scraped"}`, classic, signIns},
		{"scraped lateness", `assay_schedule_lateness_seconds_bucket{job="scraped",le="+Inf"}`, classic, sum},
		{"scraped codes", `assay_codes_minted_total{job="scraped"}`, classic, map[string]float64{" ": seen.minted}},
		{"pushed exchanges", `assay_exchanges_total{job="assay",instance="host:1"}`, classic, seen.exchanges},
		{"pushed response times", `assay_exchange_response_seconds_count{job="assay"}`, classic, signIns},
		{"pushed service times", `assay_exchange_service_seconds_bucket{job="assay",le="+Inf"}`, classic, signIns},
		{"pushed lateness", `assay_schedule_lateness_seconds_count{job="assay"}`, classic, sum},
		{"exchanges next to native histograms", `assay_exchanges_total`, native, seen.exchanges},
		{"native response times", `histogram_count(assay_exchange_response_seconds)`, native, signIns},
		{"native lateness", `histogram_count(assay_schedule_lateness_seconds)`, native, sum},
	} {
		t.Run(check.name, func(t *testing.T) {
			gomega.NewWithT(t).Eventually(check.api.query).WithArguments(check.expression).
				WithTimeout(10 * time.Second).WithPolling(100 * time.Millisecond).Should(gomega.Equal(check.want))
		})
	}
	t.Run("native quantile", func(t *testing.T) {
		values, err := native.query(`histogram_quantile(0.9, assay_exchange_response_seconds)`)
		want := float64(seen.response.ValueAtQuantile(90)) / 1e9
		const bucket = 1.1 // a little more than its width
		if got := values[" "]; err != nil || got < want/bucket || got > want*bucket {
			t.Errorf("p90 is %v in the native histogram, want %v; %v", got, want, err)
		}
	})
}

// A watched is what a run passed to Watch.
type watched struct {
	mu          sync.Mutex
	exchanges   map[string]float64 // by endpoint and verdict
	sum, minted float64
	response    *hdrhistogram.Histogram
}

func (w *watched) watch(seen loadgen.Interval) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for endpoint, counts := range seen.Counts {
		for verdict, n := range counts {
			w.exchanges[string(endpoint)+" "+verdict.String()] += float64(n)
			w.sum += float64(n)
		}
	}
	w.minted += float64(seen.Minted)
	w.response.Merge(seen.Response)
}

// run makes a short run with every kind of exchange against the reference platform.
func run(t *testing.T, figures *metrics.Metrics) *watched {
	t.Helper()
	r, err := reference.New(reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	serve(t, func(ctx context.Context) error { return r.Serve(ctx, listener) })
	host, _, err := driver.Greet(t.Context(), r.Host())
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{exchanges: map[string]float64{}, response: hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), 3)}
	report, _, err := loadgen.Run(t.Context(), loadgen.Config{
		Target: r.Target("http://" + listener.Addr().String()), Host: host, InProcess: true,
		Plan: loadgen.Plan{Rate: 300, WarmUp: 500 * time.Millisecond, Duration: 1500 * time.Millisecond, Seed: 1, Users: 20,
			Mix: loadgen.Mix{Login: 0.6, Phone: 0.2, Replay: 0.1, Race: 0.05, BadPAT: 0.05}},
		Watch: func(seen loadgen.Interval) {
			w.watch(seen)
			figures.Watch(seen)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Exchanges.Sent + report.WarmUp.Exchanges.Sent; float64(got) != w.sum {
		t.Fatalf("the report has %d exchanges, Watch %v", got, w.sum)
	}
	for _, verdict := range []ledger.Verdict{ledger.Accepted, ledger.ReplayRefused, ledger.BadPATRefused} {
		for _, endpoint := range assay.Endpoints() {
			if name := string(endpoint) + " " + verdict.String(); w.exchanges[name] == 0 {
				t.Errorf("no %s in the run", name)
			}
		}
	}
	return w
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serve runs a server until the test ends.
func serve(t *testing.T, server func(context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
