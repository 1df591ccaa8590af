package engine

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
)

// A proxy that opens no tunnel is named, with the status of its answer.
func TestProxyThatRefusesIsNamed(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	defer proxy.Close()
	for server, text := range map[string]string{
		"https://platform.invalid": "no connection: the proxy answered CONNECT with status 407",
		"http://platform.invalid":  "no connection: the proxy wants a user name and password, by status 407",
	} {
		e, err := newAuto(Vegeta, []string{server}, insecure(t, assay.Transport{Proxy: assay.Secret(proxy.URL)}), 1, Reuse{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		route, err := NewRoute(server, assay.Login, "fc1", "pat", nil)
		if err != nil {
			t.Fatal(err)
		}
		var request Request
		request.Set(route, "a-code")
		want := assay.Failure{Kind: assay.ProxyFailed, Text: text}
		if got := e.Connection(0).Exchange(&request, time.Minute).Failure; got != want {
			t.Errorf("%s: %+v, want %+v", server, got, want)
		}
	}
}

// A network on the way that answers in place of the server is named by both engines.
func TestANetworkThatDemandsALogin(t *testing.T) {
	network := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNetworkAuthenticationRequired) }))
	defer network.Close()
	for _, name := range []Kind{Lean, Vegeta} {
		e, err := newAuto(name, []string{network.URL}, direct, 1, Reuse{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		if got := e.Connection(0).Exchange(newRequest(t, strings.TrimPrefix(network.URL, "http://")), time.Minute).Failure; !failures.WantsLogin(got) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// The protocol is the one that was spoken: a server behind a proxy may not speak HTTP/2.
func TestTheProtocolBehindAProxy(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	e, err := newAuto(Vegeta, []string{server.URL}, direct, 1, Reuse{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	e.transport.http.DialTLSContext, e.transport.http.TLSClientConfig = nil, server.Client().Transport.(*http.Transport).TLSClientConfig
	route, err := NewRoute(server.URL, assay.Login, "fc1", "pat", nil)
	if err != nil {
		t.Fatal(err)
	}
	var request Request
	request.Set(route, "a-code")
	if a := e.Connection(0).Exchange(&request, time.Minute); a.Failed() {
		t.Fatal(a.Failure)
	}
	if e.Protocol() != "HTTP/1.1" {
		t.Errorf("%s was spoken", e.Protocol())
	}
}
