package engine

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// A proxy that opens no tunnel is named, with the status of its answer.
func TestProxyThatRefusesIsNamed(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	defer proxy.Close()
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newAuto([]string{"https://platform.invalid"}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	e.servers[0].netHTTP, e.transport.http.Proxy = true, http.ProxyURL(address)
	route, err := NewRoute("https://platform.invalid", assay.Login, "fc1", "pat")
	if err != nil {
		t.Fatal(err)
	}
	var request Request
	request.Set(route, "a-code")
	want := assay.Failure{Kind: assay.ProxyFailed, Text: "no connection: the proxy answered CONNECT with status 407"}
	if got := e.Connection(0).Exchange(&request, time.Minute).Failure; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
