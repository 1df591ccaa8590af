package main

import (
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/selfsigned"
	"github.com/unified-login/assay/reports/phrase"
)

// Warnings are about what a user may not have meant, and show no secret.
func TestTransportWarnings(t *testing.T) {
	now := time.Now()
	made, _ := selfsigned.Certificate(t, "client.example", now.Add(time.Hour))
	key, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "client.pem")
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	headers := map[string]assay.Secret{"X-Key": "s3cret"}
	for name, test := range map[string]struct {
		target assay.Target
		after  time.Duration
		want   []string
	}{
		"plain":             {assay.Target{APIServers: []string{"http://api.example"}}, 0, nil},
		"insecure":          {assay.Target{Transport: assay.Transport{Insecure: true}}, 0, []string{"transport.insecure"}},
		"headers over TLS":  {assay.Target{APIServers: []string{"https://api.example"}, Transport: assay.Transport{Headers: headers}}, 0, nil},
		"headers, loopback": {assay.Target{APIServers: []string{"http://127.0.0.1:1", "http://[::1]", "http://localhost"}, Transport: assay.Transport{Headers: headers}}, 0, nil},
		"headers, a socket": {assay.Target{APIServers: []string{"http://api.example"}, Transport: assay.Transport{Headers: headers, UnixSocket: "s"}}, 0, nil},
		"headers": {assay.Target{APIServers: []string{"http://api.example:80"}, Driver: assay.DriverConfig{HTTP: "http://u:s3cret@driver.example/?s3cret"},
			Transport: assay.Transport{Headers: headers}}, 0, []string{"to api.example:80 without TLS", "to driver.example without TLS"}},
		"a valid certificate":        {assay.Target{Transport: assay.Transport{ClientCertificate: file}}, 0, nil},
		"an expired certificate":     {assay.Target{Transport: assay.Transport{ClientCertificate: file}}, 2 * time.Hour, []string{"has expired on"}},
		"a certificate of to-morrow": {assay.Target{Transport: assay.Transport{ClientCertificate: file}}, -9000 * time.Hour, []string{"is not valid before"}},
	} {
		got := phrase.Strings(transportWarnings(test.target, now.Add(test.after)))
		if len(got) != len(test.want) || strings.Contains(strings.Join(got, ""), "s3cret") {
			t.Errorf("%s: %q", name, got)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: %q, want %q", name, got[i], want)
			}
		}
	}
}

// What somebody wrote about connections and no connection uses is warned of, without its value.
func TestUnusedWarnings(t *testing.T) {
	there := []netip.Addr{netip.MustParseAddr("192.0.2.1")}
	resolve := func(names ...string) assay.Transport {
		all := map[string][]netip.Addr{}
		for _, name := range names {
			all[name] = there
		}
		return assay.Transport{Resolve: all}
	}
	api := []string{"https://API.example"}
	for name, test := range map[string]struct {
		target assay.Target
		env    string // NAME=VALUE
		want   string // of the only warning
	}{
		"a server's":        {assay.Target{APIServers: api, Transport: resolve("api.example:443")}, "", ""},
		"a driver's":        {assay.Target{APIServers: api, Driver: assay.DriverConfig{HTTP: "http://d.example:81/x"}, Transport: resolve("d.example:81")}, "", ""},
		"a key set's":       {assay.Target{APIServers: api, Declares: assay.Declarations{JWKS: "https://keys.example/jwks"}, Transport: resolve("keys.example:443")}, "", ""},
		"any host":          {assay.Target{APIServers: api, Transport: resolve("*:443")}, "", ""},
		"another port":      {assay.Target{APIServers: api, Transport: resolve("api.example:8443")}, "", "has an address for api.example:8443, and no server of the target is there; write the host and the port of one, like api.example:443"},
		"any host, no port": {assay.Target{APIServers: api, Transport: resolve("*:80")}, "", "has an address for *:80"},
		"beside a socket":   {assay.Target{APIServers: api, Transport: assay.Transport{UnixSocket: "s", Resolve: resolve("api.example:443").Resolve}}, "", "has an address for api.example:443"},
		"a proxy's": {assay.Target{APIServers: api, Transport: assay.Transport{Proxy: "http://proxy.example:3128",
			Resolve: resolve("proxy.example:3128").Resolve}}, "", ""},
		"a proxy":                   {assay.Target{APIServers: api}, "HTTPS_PROXY=http://u:s3cret@proxy:3128", ""},
		"a proxy without a scheme":  {assay.Target{APIServers: api}, "https_proxy=proxy:3128", ""},
		"no proxy":                  {assay.Target{APIServers: api}, "HTTPS_PROXY=http://u:s3cret@proxy:port", "HTTPS_PROXY is not the URL of a proxy; write one like http://proxy.example:3128"},
		"no host":                   {assay.Target{APIServers: api}, "https_proxy=http://", "https_proxy is not the URL of a proxy"},
		"of another scheme":         {assay.Target{APIServers: api}, "HTTP_PROXY=:s3cret", ""},
		"loopback":                  {assay.Target{APIServers: []string{"http://127.0.0.1:80"}}, "HTTP_PROXY=:s3cret", ""},
		"the target's proxy counts": {assay.Target{APIServers: api, Transport: assay.Transport{Proxy: assay.DirectProxy}}, "HTTPS_PROXY=:s3cret", ""},
	} {
		got := phrase.Strings(unusedWarnings(test.target, func(variable string) (string, bool) {
			set, value, _ := strings.Cut(test.env, "=")
			if set != variable {
				return "", false
			}
			return value, true
		}))
		said := strings.Join(got, "\n")
		if (said == "") != (test.want == "") || !strings.Contains(said, test.want) || len(got) > 1 || strings.Contains(said, "s3cret") {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
