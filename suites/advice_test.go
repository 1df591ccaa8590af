package suites

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
)

// A server that speaks HTTP/1.1 alone speaks HTTP: h2c was wrong. It is seen either by the server's answer or by the end of the
// connection, whichever is faster.
func TestAdviceOnH2C(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	for prior, want := range map[bool]phrase.Key{true: phrase.HintNoH2C, false: phrase.HintRunning} {
		route, err := reach.New(nil, assay.Transport{PriorKnowledge: prior})
		if err != nil {
			t.Fatal(err)
		}
		c := client.New(client.Options{Servers: []string{server.URL}, Route: route})
		defer c.Close()
		x := c.Do(t.Context(), client.Exchange(assay.Code{Kind: assay.Login, AppID: "a", Code: "c"}, "pat"))
		if got, want := advice(x.Failure, prior).String(), phrase.Say(want).String(); got != want {
			t.Errorf("%t: %q, want %q", prior, got, want)
		}
	}
}

func TestAdviceOnH2CThatBreaksOff(t *testing.T) {
	for _, failed := range []assay.Failure{
		{Kind: assay.NotHTTP, Detail: "http2: client conn could not be established"}, {Kind: assay.BrokenOff, Text: "broken pipe"},
	} {
		if got := advice(failed, true).String(); got != phrase.Say(phrase.HintNoH2C).String() {
			t.Errorf("%v: %q", failed, got)
		}
		if got := advice(failed, false).String(); got == phrase.Say(phrase.HintNoH2C).String() {
			t.Errorf("%v without prior knowledge: %q", failed, got)
		}
	}
}

// A name that the target file leads to this machine says nothing about TLS at the public service.
func TestNamesThatLeadToLoopback(t *testing.T) {
	v4, v6, other := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1"), netip.MustParseAddr("192.0.2.1")
	way := assay.Transport{Resolve: map[string][]netip.Addr{"a.example:80": {v4, v6}, "b.example:80": {v4, other}, "*:81": {v6}}}
	for server, want := range map[string]bool{
		"http://a.example": true, "http://b.example": false, "http://c.example": false, "http://c.example:81/base": true, "https://a.example": false,
	} {
		if leadsToLoopback(way, server) != want {
			t.Errorf("%s: not %t", server, want)
		}
	}
}
