package client_test

import (
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c" //nolint:staticcheck // net/http knows no "Upgrade: h2c"

	"github.com/unified-login/assay/suites/client"
)

// TestConnectionChangesToHTTP2 where the server agrees, and then sends every request as a stream.
func TestConnectionChangesToHTTP2(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Seen", strings.Join([]string{r.Proto, r.Header.Get("Authorization"), r.Host, r.URL.RequestURI()}, " "))
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.Copy(w, r.Body)
	})
	for name, handler := range map[string]http.Handler{"HTTP/2.0": h2c.NewHandler(answer, new(http2.Server)), "HTTP/1.1": answer} { //nolint:staticcheck // net/http knows no "Upgrade: h2c"
		server := httptest.NewServer(handler)
		defer server.Close()
		conn := open(t, patient, server.URL).Connect(0)
		defer conn.Close()
		host := strings.TrimPrefix(server.URL, "http://")
		for i, test := range []struct {
			pat  string
			bend client.Bend
		}{{"Bearer pat-1", client.ToHTTP2()}, {"", client.NoAuthorization()}, {"Bearer pat-1", client.Query("a=1")}} {
			x := conn.Do(t.Context(), valid().With(test.bend))
			if x.Failed() || x.Response.Status != http.StatusTeapot || string(x.Response.Body) != string(x.Request.Body) {
				t.Fatalf("%s, request %d: %s, %+v", name, i, x.Failure, x.Response)
			}
			proto := name
			if i == 0 && name == "HTTP/2.0" {
				proto = "HTTP/1.1" // so the server says of the request that asked
			}
			seen := x.Response.Header.Get("X-Seen")
			if !strings.HasPrefix(seen, proto+" "+test.pat+" "+host+" ") || x.Response.Proto != name {
				t.Errorf("%s, request %d: %q, answered in %s", name, i, seen, x.Response.Proto)
			}
		}
		if conn.Switched() != (name == "HTTP/2.0") || conn.Ended() {
			t.Errorf("%s: changed %v, ended %v", name, conn.Switched(), conn.Ended())
		}
	}
}

// TestWrongHTTP2 is what a server may send behind its consent: the exchange fails.
func TestWrongHTTP2(t *testing.T) {
	const agreed = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
	frame := func(kind, flags byte, stream uint32, payload string) string {
		head := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}
		return string(binary.BigEndian.AppendUint32(head, stream)) + payload
	}
	for name, sent := range map[string]string{
		"HTTP/1.1":         whole("200 OK", okBody),
		"nothing":          "",
		"a reset":          frame(3, 0, 1, "\x00\x00\x00\x01"),
		"the end":          frame(7, 0, 0, "\x00\x00\x00\x00\x00\x00\x00\x01"),
		"too many frames":  strings.Repeat(frame(4, 1, 0, ""), 2000),
		"too large":        frame(0, 1, 1, strings.Repeat("x", 20000)),
		"no status":        frame(1, 5, 1, "\x00\x01a\x01b"),
		"no header at all": frame(0, 1, 1, "{}"),
	} {
		c := open(t, patient, listen(t, func(p peer) {
			p.request()
			p.send(agreed + sent)
		}))
		conn := c.Connect(0)
		if x := conn.Do(t.Context(), valid().With(client.ToHTTP2())); !x.Failed() || !conn.Ended() {
			t.Errorf("%s: %+v, ended %v", name, x.Response, conn.Ended())
		}
		conn.Close()
	}
}

// TestHostIsSent in place of that of the URL.
func TestHostIsSent(t *testing.T) {
	hosts := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { hosts <- r.Host }))
	defer server.Close()
	c := open(t, patient, server.URL)
	conn := c.Connect(0)
	defer conn.Close()
	for host, want := range map[string]string{"": strings.TrimPrefix(server.URL, "http://"), "LOCALHOST:80": "LOCALHOST:80"} {
		request := valid()
		if host != "" {
			request = request.With(client.Header("Host", host))
		}
		for _, x := range []func() bool{
			func() bool { return c.Do(t.Context(), request).Failed() }, func() bool { return conn.Do(t.Context(), request).Failed() },
		} {
			if x() {
				t.Fatal("no answer")
			}
			if got := <-hosts; got != want {
				t.Errorf("%q, not %q", got, want)
			}
		}
	}
}
