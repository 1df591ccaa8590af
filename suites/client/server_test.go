package client_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// timeout is for tests that let it expire, patient for tests that must not.
const (
	timeout = 200 * time.Millisecond
	patient = 20 * time.Second
)

const okBody = `{"error":"","errcode":"OK","data":{"openId":"o-1"}}`

// whole returns a complete answer.
func whole(status, body string) string {
	return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + itoa(len(body)) + "\r\n\r\n" + body
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

// A peer is the server's end of one connection.
type peer struct {
	net.Conn
	in *bufio.Reader
	no int // counted from 0 in the order of acceptance
}

// request reads one request and returns its bytes; "" where the client has closed the connection.
func (p peer) request() string {
	var seen strings.Builder
	request, err := http.ReadRequest(bufio.NewReader(io.TeeReader(oneByte{p.in}, &seen)))
	if err != nil {
		return ""
	}
	if _, err := io.Copy(io.Discard, request.Body); err != nil {
		return ""
	}
	return seen.String()
}

// A oneByte reads one byte at a time, so that nothing after the request is consumed.
type oneByte struct{ io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.Reader.Read(p[:min(len(p), 1)]) }

func (p peer) send(text string) { _, _ = io.WriteString(p, text) } // the client may have closed the connection on purpose

// listen accepts TCP connections and serves each with serve until the test ends.
func listen(t *testing.T, serve func(peer)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	all.Go(func() {
		for no := 0; ; no++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
			all.Go(func() {
				defer func() { _ = conn.Close() }()
				serve(peer{conn, bufio.NewReader(conn), no})
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, conn := range open {
			_ = conn.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return "http://" + l.Addr().String()
}

// record serves valid answers and keeps the bytes of every request.
func record(t *testing.T) (url string, requests func() []string) {
	t.Helper()
	var mu sync.Mutex
	var seen []string
	url = listen(t, func(p peer) {
		for {
			request := p.request()
			if request == "" {
				return
			}
			mu.Lock()
			seen = append(seen, request)
			mu.Unlock()
			p.send(whole("200 OK", okBody))
		}
	})
	return url, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), seen...)
	}
}

func dial(t *testing.T, options client.Options) *client.Client {
	t.Helper()
	c := client.New(options)
	t.Cleanup(c.Close)
	return c
}

func open(t *testing.T, timeout time.Duration, servers ...string) *client.Client {
	t.Helper()
	return dial(t, client.Options{Servers: servers, Timeout: timeout})
}

func code() assay.Code {
	return assay.Code{Kind: assay.Login, AppID: "fc1", Code: "c0de+/==", UserID: "u-1", Channel: "finclip"}
}

func valid() client.Request { return client.Exchange(code(), "pat-1") }

// leftOver counts the goroutines that serve a connection of the client.
func leftOver() int {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	count := 0
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(stack, "net/http.(*persistConn)") || strings.Contains(stack, "github.com/unified-login/assay/suites/client.(*") {
			count++
		}
	}
	return count
}

// noneLeft waits until all goroutines of the client have ended.
func noneLeft(t *testing.T, c *client.Client) {
	t.Helper()
	await(t, "the client's goroutines to end", func() bool { c.Close(); return leftOver() == 0 })
}

// await waits until a condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patient); !holds(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("timed out waiting for %s", what)
		}
	}
}
