//go:build !race

package suites_test

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// TestEveryReplicaIsTried adds a second API server to the reference's: a gateway that accepts every PAT, because it
// replaces it with the valid one.
func TestEveryReplicaIsTried(t *testing.T) {
	config := serve(t, reference.Options{})
	origin, err := url.Parse(config.Target.APIServers[0])
	if err != nil {
		t.Fatal(err)
	}
	valid := config.Target.PATs.Valid.Reveal()
	gateway := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(origin)
		r.Out.Header.Set("Authorization", "Bearer "+valid)
	}})
	defer gateway.Close()
	config.Only = []string{"pat.*", "code.single-use"}
	for name, test := range map[string]struct {
		servers []string
		want    assay.Verdict
	}{
		"the reference alone": {config.Target.APIServers, assay.Pass},
		"and the gateway":     {append(config.Target.APIServers, gateway.URL), assay.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			config := config
			config.Target.APIServers = test.servers
			report := suites.Run(t.Context(), open(t, config))
			result, _ := report.Result("pat.unknown")
			if result.Verdict != test.want {
				t.Errorf("pat.unknown: %s, not %s: %s", result.Verdict, test.want, result.Reason)
			}
			if test.want == assay.Fail && !strings.Contains(result.Findings[0].Situation, "API server 2") {
				t.Errorf("found at %q", result.Findings[0].Situation)
			}
			if used, _ := report.Result("code.single-use"); used.Verdict != assay.Pass {
				t.Errorf("code.single-use: %s: %v", used.Verdict, used.Findings)
			}
		})
	}
}
