package reach_test

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/internal/selfsigned"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
	"github.com/unified-login/assay/suites"
	"github.com/unified-login/assay/targetfile"
)

// A gated is the reference platform and its driver behind something that a plain connection does not pass.
type gated struct {
	dir       string
	api       string // base URL in the target file
	driver    string // URL in the target file
	plain     string // the same without a transport; empty for api
	transport string // the member of the target file, in YAML
	ca        string // the member tls.ca; empty for none
	note      string // that the reports have
	turned    atomic.Int64
}

func (g *gated) turnAway(w http.ResponseWriter) {
	g.turned.Add(1)
	w.WriteHeader(http.StatusForbidden)
}

// pemFile writes a PEM block, or a private key, to a file.
func (g *gated) pemFile(t *testing.T, name, kind string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(g.dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600); err != nil {
		t.Fatal(err)
	}
}

func port(server *httptest.Server) string {
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	return port
}

// gates are ways to the two handlers, that of the platform and that of its driver.
func gates() map[string]func(*testing.T, *gated, [2]http.Handler) {
	serve := func(t *testing.T, handler http.Handler) *httptest.Server {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server
	}
	plain := func(t *testing.T, g *gated, handlers [2]http.Handler) {
		g.api, g.driver = serve(t, handlers[0]).URL, serve(t, handlers[1]).URL
	}
	return map[string]func(*testing.T, *gated, [2]http.Handler){
		"a gateway's key": func(t *testing.T, g *gated, handlers [2]http.Handler) {
			for i, behind := range handlers {
				handlers[i] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Api-Key") != "k3y-of-the-gateway" {
						g.turnAway(w)
						return
					}
					behind.ServeHTTP(w, r)
				})
			}
			plain(t, g, handlers)
			g.transport, g.note = `{headers: {x-api-key: "${GATEWAY_KEY}"}}`, "had the header fields of the target file: X-Api-Key"
		},
		"mutual TLS for another name": func(t *testing.T, g *gated, handlers [2]http.Handler) {
			own, _ := selfsigned.Certificate(t, "platform.example", time.Now().Add(time.Hour))
			clients, clientRoots := selfsigned.Certificate(t, "client.example", time.Now().Add(time.Hour))
			key, err := x509.MarshalPKCS8PrivateKey(clients.PrivateKey)
			if err != nil {
				t.Fatal(err)
			}
			g.pemFile(t, "ca.pem", "CERTIFICATE", own.Certificate[0])
			g.pemFile(t, "client.pem", "CERTIFICATE", clients.Certificate[0])
			g.pemFile(t, "client.key", "PRIVATE KEY", key)
			server := httptest.NewUnstartedServer(handlers[0])
			server.TLS = &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clientRoots}
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports the handshakes without a certificate
			server.StartTLS()
			t.Cleanup(server.Close)
			g.api, g.driver, g.ca = "https://platform.invalid:"+port(server), serve(t, handlers[1]).URL, "ca.pem"
			g.transport = fmt.Sprintf(`{clientCertificate: client.pem, clientKey: client.key, serverName: platform.example, resolve: ["platform.invalid:%s:127.0.0.1"]}`, port(server))
			g.note = "had the client certificate of the target file"
		},
		"a Unix socket": func(t *testing.T, g *gated, handlers [2]http.Handler) {
			l, err := net.Listen("unix", filepath.Join(g.dir, "s"))
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewUnstartedServer(handlers[0])
			server.Listener = l
			server.Start()
			t.Cleanup(server.Close)
			g.api, g.driver, g.transport = "http://platform.invalid", serve(t, handlers[1]).URL, `{unixSocket: s}`
		},
		"a proxy with a password": func(t *testing.T, g *gated, handlers [2]http.Handler) {
			behind := map[string]*url.URL{}
			for i, name := range []string{"platform.invalid", "driver.invalid"} {
				behind[name], _ = url.Parse(serve(t, handlers[i]).URL)
			}
			proxy := serve(t, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(behind[r.In.URL.Hostname()]) }})
			inner := proxy.Config.Handler
			proxy.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if user, password, _ := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth(); user != "u" || password != "pr0xy-secret" {
					w.WriteHeader(http.StatusProxyAuthRequired)
					return
				}
				inner.ServeHTTP(w, r)
			})
			g.api, g.driver = "http://platform.invalid", "http://driver.invalid"
			g.transport = fmt.Sprintf("{proxy: 'http://u:pr0xy-secret@%s'}", proxy.Listener.Addr())
			g.note = "was reached through the proxy http://" + proxy.Listener.Addr().String()
		},
		"HTTP/2 alone, without TLS": func(t *testing.T, g *gated, handlers [2]http.Handler) {
			server := httptest.NewUnstartedServer(handlers[0])
			server.Config.Protocols = new(http.Protocols)
			server.Config.Protocols.SetUnencryptedHTTP2(true)
			server.Start()
			t.Cleanup(server.Close)
			g.api, g.plain, g.driver = "h2c"+strings.TrimPrefix(server.URL, "http"), server.URL, serve(t, handlers[1]).URL
			g.transport, g.note = "{}", "HTTP/2 without TLS"
		},
		"a certificate that nobody signed": func(t *testing.T, g *gated, handlers [2]http.Handler) {
			server := httptest.NewUnstartedServer(handlers[0])
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports the handshakes that the client ends
			server.StartTLS()
			t.Cleanup(server.Close)
			g.api, g.driver, g.transport = server.URL, serve(t, handlers[1]).URL, `{insecure: true}`
			g.note = "nothing shows who answered"
		},
	}
}

