package client_test

import (
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// behind runs a process that makes a valid exchange with server, with these variables and no other proxy settings, and
// returns its output.
func behind(t *testing.T, server string, environment ...string) string {
	t.Helper()
	itself, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), itself)
	command.Env = []string{proxied + "=" + server}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); !strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return string(output)
}

// A tunnel is a proxy that connects every CONNECT to one server and records what the client sends.
type tunnel struct {
	to   string
	mu   sync.Mutex
	seen strings.Builder
}

func (p *tunnel) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.Write(b)
}

func (p *tunnel) saw() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.String()
}

func (p *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(p, r.Method+" "+r.Host+" "+r.Header.Get("Proxy-Authorization")+r.Header.Get("Authorization")+"\n")
	if r.Method != http.MethodConnect {
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusOK)
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(conn, server)
		_ = conn.Close()
	}()
	_, _ = io.Copy(io.MultiWriter(server, p), buffered)
	_ = server.Close()
}

// TestProxyTunnels: a proxy cannot read an exchange over TLS, which uses HTTP/2 as it does without a proxy. Only the proxy
// receives the proxy's password.
func TestProxyTunnels(t *testing.T) {
	var mu sync.Mutex
	var came []http.Header
	server, _ := serveTLS(t, true, nil, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		came = append(came, r.Header)
		mu.Unlock()
		answerOK(w, r)
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	p := &tunnel{to: server.Listener.Addr().String()}
	proxy := httptest.NewServer(p)
	t.Cleanup(proxy.Close)
	url := strings.Replace(proxy.URL, "http://", "http://user:canary@", 1)
	// The certificate is for example.com; the proxy connects that name to this machine.
	if output := behind(t, "https://example.com", "HTTPS_PROXY="+url, authority+"="+ca); output != okBody+" HTTP/2.0" {
		t.Error(output)
	}
	if !strings.HasPrefix(p.saw(), "CONNECT example.com:443 Basic ") || strings.Contains(p.saw(), "pat-1") ||
		strings.Contains(p.saw(), "c0de") {
		t.Errorf("the proxy saw %.80q", p.saw())
	}
	if len(came) != 1 || came[0].Get("Authorization") != "Bearer pat-1" || came[0].Get("Proxy-Authorization") != "" {
		t.Errorf("the server saw %v", came)
	}
}

// TestProxyFails: the failure names the proxy and not its password.
func TestProxyFails(t *testing.T) {
	p := &tunnel{to: "127.0.0.1:1"}
	proxy := httptest.NewServer(p)
	t.Cleanup(proxy.Close)
	for name, test := range map[string]struct{ server, variable, want string }{
		"gone":           {"http://platform.invalid", "HTTP_PROXY=http://u:canary@127.0.0.1:1", "no connection: the proxy: connection refused"},
		"gone, with TLS": {"https://platform.invalid", "HTTPS_PROXY=http://u:canary@127.0.0.1:1", "no connection: the proxy: connection refused"},
		"refuses":        {"https://platform.invalid", "HTTPS_PROXY=" + proxy.URL, "no connection: the proxy answered CONNECT with status 403"},
		"asks":           {"http://platform.invalid", "HTTP_PROXY=" + proxy.URL, "no connection: the proxy wants a user name and password, by status 407"},
		"not for https":  {"http://127.0.0.1:1", "HTTP_PROXY=" + proxy.URL, "no connection: connection refused"},
	} {
		if output := behind(t, test.server, test.variable); output != test.want {
			t.Errorf("%s: %q, want %q", name, output, test.want)
		}
	}
	before := p.saw()
	if output := behind(t, "http://platform.invalid", "HTTP_PROXY="+proxy.URL, "NO_PROXY=.invalid"); !strings.Contains(output, "lookup platform.invalid") {
		t.Errorf("with NO_PROXY: %q", output)
	}
	if p.saw() != before {
		t.Error("the proxy was used although NO_PROXY excludes it")
	}
}
