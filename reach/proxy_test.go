package reach

import (
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

func serveTLS(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, route *Route, address string) string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{Proxy: route.Proxy, DialContext: route.DialContext, TLSClientConfig: route.TLS(""),
		ForceAttemptHTTP2: true, Protocols: route.Protocols()}}
	defer client.CloseIdleConnections()
	response, err := client.Get(address)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return string(body)
}

// A proxy over TLS is spoken to in HTTP/1.1, although it speaks HTTP/2 too, and by its own name, whatever that of the servers is.
func TestProxyOverTLS(t *testing.T) {
	server := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, "server ", r.TLS.ServerName, r.ProtoMajor)
	})
	proxy := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			_, _ = fmt.Fprint(w, "proxy ", r.URL.Host, r.ProtoMajor, r.Header.Get("Proxy-Authorization") != "")
			return
		}
		to, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		w.WriteHeader(http.StatusOK)
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		go func() {
			_, _ = io.Copy(conn, to)
			_ = conn.Close()
		}()
		_, _ = io.Copy(to, buffered)
		_ = to.Close()
	})
	roots := x509.NewCertPool()
	roots.AddCert(proxy.Certificate())
	var route *Route
	for _, name := range []string{"other.invalid", "example.com"} {
		var err error
		route, err = New(roots, assay.Transport{ServerName: name, Proxy: assay.Secret(strings.Replace(proxy.URL, "https://", "https://u:p@", 1))})
		if err != nil {
			t.Fatal(err)
		}
		if got := get(t, route, "http://platform.invalid"); got != "proxy platform.invalid1 true" {
			t.Error(got)
		}
	}
	if got := get(t, route, "https://platform.invalid"); got != "server example.com2" {
		t.Error(got)
	}
	if name := route.Way("http://platform.invalid").Proxy; name != proxy.URL {
		t.Errorf("the proxy's name is %s", name)
	}
	other, err := New(x509.NewCertPool(), assay.Transport{Proxy: assay.Secret(proxy.URL)})
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, other, "http://platform.invalid"); !strings.Contains(got, "unknown authority") {
		t.Errorf("the proxy's certificate is not checked: %s", got)
	}
}

// HTTP/2 without TLS does not pass an HTTP proxy: net/http would speak it to the proxy.
func TestNoH2CThroughAProxy(t *testing.T) {
	for proxy, refused := range map[assay.Secret]bool{"http://proxy.invalid:80": true, "socks5://proxy.invalid:80": false} {
		route, err := New(nil, assay.Transport{Proxy: proxy, PriorKnowledge: true})
		if err != nil {
			t.Fatal(err)
		}
		server, _ := url.Parse("http://platform.invalid")
		if _, err := route.Proxy(&http.Request{URL: server}); (err != nil) != refused {
			t.Errorf("%s: %v", proxy.Reveal(), err)
		}
	}
}

// The addresses behind a proxy are the proxy's: another one of them is no other server.
func TestTogetherBehindAProxy(t *testing.T) {
	route, err := New(nil, assay.Transport{Proxy: "http://proxy.invalid:80"})
	if err != nil {
		t.Fatal(err)
	}
	if !route.Together("http://platform.invalid")("192.0.2.1") {
		t.Error("an address of a proxy counts as that of a server")
	}
}

// What names one server does not count for another, and its header fields are for the API servers.
func TestElsewhere(t *testing.T) {
	server := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, "keys", len(r.Header.Values("X-Key")))
	})
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	route, err := New(roots, assay.Transport{ServerName: "other.invalid", UnixSocket: "/nowhere", PriorKnowledge: true, Headers: map[string]assay.Secret{"X-Key": "k"}})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := route.Elsewhere()
	if got := get(t, elsewhere, server.URL); got != "keys0" || len(elsewhere.Header()) > 0 {
		t.Error(got)
	}
}
