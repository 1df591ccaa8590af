package metrics

import (
	"context"
	"io"
	"math"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
)

// interval returns an interval with accepted logins that took the same time.
func interval(accepted int64, took time.Duration) loadgen.Interval {
	times := hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), 3)
	_ = times.RecordValues(int64(took), accepted)
	return loadgen.Interval{
		Phase:    loadgen.Measured,
		Counts:   map[assay.Endpoint]map[ledger.Verdict]int64{assay.Login: {ledger.Accepted: accepted}},
		Response: times, Service: times, Lateness: times,
	}
}

func compare(t *testing.T, m *Metrics, want string, names ...string) {
	t.Helper()
	if err := testutil.GatherAndCompare(m.registry, strings.NewReader(want), names...); err != nil {
		t.Error(err)
	}
}

func TestNamesAndHelp(t *testing.T) {
	m := New("1.2.3", nil)
	m.Watch(interval(7, time.Millisecond))
	problems, err := testutil.GatherAndLint(m.registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v %v", problems, err)
	}
}

// Every series of a counter exists from the start, because a rate misses the first value of a new series.
func TestCountersStartAtZero(t *testing.T) {
	count, err := testutil.GatherAndCount(New("", nil).registry, "assay_exchanges_total")
	if want := len(assay.Endpoints()) * len(ledger.Verdicts()); err != nil || count != want {
		t.Errorf("%d series of exchanges, want %d; %v", count, want, err)
	}
}

func TestValues(t *testing.T) {
	m := New("1.2.3", nil)
	first := interval(3, 2*time.Millisecond)
	first.Counts[assay.Phone] = map[ledger.Verdict]int64{ledger.ReplayRefused: 2, ledger.InDoubt: 1}
	first.Minted, first.OfferedRate = 40, 300
	first.Second = benchmark.Second{InFlight: 9, Pool: 8}
	m.Watch(first)
	second := interval(4, 20*time.Millisecond)
	second.Minted, second.OfferedRate, second.Engine = 2, 250, "vegeta"
	second.Second = benchmark.Second{InFlight: 5, Pool: 6}
	m.Watch(second)
	var exchanges strings.Builder
	for _, endpoint := range []string{"login", "phone"} {
		for _, verdict := range []string{"accepted", "badPatAccepted", "badPatRefused", "doubleRedeemed", "fault", "inDoubt", "overloaded",
			"raceRefused", "refused", "replayExcused", "replayRefused", "unreachable", "withoutIdentity", "wrongIdentity"} {
			value := map[string]string{"login accepted": "7", "phone replayRefused": "2", "phone inDoubt": "1"}[endpoint+" "+verdict]
			if value == "" {
				value = "0"
			}
			exchanges.WriteString(`assay_exchanges_total{endpoint="` + endpoint + `",verdict="` + verdict + `"} ` + value + "\n")
		}
	}
	compare(t, m, `
# HELP assay_build_info The suite that makes the run: always 1.
# TYPE assay_build_info gauge
assay_build_info{goversion="`+runtime.Version()+`",requirements="`+assay.Requirements().Name+`",version="1.2.3"} 1
# HELP assay_code_pool_depth Codes in the buffer of fresh codes.
# TYPE assay_code_pool_depth gauge
assay_code_pool_depth 6
# HELP assay_codes_minted_total Codes minted, warm-up included.
# TYPE assay_codes_minted_total counter
assay_codes_minted_total 42
# HELP assay_engine_info The engine that sends the requests: always 1.
# TYPE assay_engine_info gauge
assay_engine_info{engine="vegeta"} 1
# HELP assay_exchanges_total Exchanges by endpoint and verdict. Counts all exchanges, warm-up included.
# TYPE assay_exchanges_total counter
`+exchanges.String()+`# HELP assay_in_flight Exchanges in flight.
# TYPE assay_in_flight gauge
assay_in_flight 5
# HELP assay_offered_rate Exchanges per second that the schedule intends now; 0 in a closed loop, which has no schedule.
# TYPE assay_offered_rate gauge
assay_offered_rate 250
`, "assay_build_info", "assay_code_pool_depth", "assay_codes_minted_total", "assay_engine_info", "assay_exchanges_total", "assay_in_flight", "assay_offered_rate")
}

