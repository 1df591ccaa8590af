package client_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// heard is for what has to be heard, quiet for what must not.
const heard, quiet = patient, 50 * time.Millisecond

// TestConnectionFrames reads answers by their framing, and says whether another exchange can follow.
func TestConnectionFrames(t *testing.T) {
	chunked := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
	for name, test := range map[string]struct {
		answer string
		ended  bool
		body   string
	}{
		"a length":      {whole("200 OK", okBody), false, okBody},
		"interim":       {"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + whole("200 OK", okBody), false, okBody},
		"many interim":  {strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 100) + whole("200 OK", okBody), false, okBody},
		"chunks":        {chunked + "5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\nX-Sum: 1\r\n\r\n", false, `{"a":1}`},
		"said close":    {"HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", true, "{}"},
		"until the end": {"HTTP/1.1 200 OK\r\n\r\n{}", true, "{}"},
		"HTTP/1.0":      {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", true, "{}"},
		"no body":       {"HTTP/1.1 204 No\r\n\r\n", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, patient, listen(t, func(p peer) {
				p.request()
				p.send(test.answer)
				if !test.ended {
					p.request()
				}
			}))
			conn := c.Connect(0)
			defer conn.Close()
			x := conn.Do(t.Context(), valid())
			if x.Failed() || string(x.Response.Body) != test.body || conn.Ended() != test.ended {
				t.Errorf("%s, ended %v: %+v", x.Failure, conn.Ended(), x.Response)
			}
		})
	}
}

// TestConnectionSpeaksHTTP10 where it is asked to, and then only.
func TestConnectionSpeaksHTTP10(t *testing.T) {
	versions := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { versions <- r.Proto }))
	defer server.Close()
	for want, old := range map[string]bool{"HTTP/1.0": true, "HTTP/1.1": false} {
		conn := open(t, patient, server.URL).Connect(0)
		request := valid()
		request.HTTP10 = old
		if x := conn.Do(t.Context(), request); x.Failed() {
			t.Errorf("%s: %s", want, x.Failure)
		} else if got := <-versions; got != want || conn.Ended() != old {
			t.Errorf("%s, ended %v, want %s", got, conn.Ended(), want)
		}
		conn.Close()
	}
}

// TestConnectionFails classifies what is not an answer, within bounds.
func TestConnectionFails(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		kind   assay.FailureKind
		says   string
	}{
		"closed":           {"", assay.BrokenOff, ""},
		"half":             {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", assay.BrokenOff, ""},
		"text":             {"hello\r\n\r\n", assay.NotHTTP, ""},
		"endless interim":  {strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 10_000), assay.NotHTTP, "server response headers exceeded"},
		"an endless head":  {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20), assay.NotHTTP, "server response headers exceeded"},
		"two lengths":      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", assay.NotHTTP, ""},
		"HTTP/2, unasked":  {"\x00\x00\x00\x04\x00\x00\x00\x00\x00\r\n\r\n", assay.NotHTTP, ""},
		"a negative chunk": {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", assay.NotHTTP, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, patient, listen(t, func(p peer) { p.request(); p.send(test.answer) }))
			conn := c.Connect(0)
			defer conn.Close()
			if x := conn.Do(t.Context(), valid()); x.Failure.Kind != test.kind || !conn.Ended() || !strings.Contains(x.Failure.String(), test.says) {
				t.Errorf("%s %q, ended %v", x.Failure.Kind, x.Failure, conn.Ended())
			}
		})
	}
}

func TestConnectionBoundsBodies(t *testing.T) {
	c := open(t, patient, listen(t, func(p peer) {
		p.request()
		p.send("HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n" + strings.Repeat("x", 1<<20))
	}))
	conn := c.Connect(0)
	defer conn.Close()
	x := conn.Do(t.Context(), valid())
	if x.Response == nil || !x.Response.Truncated || len(x.Response.Body) != client.MaxBody || !conn.Ended() {
		t.Errorf("%s, ended %v", x.Failure, conn.Ended())
	}
}

// TestConnectionSendsBytes checks that the request line and the body arrive as they are given.
func TestConnectionSendsBytes(t *testing.T) {
	url, requests := record(t)
	c := open(t, patient, url)
	conn := c.Connect(0)
	defer conn.Close()
	for _, path := range []string{`//api\x/../%2e/%00;a?q=%20`, "/"} {
		x := conn.Do(t.Context(), valid().With(client.Path(path)))
		if x.Failed() || x.Request.URL != url+path {
			t.Fatalf("%s: %s", x.Request.URL, x.Failure)
		}
	}
	conn.Do(t.Context(), valid().With(client.Chunked()))
	for i, want := range []string{"POST //api\\x/../%2e/%00;a?q=%20 HTTP/1.1\r\n", "POST / HTTP/1.1\r\n", "POST /api/"} {
		if got := requests(); len(got) <= i || !strings.HasPrefix(got[i], want) {
			t.Errorf("request %d of %d is %q, want %q", i, len(got), got[min(i, len(got)-1)], want)
		}
	}
	if x := conn.Do(t.Context(), valid().With(client.Authorization("a\nb"))); x.Response != nil {
		t.Error("a line break in a header was sent")
	}
}

