package client_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// untilClosed keeps the connection open and sends nothing until the client closes it.
func (p peer) untilClosed() { _, _ = io.Copy(io.Discard, p.in) }

// drip sends text again and again, one byte at a time, until the client closes the connection.
func (p peer) drip(text string, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		for i := range len(text) {
			if _, err := io.WriteString(p, text[i:i+1]); err != nil {
				return
			}
			<-tick.C
		}
	}
}

// flood sends text again and again at full speed, until the client closes the connection.
func (p peer) flood(text string) {
	for {
		if _, err := io.WriteString(p, text); err != nil {
			return
		}
	}
}

// reset ends the connection with a TCP reset.
func (p peer) reset() {
	if conn, ok := p.Conn.(*net.TCPConn); ok {
		_ = conn.SetLinger(0)
		_ = conn.Close()
	}
}

const (
	broken   = "the connection was closed before the answer was whole"
	timedOut = "no whole answer within 200ms"
	invalid  = "no valid HTTP answer: "
)

// TestHostileAnswers checks that everything a server does becomes an exchange with a failure or a response, within the
// timeout.
func TestHostileAnswers(t *testing.T) {
	hush(t)
	const head = "HTTP/1.1 200 OK\r\n"
	refusal := `{"errcode":"X","error":"no"}`
	tests := map[string]struct {
		serve   func(peer)
		failure string // the beginning of Failure; empty for a complete answer
		status  int    // of the response; 0 for no response
		body    string
		result  assay.Result
	}{
		"never answers":             {peer.untilClosed, timedOut, 0, "", assay.Inconclusive},
		"reads and never answers":   {func(p peer) { p.request(); p.untilClosed() }, timedOut, 0, "", assay.Inconclusive},
		"closes at once":            {func(peer) {}, "", 0, "", assay.Inconclusive}, // closed or reset
		"closes after the request":  {func(p peer) { p.request() }, broken, 0, "", assay.Inconclusive},
		"resets":                    {func(p peer) { p.request(); p.reset() }, "connection reset by peer", 0, "", assay.Inconclusive},
		"one header byte at a time": {func(p peer) { p.request(); p.drip(whole("200 OK", okBody), 20*time.Millisecond) }, timedOut, 0, "", assay.Inconclusive},
		"one body byte at a time": {func(p peer) {
			p.request()
			p.send(head + "Content-Length: 1000\r\n\r\n")
			p.drip("x", 20*time.Millisecond)
		}, timedOut, 200, "", assay.Inconclusive},
		"an endless header": {func(p peer) { p.request(); p.send(head); p.flood("X-Filler: " + strings.Repeat("x", 500) + "\r\n") }, invalid + "server response headers exceeded", 0, "", assay.Inconclusive},
		"many header fields": {func(p peer) {
			p.request()
			p.send(head)
			for i := range 501 {
				p.send(fmt.Sprintf("X-%d: y\r\n", i))
			}
			p.send("Content-Length: 0\r\n\r\n")
		}, invalid + "server response headers exceeded 500 fields", 0, "", assay.Inconclusive},
		"an endless header line":  {func(p peer) { p.request(); p.send(head + "X: "); p.flood("xxxxxxxxxxxxxxxx") }, invalid + "server response headers exceeded", 0, "", assay.Inconclusive},
		"an endless status line":  {func(p peer) { p.request(); p.flood("HTTP/1.1 200 OK ") }, invalid + "server response headers exceeded", 0, "", assay.Inconclusive},
		"endless interim answers": {func(p peer) { p.request(); p.flood("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n") }, invalid + "server response headers exceeded", 0, "", assay.Inconclusive},
		"an endless trailer": {func(p peer) {
			p.request()
			p.send(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n")
			p.flood("X: y\r\n")
		}, invalid + "http: suspiciously long trailer", 200, "", assay.Inconclusive},
		"a body cut off":            {func(p peer) { p.request(); p.send(head + "Content-Length: 500\r\n\r\n{\"errcode\"") }, broken, 200, `{"errcode"`, assay.Inconclusive},
		"a chunk cut off":           {func(p peer) { p.request(); p.send(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"e") }, broken, 200, `{"e`, assay.Inconclusive},
		"a chunk without a length":  {func(p peer) { p.request(); p.send(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n") }, invalid + "invalid byte in chunk length", 200, "", assay.Inconclusive},
		"a negative Content-Length": {func(p peer) { p.request(); p.send(head + "Content-Length: -5\r\n\r\nhello") }, "", 0, "", assay.Inconclusive},
		"two Content-Lengths":       {func(p peer) { p.request(); p.send(head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!") }, invalid + "http: message cannot contain multiple Content-Length", 0, "", assay.Inconclusive},
		"a Content-Length too small": {func(p peer) { p.request(); p.send(head + "Content-Length: 3\r\n\r\nabcdef"); p.untilClosed() },
			"", 200, "abc", assay.Refused},
		"random bytes":            {func(p peer) { p.request(); p.send("\x16\x03\x01\x00\xff\xfe\x00\x81\r\n\r\n\r\n") }, invalid + "malformed HTTP response", 0, "", assay.Inconclusive},
		"no status":               {func(p peer) { p.request(); p.send("HTTP/1.1\r\n\r\n") }, invalid + "malformed HTTP response", 0, "", assay.Inconclusive},
		"a status of letters":     {func(p peer) { p.request(); p.send("HTTP/1.1 abc OK\r\n\r\n") }, invalid + "malformed HTTP status code", 0, "", assay.Inconclusive},
		"a status of four digits": {func(p peer) { p.request(); p.send("HTTP/1.1 2000 OK\r\n\r\n") }, invalid + "malformed HTTP status code", 0, "", assay.Inconclusive},
		"an unknown version":      {func(p peer) { p.request(); p.send("HTTP/9.x 200 OK\r\n\r\n") }, invalid + "malformed HTTP version", 0, "", assay.Inconclusive},
		"a header without a name": {func(p peer) { p.request(); p.send(head + ": x\r\n\r\n") }, invalid + "malformed MIME header", 0, "", assay.Inconclusive},
		"switches protocols": {func(p peer) {
			p.request()
			p.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
			p.untilClosed()
		}, "", 101, "", assay.Fault},
		"HTTP/1.0, to the end":    {func(p peer) { p.request(); p.send("HTTP/1.0 200 OK\r\n\r\n" + okBody) }, "", 200, okBody, assay.Accepted},
		"no length, to the end":   {func(p peer) { p.request(); p.send(head + "\r\n" + okBody) }, "", 200, okBody, assay.Accepted},
		"answers before it reads": {func(p peer) { _, _ = p.in.Peek(1); p.send(whole("401 Unauthorized", refusal)); p.untilClosed() }, "", 401, refusal, assay.Refused},
		"continues first":         {func(p peer) { p.request(); p.send("HTTP/1.1 100 Continue\r\n\r\n" + whole("200 OK", okBody)) }, "", 200, okBody, assay.Accepted},
		"hints first": {func(p peer) {
			p.request()
			p.send("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + whole("200 OK", okBody))
		}, "", 200, okBody, assay.Accepted},
		"no body at all": {func(p peer) { p.request(); p.send("HTTP/1.1 204 No Content\r\n\r\n") }, "", 204, "", assay.Refused},
		"two answers": {func(p peer) {
			p.request()
			p.send(whole("403 Forbidden", refusal) + whole("200 OK", okBody))
			p.untilClosed()
		}, "", 403, refusal, assay.Refused},
		"an identity, then cut off": {func(p peer) { p.request(); p.send(head + "Content-Length: 500\r\n\r\n" + okBody) }, broken, 200,
			okBody, assay.Fault},
		"headers folded and in Latin-1": {func(p peer) { p.request(); p.send(head + "X: caf\xe9\r\n and more\r\nContent-Length: 0\r\n\r\n") }, "", 200, "", assay.Refused},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			limit := patient
			if test.failure == timedOut {
				limit = timeout
			}
			c := open(t, limit, listen(t, test.serve))
			x := c.Do(t.Context(), valid())
			whole := test.failure == "" && test.status != 0
			if text := x.Failure.String(); whole == x.Failed() || !strings.HasPrefix(text, test.failure) || len(text) > 240 {
				t.Errorf("failure %q, want %q", x.Failure, test.failure)
			}
			status, body := 0, ""
			if x.Response != nil {
				status, body = x.Response.Status, string(x.Response.Body)
			}
			if status != test.status || !strings.HasPrefix(body, test.body) {
				t.Errorf("status %d, body %q, want %d, %q", status, body, test.status, test.body)
			}
			if got := assay.Judge(x).Result; got != test.result {
				t.Errorf("judged %s, want %s", got, test.result)
			}
			noneLeft(t, c)
		})
	}
}

// TestLongBodies checks that the client keeps the beginning of a body longer than MaxBody and reads no further.
func TestLongBodies(t *testing.T) {
	const most = client.MaxBody
	exact := func(size int) func(peer) {
		return func(p peer) { p.request(); p.send(whole("200 OK", strings.Repeat("x", size))) }
	}
	endless := func(p peer) { p.request(); p.send("HTTP/1.1 200 OK\r\n\r\n"); p.flood(strings.Repeat("x", 4096)) }
	for name, test := range map[string]struct {
		serve     func(peer)
		size      int
		truncated bool
	}{
		"MaxBody":       {exact(most), most, false},
		"one byte more": {exact(most + 1), most, true},
		"endless":       {endless, most, true},
	} {
		c := open(t, patient, listen(t, test.serve))
		x := c.Do(t.Context(), valid())
		if x.Failed() || len(x.Response.Body) != test.size || x.Response.Truncated != test.truncated {
			t.Errorf("%s: failure %q, %d bytes, truncated %v", name, x.Failure, len(x.Response.Body), x.Response.Truncated)
		}
		noneLeft(t, c)
	}
}

// TestAnswerBeforeTheRequest checks that an answer sent before the request is either taken whole or not at all.
func TestAnswerBeforeTheRequest(t *testing.T) {
	hush(t)
	url := listen(t, func(p peer) { p.send(whole("200 OK", okBody)); p.untilClosed() })
	for range 20 {
		c := open(t, patient, url)
		x := c.Do(t.Context(), valid())
		refused := x.Response == nil && x.Failure.Kind == assay.Unsolicited
		if assay.Judge(x).Result != assay.Accepted && !refused {
			t.Errorf("failure %q, response %v", x.Failure, x.Response)
		}
		noneLeft(t, c)
	}
}

func TestNoConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	for server, failure := range map[string]string{
		"http://" + l.Addr().String(): "no connection: connection refused",
		"http://host.invalid":         "no connection: ",
		"http://[::1":                 "no connection: missing ']' in host",
		"ftp://127.0.0.1":             "no connection: unsupported protocol scheme",
		"http://":                     "no connection: http: no Host in request URL",
	} {
		x := open(t, patient, server).Do(t.Context(), valid().With(client.Query("token=pat-1")))
		if !strings.HasPrefix(x.Failure.String(), failure) || strings.Contains(x.Failure.String(), "pat-1") || x.Response != nil {
			t.Errorf("%s: failure %q, want %q", server, x.Failure, failure)
		}
		if got := assay.Judge(x).Result; got != assay.Inconclusive {
			t.Errorf("%s: judged %s", server, got)
		}
	}
}

// TestInvalidRequests checks that a request that HTTP cannot express is a failure that quotes no secret.
func TestInvalidRequests(t *testing.T) {
	url, requests := record(t)
	for name, bend := range map[string]client.Bend{
		"a header with a line break": client.Authorization("Bearer pat-1\r\nX-Smuggled: 1"),
		"a method with a space":      client.Method("PO ST"),
		"a header name with a space": func(r *client.Request) { r.Header["X Y"] = []string{"pat-1"} },
	} {
		x := open(t, patient, url).Do(t.Context(), valid().With(bend))
		if !x.Failed() || strings.Contains(x.Failure.String(), "pat-1") {
			t.Errorf("%s: failure %q", name, x.Failure)
		}
	}
	if len(requests()) > 0 {
		t.Errorf("sent:\n%s", requests()[0])
	}
}

func TestGet(t *testing.T) {
	url, requests := record(t)
	c := open(t, patient, url)
	response, err := c.Get(t.Context(), url+"/keys")
	if err != nil || string(response.Body) != okBody {
		t.Fatalf("%v, %+v", err, response)
	}
	if got := requests()[0]; !strings.HasPrefix(got, "GET /keys HTTP/1.1\r\n") || strings.Contains(got, "Authorization") {
		t.Errorf("sent:\n%s", got)
	}
	silent := open(t, timeout, url)
	if _, err := silent.Get(t.Context(), listen(t, peer.untilClosed)); err == nil {
		t.Error("no error from a server that never answers")
	}
}