// Every histogram gets its own times.
func TestTimes(t *testing.T) {
	m := New("", nil)
	seen := interval(7, time.Second)
	seen.Service, seen.Lateness = interval(7, 100*time.Millisecond).Service, interval(7, time.Millisecond).Lateness
	m.Watch(seen)
	for name, want := range map[string]float64{
		"assay_exchange_response_seconds": 7, "assay_exchange_service_seconds": 0.7, "assay_schedule_lateness_seconds": 0.007,
	} {
		if got := gathered(t, m)[name].Metric[0].Histogram.GetSampleSum(); math.Abs(got-want) > want/1000 {
			t.Errorf("%s: sum %v, want %v", name, got, want)
		}
	}
}

// A warm-up drains while the measurement runs, and reports intervals in between. The rate does not change with them.
func TestOfferedRateOfOverlappingPhases(t *testing.T) {
	m := New("", nil)
	for _, step := range []struct {
		phase      string
		rate, want float64
		last       bool
	}{
		{loadgen.WarmUp, 100, 100, false},
		{loadgen.WarmUp, 0, 0, false}, // the time of the warm-up is over
		{loadgen.Measured, 300, 300, false},
		{loadgen.WarmUp, 0, 300, false},
		{loadgen.WarmUp, 0, 300, true},
		{loadgen.Measured, 300, 300, false},
		{loadgen.Measured, 300, 0, true},
	} {
		seen := interval(1, time.Millisecond)
		seen.Phase, seen.OfferedRate, seen.Last = step.phase, step.rate, step.last
		m.Watch(seen)
		if got := gathered(t, m)["assay_offered_rate"].Metric[0].Gauge.GetValue(); got != step.want {
			t.Errorf("after %+v the rate is %v", step, got)
		}
	}
}

// The values of a scrape add up at any moment.
func TestScrapesAreConsistent(t *testing.T) {
	m := New("", nil)
	var watching sync.WaitGroup
	watching.Go(func() {
		for range 200 {
			m.Watch(interval(3, time.Millisecond))
		}
	})
	for range 50 {
		families, sum := gathered(t, m), 0.0
		for _, metric := range families["assay_exchanges_total"].Metric {
			sum += metric.Counter.GetValue()
		}
		for _, name := range []string{"assay_exchange_response_seconds", "assay_exchange_service_seconds", "assay_schedule_lateness_seconds"} {
			if got := families[name].Metric[0].Histogram.GetSampleCount(); float64(got) != sum {
				t.Errorf("%v exchanges, but %s has %d", sum, name, got)
			}
		}
	}
	watching.Wait()
}

func TestServe(t *testing.T) {
	m := New("", nil)
	m.Watch(interval(7, time.Millisecond))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- m.Serve(ctx, l) }()
	for path, want := range map[string]string{
		"/metrics": `assay_exchanges_total{endpoint="login",verdict="accepted"} 7`,
		"/":        "404",
	} {
		response, err := http.Get("http://" + l.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("the port is still open")
	}
}

// A listener that fails ends Serve with its error.
func TestServeFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := New("", nil).Serve(t.Context(), l); err == nil || !strings.HasPrefix(err.Error(), "metrics: ") {
		t.Errorf("served on a closed listener: %v", err)
	}
}

// Tags are labels of every series, beside its own.
func TestTagsAreLabels(t *testing.T) {
	m := New("1.2.3", map[string]string{"build": "1.4.2", "env": "a \"b\""})
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series := 0
	for _, family := range families {
		for _, one := range family.GetMetric() {
			labels := map[string]string{}
			for _, label := range one.GetLabel() {
				labels[label.GetName()] = label.GetValue()
			}
			if labels["build"] != "1.4.2" || labels["env"] != "a \"b\"" {
				t.Errorf("%s: %v", family.GetName(), labels)
			}
			series++
		}
	}
	if series < 10 {
		t.Errorf("%d series", series)
	}
}

// No name of a tag that is accepted is one of a label that a metric, the pushing or Prometheus has.
func TestReservedTagsAreTheLabelsOfTheMetrics(t *testing.T) {
	families, err := New("1.2.3", nil).registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"job", "instance", "le", "quantile", "__name__"}
	for _, family := range families {
		for _, one := range family.GetMetric() {
			for _, label := range one.GetLabel() {
				names = append(names, label.GetName())
			}
		}
	}
	for _, name := range names {
		if loadgen.CheckTag(name, "x") == nil {
			t.Errorf("a tag may be named %s", name)
		}
	}
}
