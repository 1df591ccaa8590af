package loadgen_test

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay/fixtures/rogue"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// A limit of streams holds exchanges back before they are sent. The platform answers all of them, sees none twice, and a note names
// the cause.
func TestALimitOfStreamsIsNamed(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	platform, err := url.Parse(config.Target.APIServers[0])
	if err != nil {
		t.Fatal(err)
	}
	var seen atomic.Int64
	proxy := httputil.NewSingleHostReverseProxy(platform)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Add(1)
		time.Sleep(5 * time.Millisecond) // so that the exchanges overlap
		proxy.ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: 1}
	server.StartTLS()
	defer server.Close()
	config.RootCAs = x509.NewCertPool()
	config.RootCAs.AddCert(server.Certificate())
	config.Target.APIServers = []string{server.URL}
	config.Plan = brief(loadgen.Mix{Login: 0.9, Phone: 0.1})
	config.Plan.Engine = engine.Lean // net/http says nothing of it
	report := run(t, config)
	named := slices.ContainsFunc(report.Notes, func(note phrase.Phrase) bool { return note.Key() == phrase.StreamsHeld })
	if report.Exchanges.Accepted != arrivals || seen.Load() != report.Exchanges.Sent || !named {
		t.Errorf("%d arrivals, %d seen: %+v %q", arrivals, seen.Load(), report.Exchanges, report.Notes)
	}
}

// A second answer on a stream, which a client with fewer scruples may give to somebody else, makes faults of correct answers with both
// engines.
func TestUnaskedAnswersOverHTTP2(t *testing.T) {
	t.Parallel()
	for _, kind := range []engine.Kind{engine.Lean, engine.Vegeta} {
		r, config := served(t, nil)
		server, err := rogue.Start(r.Handler(), wayOf(t, "headers-after-end"), 20)
		if err != nil {
			t.Fatal(err)
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(server.CA())
		config.Target.APIServers = []string{server.URL()}
		config.Plan = brief(loadgen.Mix{Login: 1})
		config.Plan.Engine = kind
		report := run(t, config)
		server.Close()
		found := slices.ContainsFunc(report.Errors, func(e benchmark.ErrorCount) bool {
			return e.Verdict == "fault" && e.Reason == "the server sent data that no request asked for"
		})
		if report.Exchanges.Faults == 0 || report.Exchanges.UnaskedAnswers != report.Exchanges.Faults || !found || report.Exchanges.Accepted == 0 {
			t.Errorf("%s: %+v %+v", kind, report.Exchanges, report.Errors)
		}
	}
}
