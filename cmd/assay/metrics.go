package main

import (
	"io"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/unified-login/assay"
)

// counters are what assay serve counts, in a registry of their own.
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
			Help: "Exchanges that the reference platform has answered, by endpoint, errcode and status.",
		}, []string{"endpoint", "errcode", "status"}),
		codes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_platform_codes_issued_total",
			Help: "Codes that the reference driver has issued, by kind.",
		}, []string{"kind"}),
	}
	c.registry.MustRegister(c.exchanges, c.codes)
	for _, endpoint := range assay.Endpoints() { // so that there is something to see before the first of them
		c.exchanges.WithLabelValues(string(endpoint), assay.OK, "200")
		c.codes.WithLabelValues(string(endpoint))
	}
	return c
}

// exchange counts one answer. The platform's endpoints, errcodes and statuses are few and fixed.
func (c *counters) exchange(endpoint, errcode string, status int) {
	c.exchanges.WithLabelValues(endpoint, errcode, strconv.Itoa(status)).Inc()
}

func (c *counters) issued(kind string) { c.codes.WithLabelValues(kind).Inc() }

// handler serves the driver, with health and metrics beside it.
func (c *counters) handler(driver http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", driver)
	alive := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") }
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", alive) // it listens before it is announced
	mux.Handle("GET /metrics", promhttp.HandlerFor(c.registry, promhttp.HandlerOpts{}))
	return mux
}