// TestTransport: what does not let a plain connection through is passed alike by the suite, the load generator and the driver, and
// no secret of it is in a report.
func TestTransport(t *testing.T) {
	for name, build := range gates() {
		t.Run(name, func(t *testing.T) {
			r, err := reference.New(reference.Options{})
			if err != nil {
				t.Fatal(err)
			}
			g := &gated{dir: t.TempDir()}
			build(t, g, [2]http.Handler{r.Handler(), refdriver.Handler(r.Host(), "")})
			r.SetAPIServer(cmp.Or(g.plain, g.api))
			for i, transport := range []string{g.transport, "{}"} {
				if i == 1 {
					g.api = cmp.Or(g.plain, g.api)
				}
				text := conformanceText(t, g.target(t, r, transport), i == 0)
				if i == 0 && (!strings.Contains(text, g.note) || strings.Contains(text, "k3y-of") || strings.Contains(text, "pr0xy-secret")) {
					t.Errorf("notes without %q, or with a secret: %s", g.note, text)
				}
			}
		})
	}
}

// target reads a target file with a transport.
func (g *gated) target(t *testing.T, r *reference.Reference, transport string) assay.Target {
	t.Helper()
	path := filepath.Join(g.dir, "target.yaml")
	text := fmt.Sprintf("schema: assay.target/1\napiServer: %s\napps: [%s]\npats: {valid: %q}\ndriver: {http: %q}\nprofiles: [login]\ntransport: %s\n",
		g.api, r.Target(g.api).Apps[0], r.Target(g.api).PATs.Valid.Reveal(), g.driver, transport)
	if g.ca != "" {
		text += "tls: {ca: " + g.ca + "}\n"
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	target, err := targetfile.Load(path, func(name string) (string, bool) { return "k3y-of-the-gateway", name == "GATEWAY_KEY" })
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// conformanceText runs the suite and the load generator, which succeed if through is set, and returns the notes of both.
func conformanceText(t *testing.T, target assay.Target, through bool) string {
	t.Helper()
	host, hello, closeHost, err := driver.Open(t.Context(), target, io.Discard)
	if err != nil {
		if through {
			t.Fatal(err)
		}
		return ""
	}
	defer func() { _ = closeHost() }()
	session, err := suites.Open(suites.Config{Target: target, Host: host, Hello: hello, Only: []string{"code.single-use"}, Redactor: transcript.NewRedactor(nil)})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	report := suites.Run(t.Context(), session)
	verdict := assay.Untested
	for _, result := range report.Requirements {
		if result.ID == "code.single-use" {
			verdict = result.Verdict
		}
	}
	if passed := verdict == assay.Pass; passed != through || report.Outcome == conformance.Nonconformant {
		t.Errorf("the suite: %s %s %v, %s", report.Outcome, verdict, phrase.Strings(report.Reasons), phrase.Strings(report.Notes))
	}
	measured, _, err := loadgen.Run(t.Context(), loadgen.Config{Target: target, Host: host, Redactor: transcript.NewRedactor(nil),
		RootCAs: rootsOf(t, target), Plan: loadgen.Plan{Rate: 200, Duration: time.Second / 2, Mix: loadgen.Mix{Login: 1, Replay: 0.1}, Users: 3, Timeout: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	if passed := measured.Exchanges.Accepted > 0 && measured.Exchanges.Faults+measured.Exchanges.Unreachable+measured.Exchanges.Refused == 0; passed != through {
		t.Errorf("the load generator: %s %+v %v", measured.Outcome, measured.Exchanges, phrase.Strings(measured.Notes))
	}
	if through && report.Target.Insecure != target.Transport.Insecure || measured.Target.Insecure != target.Transport.Insecure {
		t.Error("the reports do not say whether certificates were checked")
	}
	return strings.Join(append(phrase.Strings(report.Notes), phrase.Strings(measured.Notes)...), "\n")
}

func rootsOf(t *testing.T, target assay.Target) *x509.CertPool {
	t.Helper()
	roots, err := target.TLS.Roots()
	if err != nil {
		t.Fatal(err)
	}
	return roots
}
