package main

import (
	"io"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/unified-login/assay"
)

// counters are the metrics of assay serve, in a registry of their own.
type counters struct {
	registry  *prometheus.Registry
	exchanges *prometheus.CounterVec
	codes     *prometheus.CounterVec
}

func newCounters() *counters {
	c := &counters{
		registry: prometheus.NewRegistry(),
		exchanges: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_platform_exchanges_total",
			Help: "Exchanges answered by the reference platform, by endpoint, errcode and status.",
		}, []string{"endpoint", "errcode", "status"}),
		codes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_platform_codes_issued_total",
			Help: "Codes issued by the reference driver, by kind.",
		}, []string{"kind"}),
	}
	c.registry.MustRegister(c.exchanges, c.codes)
	for _, endpoint := range assay.Endpoints() { // so that the series exist before the first exchange
		c.exchanges.WithLabelValues(string(endpoint), assay.OK, "200")
		c.codes.WithLabelValues(string(endpoint))
	}
	return c
}

// exchange counts one answer. The platform has few endpoints, errcodes and statuses, all fixed.
func (c *counters) exchange(endpoint, errcode string, status int) {
	c.exchanges.WithLabelValues(endpoint, errcode, strconv.Itoa(status)).Inc()
}

func (c *counters) issued(kind string) { c.codes.WithLabelValues(kind).Inc() }

// handler serves the driver, and health and metrics on paths of their own.
func (c *counters) handler(driver http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", driver)
	alive := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") }
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", alive) // ready as soon as it listens
	mux.Handle("GET /metrics", promhttp.HandlerFor(c.registry, promhttp.HandlerOpts{}))
	return mux
}