// TestListen tells what follows an answer.
func TestListen(t *testing.T) {
	second := strings.Replace(whole("200 OK", okBody), "o-1", "o-2", 1)
	for name, test := range map[string]struct {
		after string
		close bool
		wait  time.Duration
		want  client.Surplus
	}{
		"nothing":           {"", false, quiet, client.Silence},
		"the end":           {"", true, heard, client.Closing},
		"a second answer":   {second, false, heard, client.Answer},
		"a late interim":    {"HTTP/1.1 103 Early Hints\r\n\r\n" + second, false, heard, client.Answer},
		"an idle limit":     {"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", true, heard, client.IdleLimit},
		"a line break":      {"\r\n", true, heard, client.Blank},
		"a line break open": {"\r\n", false, quiet, client.Blank},
		"junk":              {"garbage behind the body\r\n\r\n", true, heard, client.Junk},
		"blank, then more":  {"\r\n\r\n" + second, false, heard, client.Answer},
		"blank without end": {strings.Repeat("\r\n", 1<<20), true, heard, client.Blank},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, patient, listen(t, func(p peer) {
				p.request()
				p.send(whole("200 OK", okBody) + test.after)
				if !test.close {
					p.request()
				}
			}))
			conn := c.Connect(0)
			defer conn.Close()
			first := conn.Do(t.Context(), valid())
			got, extra := conn.Listen(t.Context(), test.wait)
			if first.Failed() || got != test.want {
				t.Fatalf("%s: %d, want %d", first.Failure, got, test.want)
			}
			if extra.ID != "" != (got == client.Answer) || got == client.Answer && (extra.ID == first.ID || !strings.Contains(string(extra.Response.Body), "o-2")) {
				t.Errorf("recorded %+v", extra)
			}
		})
	}
}

// TestSpeaksHTTP1 tells servers that only HTTP/2 reaches.
func TestSpeaksHTTP1(t *testing.T) {
	for name, test := range map[string]struct {
		http1, http2, tls bool
	}{"plain": {true, false, false}, "TLS": {true, false, true}, "both": {true, true, true}, "HTTP/2 alone": {false, true, true}} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(okBody)) }))
			server.Config.Protocols = new(http.Protocols)
			server.Config.Protocols.SetHTTP1(test.http1)
			server.Config.Protocols.SetHTTP2(test.http2)
			options := client.Options{Timeout: patient}
			if server.EnableHTTP2 = test.http2; test.tls {
				server.StartTLS()
				options.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			} else {
				server.Start()
			}
			defer server.Close()
			options.Servers = slices.Concat(options.Servers, []string{server.URL})
			c := client.New(options)
			defer c.Close()
			if got := c.SpeaksHTTP1(t.Context(), 0); got != test.http1 {
				t.Fatalf("speaks HTTP/1.1: %v", got)
			}
			if test.http1 {
				conn := c.Connect(0)
				defer conn.Close()
				if x := conn.Do(t.Context(), valid()); x.Failed() || test.tls != (x.Response.TLS != "") {
					t.Errorf("%s %+v", x.Failure, x.Response)
				}
			}
		})
	}
}

// TestAlone checks that such a request has a connection of its own, which is closed, and shows nothing of it.
func TestAlone(t *testing.T) {
	url, requests := record(t)
	c := open(t, patient, url)
	for range 2 {
		if x := c.Do(t.Context(), valid().With(client.Alone())); x.Failed() {
			t.Fatal(x.Failure)
		}
	}
	for _, request := range requests() {
		if strings.Contains(strings.ToLower(request), "connection:") {
			t.Errorf("the request shows it:\n%s", request)
		}
	}
	noneLeft(t, c)
}

// TestAbandon sends the whole request, and ends it for the server before the answer.
func TestAbandon(t *testing.T) {
	served := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			served <- err.Error()
			return
		}
		<-r.Context().Done() // for ever where the connection stays open
		served <- string(body)
	}))
	defer server.Close()
	conn := open(t, patient, server.URL).Connect(0)
	if err := conn.Abandon(t.Context(), valid()); err != nil || !conn.Ended() {
		t.Errorf("%v, ended %v", err, conn.Ended())
	}
	if body := <-served; body != string(valid().Encode()) {
		t.Errorf("served %q", body)
	}
	server.Close()
	if err := open(t, patient, server.URL).Connect(0).Abandon(t.Context(), valid()); err == nil {
		t.Error("nobody listened, and it was sent")
	}
}
