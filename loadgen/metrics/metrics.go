// Package metrics exports a load run to Prometheus, by scrapes or by remote write.
//
// Start with [New]. [Metrics.Watch] is for the Watch of a [loadgen.Config], [Metrics.Serve] answers scrapes, and
// [Metrics.Push] starts remote write.
package metrics

import (
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/ledger"
)

// Metrics are the metrics of one run, in their own registry. They are safe for concurrent use.
//
// A scrape sees the state between two intervals: the exchanges by verdict always add up to the count of every histogram.
type Metrics struct {
	registry *prometheus.Registry
	version  string
	began    time.Time

	mu             sync.Mutex
	exchanges      map[assay.Endpoint]map[ledger.Verdict]int64
	times          [3]*histogram      // response, service, lateness
	rates          map[string]float64 // by phase: a warm-up that drains overlaps the measurement
	minted         int64
	inFlight, pool int64
	engine         string // empty before the first interval
	state          state
}

// The bounds of the classic buckets, in seconds. Lateness should be microseconds.
var (
	timeBounds = []float64{1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}
	lateBounds = []float64{1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 10}
)

// The metrics include the warm-up and say so, because the figures of the report do not.
var (
	exchangesDesc = prometheus.NewDesc("assay_exchanges_total",
		"Exchanges by endpoint and verdict. Counts all exchanges, warm-up included.",
		[]string{"endpoint", "verdict"}, nil)
	responseDesc = prometheus.NewDesc("assay_exchange_response_seconds",
		"Time from the moment that the schedule intended to the last byte of the answer. Counts sign-ins, warm-up included.", nil, nil)
	serviceDesc = prometheus.NewDesc("assay_exchange_service_seconds",
		"Time from the moment of sending to the last byte of the answer. Counts sign-ins, warm-up included.", nil, nil)
	latenessDesc = prometheus.NewDesc("assay_schedule_lateness_seconds",
		"Time from the moment that the schedule intended to that of sending. Counts all exchanges, warm-up included.", nil, nil)
	rateDesc = prometheus.NewDesc("assay_offered_rate",
		"Exchanges per second that the schedule intends now; 0 in a closed loop, which has no schedule.", nil, nil)
	inFlightDesc = prometheus.NewDesc("assay_in_flight", "Exchanges in flight.", nil, nil)
	mintedDesc   = prometheus.NewDesc("assay_codes_minted_total", "Codes minted, warm-up included.", nil, nil)
	poolDesc     = prometheus.NewDesc("assay_code_pool_depth", "Codes in the buffer of fresh codes.", nil, nil)
	engineDesc   = prometheus.NewDesc("assay_engine_info", "The engine that sends the requests: always 1.", []string{"engine"}, nil)
	buildDesc    = prometheus.NewDesc("assay_build_info",
		"The suite that makes the run: always 1.", []string{"version", "goversion", "requirements"}, nil)
)

// New returns the metrics of a run that is about to start. version is the suite's, and tags are labels of every series: see
// [loadgen.CheckTag].
func New(version string, tags map[string]string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), version: version, began: time.Now(),
		exchanges: map[assay.Endpoint]map[ledger.Verdict]int64{}, rates: map[string]float64{},
		times: [3]*histogram{newHistogram(responseDesc, timeBounds), newHistogram(serviceDesc, timeBounds), newHistogram(latenessDesc, lateBounds)},
	}
	for _, endpoint := range assay.Endpoints() { // from the start, because a rate misses the first increment of a new series
		m.exchanges[endpoint] = map[ledger.Verdict]int64{}
		for _, verdict := range ledger.Verdicts() {
			m.exchanges[endpoint][verdict] = 0
		}
	}
	prometheus.WrapRegistererWith(tags, m.registry).MustRegister(m)
	return m
}

// Watch adds an interval. It can be the Watch of a [loadgen.Config].
func (m *Metrics) Watch(seen loadgen.Interval) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for endpoint, counts := range seen.Counts {
		for verdict, n := range counts {
			m.exchanges[endpoint][verdict] += n
		}
	}
	m.times[0].add(seen.Response)
	m.times[1].add(seen.Service)
	m.times[2].add(seen.Lateness)
	m.rates[seen.Phase] = seen.OfferedRate
	if seen.Last {
		delete(m.rates, seen.Phase)
	}
	m.minted += seen.Minted
	m.engine = seen.Engine
	m.inFlight, m.pool = seen.Second.InFlight, seen.Second.Pool
}

// Handler answers scrapes of /metrics, and nothing else.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// Describe implements [prometheus.Collector].
func (m *Metrics) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{exchangesDesc, responseDesc, serviceDesc, latenessDesc, rateDesc, inFlightDesc,
		mintedDesc, poolDesc, buildDesc, engineDesc, phaseDesc, levelDesc, stepsDesc, outcomeDesc} {
		to <- desc
	}
}

// Collect implements [prometheus.Collector].
func (m *Metrics) Collect(to chan<- prometheus.Metric) {
	for _, metric := range m.snapshot() { // not under the lock, because the receiver may be slow
		to <- metric
	}
}

func (m *Metrics) snapshot() []prometheus.Metric {
	m.mu.Lock()
	defer m.mu.Unlock()
	counter := func(desc *prometheus.Desc, n int64, labels ...string) prometheus.Metric {
		return prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), labels...)
	}
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) prometheus.Metric {
		return prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	rate := 0.0
	for _, of := range m.rates {
		rate += of
	}
	all := []prometheus.Metric{
		gauge(rateDesc, rate), gauge(inFlightDesc, float64(m.inFlight)), gauge(poolDesc, float64(m.pool)),
		counter(mintedDesc, m.minted),
		gauge(buildDesc, 1, m.version, runtime.Version(), assay.Requirements().Name),
	}
	if m.engine != "" {
		all = append(all, gauge(engineDesc, 1, m.engine))
	}
	all = append(all, m.state.metrics(m.rates)...)
	for endpoint, counts := range m.exchanges {
		for verdict, n := range counts {
			all = append(all, counter(exchangesDesc, n, string(endpoint), verdict.String()))
		}
	}
	for _, times := range m.times {
		all = append(all, times.metric(m.began))
	}
	return all
}
