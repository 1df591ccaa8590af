package client_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// proxied is set in a process that uses a proxy; its value is the server. authority names the file of the certificate that
// the process trusts.
const (
	proxied   = "ASSAY_TEST_PROXIED"
	authority = "ASSAY_TEST_AUTHORITY"
)

func TestMain(m *testing.M) {
	if server := os.Getenv(proxied); server != "" {
		roots := x509.NewCertPool()
		pem, _ := os.ReadFile(os.Getenv(authority)) // it is optional
		roots.AppendCertsFromPEM(pem)
		x := client.New(client.Options{Servers: []string{server}, RootCAs: roots}).Do(context.Background(), valid())
		_, _ = io.WriteString(os.Stdout, x.Failure.String())
		if x.Response != nil {
			_, _ = os.Stdout.Write(x.Response.Body)
		}
		if x.Response != nil && x.Response.TLS != "" {
			_, _ = io.WriteString(os.Stdout, " "+x.Response.Proto)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serveTLS serves valid answers over TLS until the test ends.
func serveTLS(t *testing.T, http2 bool, config *tls.Config, handler http.HandlerFunc) (*httptest.Server, *x509.CertPool) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2, server.TLS = http2, config
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server, roots
}

func answerOK(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, okBody) }

func TestSecureConnections(t *testing.T) {
	for name, test := range map[string]struct {
		http2   bool
		version uint16
		proto   string
		tls     string
	}{
		"HTTP/2 by ALPN":        {true, tls.VersionTLS13, "HTTP/2.0", "TLS 1.3"},
		"HTTP/2 over TLS 1.2":   {true, tls.VersionTLS12, "HTTP/2.0", "TLS 1.2"},
		"HTTP/1.1 over TLS 1.3": {false, tls.VersionTLS13, "HTTP/1.1", "TLS 1.3"},
		"an old version":        {false, tls.VersionTLS10, "HTTP/1.1", "TLS 1.0"},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var headers []http.Header
			config := &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: test.version}
			server, roots := serveTLS(t, test.http2, config, func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				headers = append(headers, r.Header)
				mu.Unlock()
				answerOK(w, r)
			})
			c := dial(t, client.Options{Servers: []string{server.URL}, RootCAs: roots, Timeout: patient})
			for range 3 {
				x := c.Do(t.Context(), valid().With(client.NoAuthorization(), func(r *client.Request) { r.Header.Del("User-Agent") }))
				if assay.Judge(x).Result != assay.Accepted || x.Response.Proto != test.proto || x.Response.TLS != test.tls {
					t.Fatalf("failure %q, response %+v", x.Failure, x.Response)
				}
			}
			for _, x := range race(t, c, valid(), valid(), valid(), valid()) {
				if assay.Judge(x).Result != assay.Accepted {
					t.Errorf("in a race: failure %q", x.Failure)
				}
			}
			for _, leaked := range []string{"Authorization", "User-Agent", "Accept-Encoding", "Accept"} {
				if _, there := headers[0][leaked]; there {
					t.Errorf("%s was sent: %v", leaked, headers[0])
				}
			}
		})
	}
}

func TestUnknownAuthority(t *testing.T) {
	server, _ := serveTLS(t, false, nil, answerOK)
	plain := httptest.NewServer(http.HandlerFunc(answerOK))
	t.Cleanup(plain.Close)
	for url, failure := range map[string]string{
		server.URL: "no connection: the server's certificate is of an unknown authority: tls: failed to verify certificate",
		strings.Replace(plain.URL, "http:", "https:", 1): "no connection: the server does not speak TLS: tls: first record does not look like a TLS handshake",
	} {
		x := open(t, patient, url).Do(t.Context(), valid())
		if !strings.HasPrefix(x.Failure.String(), failure) || x.Response != nil {
			t.Errorf("failure %q, want %q", x.Failure, failure)
		}
	}
}

// TestHTTP2Hostile: an aborted stream and one without an answer fail as they do on HTTP/1.1.
func TestHTTP2Hostile(t *testing.T) {
	server, roots := serveTLS(t, true, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			<-r.Context().Done()
			return
		}
		_, _ = io.WriteString(w, okBody[:10])
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		panic(http.ErrAbortHandler)
	})
	c := dial(t, client.Options{Servers: []string{server.URL}, RootCAs: roots, Timeout: timeout})
	if x := c.Do(t.Context(), valid()); !x.Failed() || x.Response == nil || assay.Judge(x).Result != assay.Inconclusive {
		t.Errorf("an aborted stream: failure %q, response %+v", x.Failure, x.Response)
	}
	if x := c.Do(t.Context(), valid().With(client.Method(http.MethodPut))); x.Failure.String() != timedOut {
		t.Errorf("a silent stream: failure %q", x.Failure)
	}
}

// TestProxy runs the client in a separate process, because net/http reads the environment only once.
func TestProxy(t *testing.T) {
	var mu sync.Mutex
	var received []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		received = append(received, r.Method+" "+r.URL.String())
		mu.Unlock()
		answerOK(w, r)
	}))
	t.Cleanup(proxy.Close)
	if output := behind(t, "http://platform.invalid", "HTTP_PROXY="+proxy.URL); output != okBody {
		t.Error(output)
	}
	if len(received) != 1 || received[0] != "POST http://platform.invalid"+loginPath {
		t.Errorf("the proxy received %q", received)
	}
}

// TestCutWithoutAWord: where only the end of the connection ends a body, TLS says whether somebody in between may have ended it. A
// whole answer counts all the same, because many servers do not say so.
func TestCutWithoutAWord(t *testing.T) {
	half := okBody[:len(okBody)/2]
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for name, test := range map[string]struct {
			body   string
			said   bool
			broken bool
		}{
			"a half, cut":       {half, false, true},
			"a half, announced": {half, true, false},
			"the whole, cut":    {okBody, false, false},
		} {
			server, roots := serveTLS(t, false, &tls.Config{MinVersion: version, MaxVersion: version}, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				conn, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"+test.body)
				if secure, isTLS := conn.(*tls.Conn); isTLS && !test.said {
					_ = secure.NetConn().Close()
				}
				_ = conn.Close()
			})
			x := dial(t, client.Options{Servers: []string{server.URL}, RootCAs: roots, Timeout: patient}).Do(t.Context(), valid())
			if broken := x.Failure.Kind == assay.BrokenOff; broken != test.broken || x.Failed() && !broken || x.Response == nil || string(x.Response.Body) != test.body {
				t.Errorf("%s in %s: failure %q, response %+v", name, tls.VersionName(version), x.Failure, x.Response)
			}
		}
	}
}
