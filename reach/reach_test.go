package reach

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

func TestParseProxy(t *testing.T) {
	for text, ok := range map[string]bool{
		"http://proxy:3128": true, "https://u:p@proxy": true, "socks5://proxy:1080": true, "socks5h://[::1]:1080/": true,
		"proxy:3128": false, "": false, "ftp://proxy": false, "http://proxy/path": false, "http://proxy?x=1": false, "http://": false,
		"http://u:s3cr\x7ft@": false,
	} {
		_, err := ParseProxy(text)
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cr") {
			t.Errorf("the error quotes the URL: %v", err)
		}
	}
}

// The transport's proxy counts, not the environment's.
func TestProxyOf(t *testing.T) {
	server := &url.URL{Scheme: "http", Host: "platform.example"}
	for written, want := range map[assay.Secret]string{
		"http://user:s3cret@proxy:3128": "http://proxy:3128", assay.DirectProxy: "", "": "",
	} {
		route, err := New(nil, assay.Transport{Proxy: written})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := route.ProxyOf(server); got != want || err != nil {
			t.Errorf("%q %v, want %q", got, err, want)
		}
	}
}

func TestCertificateErrors(t *testing.T) {
	dir := t.TempDir()
	for want, transport := range map[string]assay.Transport{
		"transport.clientKey needs a transport.clientCertificate": {ClientKey: filepath.Join(dir, "no.key")},
		"transport.clientCertificate cannot be read":              {ClientCertificate: filepath.Join(dir, "no.pem")},
		"are no pair in PEM": {ClientCertificate: "reach_test.go"},
	} {
		if _, err := New(nil, transport); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Where a target names addresses, no name is looked up.
func TestResolve(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Host)) }))
	defer server.Close()
	at := netip.MustParseAddrPort(server.Listener.Addr().String())
	name := "platform.invalid:" + strings.TrimPrefix(at.String(), at.Addr().String()+":")
	route, err := New(nil, assay.Transport{Resolve: map[string][]netip.Addr{name: {at.Addr()}}})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := route.DialContext(t.Context(), "tcp", strings.ToUpper(name))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

// The port is that of the scheme where the URL names none.
func TestAddressOfAServer(t *testing.T) {
	for server, want := range map[string]string{
		"https://api.example": "api.example:443", "http://api.example/base": "api.example:80", "http://[::1]:81": "[::1]:81",
		"https://api.example:8443": "api.example:8443", "http://a b": "",
	} {
		if got := Address(server); got != want {
			t.Errorf("%s: %s, want %s", server, got, want)
		}
	}
}
