package main

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/selfsigned"
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
		got := transportWarnings(test.target, now.Add(test.after))
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
