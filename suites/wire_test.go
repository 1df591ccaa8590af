package suites_test

import (
	"compress/gzip"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
	"github.com/unified-login/assay/targetfile"
)

// compressing is next, with compressed answers to login for requests that accept them.
func compressing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" || !strings.HasSuffix(r.URL.Path, "/login") {
			next.ServeHTTP(w, r)
			return
		}
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		for name, values := range whole.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(whole.Code)
		compressor := gzip.NewWriter(w)
		_, _ = io.Copy(compressor, whole.Body)
		_ = compressor.Close()
	})
}

// targetOver is read from a target file that names the server and its certificate as the CA.
func targetOver(t *testing.T, server *httptest.Server, like assay.Target) assay.Target {
	t.Helper()
	dir := t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	file := strings.Join([]string{"schema: assay.target/1", "apiServer: " + server.URL, "apps: [" + strings.Join(like.Apps, ", ") + "]",
		"pats: {valid: " + like.PATs.Valid.Reveal() + "}", "tls: {ca: ca.pem}", ""}, "\n")
	for name, text := range map[string][]byte{"ca.pem": ca, "t.yaml": []byte(file)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	target, err := targetfile.Load(filepath.Join(dir, "t.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// TestWireForms: the record shows what was negotiated, over TLS with a private CA that the target file names.
func TestWireForms(t *testing.T) {
	for name, test := range map[string]struct {
		http2, closing bool
		want           []string
	}{
		"HTTP/2 by ALPN": {true, false, []string{"a body of no stated length is exchanged", "HTTP/2.0, TLS 1.3, connections are kept alive"}},
		"HTTP/1.1":       {false, false, []string{"a chunked body is exchanged", "HTTP/1.1, TLS 1.3, connections are kept alive"}},
		"closing":        {false, true, []string{"HTTP/1.1, TLS 1.3, connections are not kept alive"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := reference.New(reference.Options{})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewUnstartedServer(compressing(r.Handler()))
			server.EnableHTTP2 = test.http2
			server.Config.SetKeepAlivesEnabled(!test.closing)
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports unused connections
			server.StartTLS()
			defer server.Close()
			r.SetAPIServer(server.URL)
			target := targetOver(t, server, r.Target(server.URL))
			host, hello, err := driver.Greet(t.Context(), r.Host())
			if err != nil {
				t.Fatal(err)
			}
			report := suites.Run(t.Context(), open(t, suites.Config{Target: target, Host: host, Hello: hello, Only: []string{"http.wire-forms", "http.tls"}}))
			result, _ := report.Result("http.wire-forms")
			for _, want := range append(test.want, "answers are compressed when asked", "answers are not compressed when asked") {
				if !strings.Contains(result.Reason.String(), want) {
					t.Errorf("%s: %q lacks %q; %s", result.Verdict, result.Reason, want, report.Error)
				}
			}
		})
	}
}
