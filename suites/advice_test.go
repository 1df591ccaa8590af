package suites

import (
	"io"
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

// A server whose answer has two lengths speaks HTTP, so that neither https nor another port helps.
func TestAdviceOnLengths(t *testing.T) {
	for answer, want := range map[string]phrase.Key{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}": phrase.HintFraming,
		"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}":                   phrase.HintFraming,
		"220 mail.example ESMTP\r\n":                                          phrase.HintNotHTTP,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}))
		c := client.New(client.Options{Servers: []string{server.URL}, Route: reach.Plain(nil)})
		x := c.Do(t.Context(), client.Exchange(assay.Code{Kind: assay.Login, AppID: "a", Code: "c"}, "pat"))
		if got, want := advice(x.Failure, false).String(), phrase.Say(want).String(); got != want {
			t.Errorf("%q: %q, want %q", answer, got, want)
		}
		c.Close()
		server.Close()
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
