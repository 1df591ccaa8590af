package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/phrase"
)

func TestMetricsFlags(t *testing.T) {
	for _, test := range []struct {
		flags metricsFlags
		want  string // the error; empty if the flags are right
	}{
		{metricsFlags{}, ""},
		{metricsFlags{addr: "127.0.0.1:0", linger: time.Second, remoteWrite: "https://me:passw0rd@p.example/write"}, ""},
		{metricsFlags{addr: "9000"}, `--metrics "9000" is not HOST:PORT; write it like 127.0.0.1:9000`},
		{metricsFlags{addr: ":9000", linger: -time.Second}, "--linger -1s is negative; use one like 30s"},
		{metricsFlags{linger: time.Second}, "--linger 1s has no effect without --metrics; add --metrics HOST:PORT"},
		{metricsFlags{remoteWrite: "localhost:9090"}, "--remote-write is not an http or https URL; write it like http://127.0.0.1:9090/api/v1/write"},
		{metricsFlags{remoteWrite: "http://me:pass/w0rd@p.example/"}, "--remote-write is not a URL; write it like http://127.0.0.1:9090/api/v1/write"},
	} {
		got := ""
		if err := test.flags.check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%+v: %q, want %q", test.flags, got, test.want)
		}
	}
}

// seven returns an interval with seven accepted logins.
func seven() loadgen.Interval {
	times := hdrhistogram.New(1000, int64(time.Minute), 3)
	_ = times.RecordValues(int64(time.Millisecond), 7)
	return loadgen.Interval{Phase: loadgen.Measured, Response: times, Service: times, Lateness: times,
		Counts: map[assay.Endpoint]map[ledger.Verdict]int64{assay.Login: {ledger.Accepted: 7}}}
}

func begun(t *testing.T, ctx context.Context, flags metricsFlags, say func(string)) *loadMetrics {
	t.Helper()
	m, err := openMetrics(flags, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.begin(ctx, say)
	return m
}

// Without the flags nothing is published and nothing is printed.
func TestNoMetrics(t *testing.T) {
	m := begun(t, t.Context(), metricsFlags{}, func(line string) { t.Error(line) })
	m.watch(seven())
	if notes := m.finish(); notes != nil {
		t.Error(notes)
	}
	m.linger(t.Context())
	m.close()
}

func TestMetricsPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, err = openMetrics(metricsFlags{addr: l.Addr().String()}, nil)
	want := "--metrics " + l.Addr().String() + ": bind: address already in use; choose another address, or port 0 for a free port"
	if fmt.Sprint(err) != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// An interrupt ends lingering at once. The counts can be scraped until close.
func TestMetricsAreServed(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	said := make(chan string, 3)
	m := begun(t, ctx, metricsFlags{addr: "127.0.0.1:0", linger: time.Hour}, func(line string) { said <- line })
	address, ok := strings.CutPrefix(<-said, "metrics: ")
	if !ok {
		t.Error("the line does not name the address")
	}
	m.watch(seven())
	lingered := make(chan struct{})
	go func() {
		defer close(lingered)
		m.linger(ctx)
	}()
	if got := <-said; got != "serving metrics for another 1h0m0s; stop with Ctrl-C" {
		t.Error(got)
	}
	interrupt()
	<-lingered
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if !strings.Contains(string(body), `,verdict="accepted"} 7`) {
		t.Errorf("%s", body)
	}
	m.linger(ctx) // prints nothing more
	m.close()
	if _, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/metrics")); err == nil {
		t.Error("the port is still open")
	}
}

// A run that fails before it begins leaves no listener.
func TestMetricsThatNeverBegan(t *testing.T) {
	m, err := openMetrics(metricsFlags{addr: "127.0.0.1:0"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.close()
	if _, err := net.Dial("tcp", m.listener.Addr().String()); err == nil {
		t.Error("the port is still open")
	}
}

func TestLingerEndsByItself(t *testing.T) {
	m := begun(t, t.Context(), metricsFlags{addr: "127.0.0.1:0", linger: time.Millisecond}, func(string) {})
	m.linger(t.Context())
	m.close()
}

// A remote write that fails is printed once and noted once, without its credentials.
func TestRemoteWriteFails(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusBadRequest)
	}))
	defer server.Close()
	said := make(chan string, 2)
	flags := metricsFlags{remoteWrite: strings.Replace(server.URL, "//", "//me:passw0rd@", 1) + "/write?token=t0ken"}
	m := begun(t, t.Context(), flags, func(line string) { said <- line })
	defer m.close()
	line := <-said
	m.watch(seven())
	notes := m.finish()
	prefix := "remote write to " + server.URL + "/write: "
	if line != prefix+"answered 400; the run goes on" ||
		!slices.Equal(phrase.Strings(notes), []string{prefix + "2 of 2 pushes failed, the last one too: answered 400"}) {
		t.Errorf("said %q, noted %q", line, notes)
	}
	if more := m.finish(); more != nil || len(said) > 0 || requests.Load() != 2 {
		t.Errorf("noted again %q, said %d more lines, %d requests", more, len(said), requests.Load())
	}
}

func TestRemoteWriteInTheReport(t *testing.T) {
	for value, want := range map[string]string{
		"https://me:passw0rd@p.example/write?token=t0ken": "https://p.example/write",
		"http://me:pass/w0rd@p.example/":                  "URL",
	} {
		if got := withoutSecrets("remote-write", value); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
