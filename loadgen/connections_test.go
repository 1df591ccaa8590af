package loadgen_test

import (
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/engine"
)

// Over HTTP/2 the workers share connections, usually one; over HTTP/1.1 every worker has its own. The report has the number
// that the server sees.
func TestConnectionsAreCounted(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{true, false} {
		_, config := served(t, nil)
		platform, err := url.Parse(config.Target.APIServers[0])
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(platform))
		server.EnableHTTP2 = http2
		var opened atomic.Int64
		server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				opened.Add(1)
			}
		}
		server.StartTLS()
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AddCert(server.Certificate())
		config.Target.APIServers = []string{server.URL}
		config.Plan = brief(loadgen.Mix{Login: 0.9, Phone: 0.1})
		report := run(t, config)
		server.Close()
		if report.Exchanges.Accepted != arrivals {
			t.Errorf("%d arrivals, %+v", arrivals, report.Exchanges)
		}
		got, seen, asked := report.Generator, int(opened.Load()), 1
		if loadgen.TestedEngine() == engine.Vegeta { // which does not ask before
			asked = 0
		}
		if http2 && (got.Protocol != "HTTP/2.0" || got.Connections < 1 || got.Connections > seen || got.Connections >= got.Workers) {
			t.Errorf("%s: %d connections of %d workers, %d seen by the server", got.Protocol, got.Connections, got.Workers, seen)
		}
		if !http2 && (got.Protocol != "HTTP/1.1" || got.Connections != seen-asked) { // one was closed after the negotiation
			t.Errorf("%s: %d connections of %d workers, %d seen by the server", got.Protocol, got.Connections, got.Workers, seen)
		}
	}
}
