package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
	"github.com/unified-login/assay/suites/client"
)

// A rawServer answers every request with the same bytes, and closes the connection after a number of them; 0 for never, and a
// negative one resets it after the first.
type rawServer struct {
	answer string
	closes int
}

const resets = -1

// serve answers until the listener is closed, and returns the server's URL.
func (s rawServer) serve(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.converse(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close() })
	return "http://" + l.Addr().String()
}

func (s rawServer) converse(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	for n := 1; ; n++ {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_ = request.Body.Close()
		if _, err := conn.Write([]byte(s.answer)); err != nil || n == s.closes {
			return
		}
		if s.closes == resets {
			_ = conn.(*net.TCPConn).SetLinger(0) // otherwise the test fails
			return
		}
	}
}

// The client of the preflight and that of the load describe a wrong answer alike.
func TestPreflightAndLoadTellAlike(t *testing.T) {
	const body = `{"errcode":"OK","data":{"openId":"o","channel":"c"}}`
	okay := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 52\r\n\r\n" + body
	bare := func(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
	chunked := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n34\r\n" + body + "\r\n0\r\n\r\n"
	head, chunks, _ := strings.Cut(chunked, "\r\n\r\n")
	for name, server := range map[string]rawServer{
		"as usual":                     {okay, 1},
		"bare LF":                      {bare(okay), 1},
		"bare LF, kept":                {bare(okay), 0},
		"bare LF in one line":          {strings.Replace(okay, "json\r\n", "json\n", 1), 1},
		"bare LF in the status line":   {strings.Replace(okay, "OK\r\n", "OK\n", 1), 1},
		"bare LF before the body":      {strings.Replace(okay, "52\r\n\r\n", "52\r\n\n", 1), 1},
		"bare LF at the end of a head": {strings.Replace(okay, "52\r\n\r\n", "52\n\n", 1), 1},
		"bare CR":                      {strings.ReplaceAll(okay, "\r\n", "\r"), 1},
		"chunked":                      {chunked, 1},
		"chunked, with bare LF":        {bare(chunked), 1},
		"chunks with bare LF":          {head + "\r\n\r\n" + bare(chunks), 1},
		"head of chunks with bare LF":  {bare(head) + "\n\n" + chunks, 1},
		"last chunk with bare LF":      {strings.TrimSuffix(chunked, "0\r\n\r\n") + "0\n\n", 1},
		"trailer with bare LF":         {strings.TrimSuffix(chunked, "\r\n") + "X: y\n\n", 1},
		"no end of the trailer":        {strings.TrimSuffix(chunked, "\r\n"), 1},
		"a trailer":                    {strings.TrimSuffix(chunked, "\r\n") + "X: y\r\n\r\n", 1},
		"a trailer without a colon":    {strings.TrimSuffix(chunked, "\r\n") + "X\r\n\r\n", 1},
		"a trailer without an end":     {strings.TrimSuffix(chunked, "\r\n") + "X: y\r\n", 1},
		"closed without an answer":     {"", 1},
		"a status line only":           {"HTTP/1.1 200 OK\r\n", 1},
		"half a head":                  {"HTTP/1.1 200 OK\r\nContent-", 1},
		"half a body":                  {okay[:len(okay)-9], 1},
		"reset without an answer":      {"", resets},
		"reset in the status line":     {"HTTP/1.1 20", resets},
		"reset in the head":            {"HTTP/1.1 200 OK\r\nContent-", resets},
		"reset in the body":            {okay[:len(okay)-9], resets},
		"half a chunk":                 {chunked[:len(chunked)-20], 1},
		"no last chunk":                {strings.TrimSuffix(chunked, "0\r\n\r\n"), 1},
		"a status of 000":              {strings.Replace(okay, "200", "000", 1), 1},
		"a status of 099":              {strings.Replace(okay, "200", "099", 1), 0},
		"a status of 999":              {strings.Replace(okay, "200", "999", 1), 1},
		"a folded line":                {strings.Replace(okay, "application/json", "application/json;\r\n charset=utf-8", 1), 1},
		"a line without a colon":       {strings.Replace(okay, "Content-Type: application/json", "Content-Type", 1), 1},
		"a space before the colon":     {strings.Replace(okay, "Content-Type:", "Content-Type :", 1), 1},
		"a negative length":            {strings.Replace(okay, ": 52", ": -52", 1), 1},
		"a length with a plus":         {strings.Replace(okay, ": 52", ": +52", 1), 1},
		"a length and chunks":          {strings.Replace(chunked, "Transfer", "Content-Length: 7\r\nTransfer", 1), 1},
		"another coding":               {strings.Replace(chunked, "chunked\r", "gzip, chunked\r", 1), 1},
		"until it closes":              {"HTTP/1.1 200 OK\r\n\r\n" + body, 1},
		"until it closes, bare LF":     {"HTTP/1.1 200 OK\n\n" + body, 1},
		"no content":                   {"HTTP/1.1 204 No Content\r\n\r\n", 1},
		"not HTTP":                     {"hello\r\n", 1},
		"HTTP/2 instead":               {"\x00\x00\x00\x04\x00\x00\x00\x00\x00", 1},
		"nothing but LF":               {"\n\n\n", 1},
		"HTTP/0.9":                     {body, 1},
	} {
		t.Run(name, func(t *testing.T) {
			address := server.serve(t)
			preflight, load := atPreflight(t, address), underLoad(t, address)
			if preflight != load {
				t.Errorf("\npreflight %+v\nload      %+v", preflight, load)
			}
		})
	}
}

// A told is what a client tells of an answer.
type told struct {
	status  int
	body    string
	failure assay.Failure
}

const patienceOfBoth = 5 * time.Second // no answer here takes long

func atPreflight(t *testing.T, address string) told {
	t.Helper()
	c := client.New(client.Options{Servers: []string{address}, Timeout: patienceOfBoth})
	defer c.Close()
	code := assay.Code{Kind: assay.Login, Code: "code", AppID: "fc1"}
	x := c.Do(t.Context(), client.Exchange(code, "pat"))
	got := told{failure: x.Failure.Brief()}
	if x.Response != nil {
		got.status, got.body = x.Response.Status, string(x.Response.Body)
	}
	return got
}

func underLoad(t *testing.T, address string) told {
	t.Helper()
	e, err := engine.New(engine.Auto, []string{address}, reach.Plain(nil), 1, engine.Reuse{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	route, err := engine.NewRoute(address, assay.Login, "fc1", "pat", nil)
	if err != nil {
		t.Fatal(err)
	}
	var request engine.Request
	request.Set(route, "code")
	c := e.Connection(0)
	defer c.Close()
	a := c.Exchange(&request, patienceOfBoth)
	return told{status: a.Status, body: string(a.Body), failure: a.Failure.Brief()}
}

// A mintingHost mints codes that no other has minted.
type mintingHost struct{ minted atomic.Int64 }

// Ask implements [assay.Host].
func (h *mintingHost) Ask(_ context.Context, request assay.HostRequest) (reply assay.HostReply, _ error) {
	if request.Op != assay.OpMint {
		return reply, &assay.UnsupportedError{Op: request.Op}
	}
	for range max(1, request.Count) {
		code := assay.Code{Kind: request.Kind, AppID: request.AppID, Code: fmt.Sprint("code-", h.minted.Add(1)), UserID: "u", Channel: "c"}
		reply.Codes = append(reply.Codes, code)
	}
	return reply, nil
}

// A server that closes without notice passes the preflight, and the load meets no more of it than the preflight. One that takes one
// stream at a time is tried in package engine.
func TestLoadMeetsWhatThePreflightMet(t *testing.T) {
	const body = `{"errcode":"OK","error":"","data":{"openId":"o","channel":"c"}}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		_, _ = conn.Read(make([]byte, 1))
	}))
	defer server.Close()
	target := assay.Target{APIServers: []string{server.URL}, Apps: []string{"fc1"}, PATs: assay.PATs{Valid: "pat"}}
	config := loadgen.Config{Host: &mintingHost{}, Redactor: transcript.NewRedactor(nil), Target: target,
		Plan: loadgen.Plan{Rate: 400, Duration: time.Second / 2, Mix: loadgen.Mix{Login: 1}, Users: 1}}
	under := implementation{target: target, host: config.Host, hello: assay.Hello{Ops: []assay.Op{assay.OpMint}}}
	shown := console.NewBenchmark(io.Discard, terminal.Options{})
	before := newSlowStart(messages.For(messages.English), shown.Say)
	defer before.close()
	report, _, err := loadFlags{}.measure(t.Context(), config, under, benchmark.Report{}, beforeLoad{shown, before})
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(phrase.Strings(report.Notes), "; ")
	if got := report.Exchanges; got.Sent != 200 || got.Accepted != 200 || !strings.Contains(notes, "closes every connection") {
		t.Errorf("%+v, %q %+v, notes %q", got, report.Reasons, report.Errors, notes)
	}
}
