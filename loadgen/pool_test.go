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

	"assay/loadgen"
)

// Over HTTP/2 a run's exchanges are on one connection, the one that was opened to ask for it; over HTTP/1.1 each worker has
// his own. The report counts them as the server does.
func TestConnectionsAreCounted(t *testing.T) {
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
		config.Plan = brief(loadgen.DefaultMix())
		report := run(t, config)
		server.Close()
		if report.Exchanges.Accepted != arrivals {
			t.Errorf("of %d arrivals %+v", arrivals, report.Exchanges)
		}
		want, protocol := 1, "HTTP/2.0"
		if !http2 {
			want, protocol = int(opened.Load())-1, "HTTP/1.1" // the one was for asking only
		}
		if got := report.Generator; got.Connections != want || got.Protocol != protocol || http2 && opened.Load() != 1 {
			t.Errorf("%s: %d connections, and the server saw %d", got.Protocol, got.Connections, opened.Load())
		}
	}
}
