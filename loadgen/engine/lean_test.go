package engine

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

func TestLeanConnectionReadsAnswers(t *testing.T) {
	for _, test := range []struct {
		name, answer  string
		status        int
		body, failure string
		truncated     bool
	}{
		{name: "known length", answer: okay, status: 200, body: "{}"},
		{name: "chunked", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", status: 200, body: "{}"},
		{name: "until the connection closes", answer: "HTTP/1.0 200 OK\r\n\r\n{}", status: 200, body: "{}"},
		{name: "no body", answer: "HTTP/1.1 204 No Content\r\n\r\n", status: 204},
		{name: "after an interim answer", answer: "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + okay, status: 200, body: "{}"},
		{name: "after many interim answers", answer: strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 100) + okay, status: 200, body: "{}"},
		{name: "after too many interim answers", answer: strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 4000) + okay, failure: "no valid HTTP answer"},
		{name: "lone LF", answer: strings.ReplaceAll(okay, "\r\n", "\n"), status: 200, body: "{}"},
		{name: "lone LF in a later line", answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\n\n{}", status: 200, body: "{}"},
		{name: "lone LF without an end", answer: "HTTP/1.1 200 OK\n" + strings.Repeat("X: x\n", 20<<10), failure: "no valid HTTP answer"},
		{name: "lone LF and one line without an end", answer: "HTTP/1.1 200 OK\nX: " + strings.Repeat("x", 80<<10), failure: "no valid HTTP answer"},
		{name: "a line break first", answer: "\r\n" + okay, failure: "no valid HTTP answer"},
		{name: "no version", answer: strings.Replace(okay, "HTTP/1.1", "HTTP", 1), failure: "no valid HTTP answer"},
		{name: "a status of one digit", answer: strings.Replace(okay, "200", "2", 1), failure: "no valid HTTP answer"},
		{name: "no reason phrase", answer: strings.Replace(okay, "200 OK", "200", 1), status: 200, body: "{}"},
		{name: "two lengths", answer: strings.Replace(okay, "\r\n", "\r\nContent-length: 1\r\n", 1), failure: "no valid HTTP answer"},
		{name: "a length twice", answer: strings.Replace(okay, "\r\n", "\r\nContent-length: 2\r\n", 1), status: 200, body: "{}"},
		{name: "gzip", answer: gzipped("gzip", "{}", 0), status: 200, body: "{}"},
		{name: "gzip, cut off", answer: gzipped("gzip", "{}", 4), status: 200, body: "{}", failure: "the body cannot be decoded"},
		{name: "no gzip", answer: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", status: 200, failure: "the body cannot be decoded"},
		{name: "long header", answer: "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 20<<10) + "\r\nContent-Length: 2\r\n\r\n{}", status: 200, body: "{}"},
		{name: "endless header", answer: "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 80<<10), failure: "no valid HTTP answer"},
		{name: "not HTTP", answer: "\x00\x01\x02 hello\r\n\r\n", failure: "no valid HTTP answer"},
		{name: "cut off", answer: "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"errcode\":", status: 200,
			body: `{"errcode":`, failure: "the connection was closed before the answer was whole"},
		{name: "closed without an answer", failure: "the connection was closed before the answer was whole"},
		{name: "body too long", answer: "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + strings.Repeat("x", 200_000), status: 200, truncated: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			address := scripted(t, func(conn net.Conn, _, _ int) bool { say(conn, test.answer); return false })
			c := newLeanConnection(direct, address, nil)
			defer c.Close()
			a := c.Exchange(newRequest(t, address), time.Minute)
			if a.Status != test.status || a.Failure.Brief().String() != test.failure || a.Truncated != test.truncated || a.Failure.Kind.Unconnected() || a.Failure.Kind.IsTimeout() {
				t.Errorf("%+v", a)
			}
			if !test.truncated && string(a.Body) != test.body {
				t.Errorf("body %q, want %q", a.Body, test.body)
			}
		})
	}
}

// gzipped is an answer whose body is encoded, without its last bytes.
func gzipped(encoding, body string, without int) string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, body)
	_ = w.Close()
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", encoding, packed.Len()-without, packed.Bytes()[:packed.Len()-without])
}

// A server that closes after each answer without announcing it loses few requests: after these, no connection is used twice.
func TestClosingServerIsNoticed(t *testing.T) {
	address := scripted(t, func(conn net.Conn, _, request int) bool { return request == 0 && say(conn, okay) })
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	lost := 0
	for range 50 {
		if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() {
			lost++
		}
	}
	if lost != 3 || !c.kept.Closes() || c.kept.LostInAll() != 3 {
		t.Errorf("%d were lost, closes %v, counted %d", lost, c.kept.Closes(), c.kept.LostInAll())
	}
}

func TestLeanConnectionIsReused(t *testing.T) {
	connections := make(chan int, 10)
	address := scripted(t, func(conn net.Conn, connection, _ int) bool { connections <- connection; return say(conn, okay) })
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	for range 3 {
		if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() || <-connections != 0 {
			t.Errorf("%+v", a)
		}
	}
}

// A second answer to one request must not count as the next request's: it would sign in another user.
func TestSecondAnswerEndsTheConnection(t *testing.T) {
	address := scripted(t, func(conn net.Conn, connection, _ int) bool {
		return say(conn, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d", connection)+okay)
	})
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	for i := range 3 {
		if a := c.Exchange(newRequest(t, address), time.Minute); string(a.Body) != fmt.Sprint(i) || !a.Surplus {
			t.Errorf("exchange %d got %q, surplus %v", i, a.Body, a.Surplus)
		}
	}
}

// The same holds if it arrives later, between two exchanges.
func TestLateSecondAnswerEndsTheConnection(t *testing.T) {
	again := make(chan net.Conn, 1)
	address := scripted(t, func(conn net.Conn, connection, _ int) bool {
		if connection == 0 {
			again <- conn
		}
		return say(conn, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d", connection))
	})
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	c.Exchange(newRequest(t, address), time.Minute)
	say(<-again, okay)
	for !c.readable() {
		runtime.Gosched()
	}
	if a := c.Exchange(newRequest(t, address), time.Minute); string(a.Body) != "1" || !a.Surplus {
		t.Errorf("%+v %q", a, a.Body)
	}
}

// The first bytes of a body that is too long are read in every framing: they may contain an identity.
func TestStartOfTooLongBodyIsRead(t *testing.T) {
	body := `{"errcode":"OK"}` + strings.Repeat(" ", 200_000)
	half := len(body) / 4
	for name, answer := range map[string]string{
		"known length": fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
		"one chunk":    fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body),
		"two chunks": fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n",
			half, body[:half], len(body)-half, body[half:]),
		"until the connection closes": "HTTP/1.0 200 OK\r\n\r\n" + body,
	} {
		address := scripted(t, func(conn net.Conn, _, _ int) bool { say(conn, answer); return false })
		c := newLeanConnection(direct, address, nil)
		a := c.Exchange(newRequest(t, address), time.Minute)
		if !a.Truncated || a.Failed() || len(a.Body) < maxBody || string(a.Body[:maxBody]) != body[:maxBody] || c.conn != nil {
			t.Errorf("%s: %d bytes, truncated: %t, %s", name, len(a.Body), a.Truncated, a.Failure)
		}
	}
}

func TestConnectionOptionCloseIsFollowed(t *testing.T) {
	for _, option := range []string{"close", "Close", "keep-alive, CLOSE"} {
		connections := make(chan int, 10)
		address := scripted(t, func(conn net.Conn, connection, _ int) bool {
			connections <- connection
			return say(conn, "HTTP/1.1 200 OK\r\nConnection: "+option+"\r\nContent-Length: 2\r\n\r\n{}")
		})
		c := newLeanConnection(direct, address, nil)
		for i := range 2 {
			if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() || <-connections != i {
				t.Errorf("%s: %+v", option, a)
			}
		}
	}
}

// A connection can be reused after the deadline of its last exchange.
func TestIdleConnectionIsReused(t *testing.T) {
	connections := make(chan int, 10)
	address := scripted(t, func(conn net.Conn, connection, _ int) bool { connections <- connection; return say(conn, okay) })
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	for range 2 {
		if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() || <-connections != 0 {
			t.Errorf("%+v", a)
		}
		if err := c.conn.SetDeadline(time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
	}
}

// A server may close an idle connection. The next exchange notices before it sends anything.
func TestClosedConnectionIsNotUsed(t *testing.T) {
	closed := make(chan struct{})
	address := scripted(t, func(conn net.Conn, connection, _ int) bool {
		say(conn, okay)
		if connection == 0 {
			_ = conn.Close()
			close(closed)
		}
		return true
	})
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	first := c.Exchange(newRequest(t, address), time.Minute)
	<-closed
	second := c.Exchange(newRequest(t, address), time.Minute)
	if first.Failed() || second.Failed() {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

// A request that may have arrived is never sent a second time.
func TestRequestIsNeverSentTwice(t *testing.T) {
	requests := make(chan struct{}, 10)
	address := scripted(t, func(conn net.Conn, _, request int) bool {
		requests <- struct{}{}
		return request == 0 && say(conn, okay)
	})
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	c.Exchange(newRequest(t, address), time.Minute)
	if a := c.Exchange(newRequest(t, address), time.Minute); !a.Failed() || a.Failure.Kind.Unconnected() {
		t.Errorf("%+v", a)
	}
	if len(requests) != 2 {
		t.Errorf("%d requests received, want 2", len(requests))
	}
}

func TestSlowAnswerTimesOut(t *testing.T) {
	done := make(chan struct{})
	address := scripted(t, func(net.Conn, int, int) bool { <-done; return false })
	defer close(done)
	c := newLeanConnection(direct, address, nil)
	if err := c.Dial(time.Minute); err != nil {
		t.Fatal(err)
	}
	a := c.Exchange(newRequest(t, address), 50*time.Millisecond)
	if a.Failure.Kind != assay.TimedOut || a.Failure.Text != "no whole answer within 50ms" || c.conn != nil {
		t.Errorf("%+v", a)
	}
}

// The timeout of one exchange does not affect the next.
func TestTimeoutsAreIndependent(t *testing.T) {
	const short, long = 50 * time.Millisecond, 150 * time.Millisecond
	for _, test := range []struct {
		first, second time.Duration
		answered      bool
	}{{short, time.Minute, true}, {short, long, false}, {time.Minute, long, false}} {
		firstOver, done := make(chan time.Time, 1), make(chan struct{})
		address := scripted(t, func(conn net.Conn, _, request int) bool {
			if request > 0 && test.answered {
				time.Sleep(time.Until(<-firstOver))
			} else if request > 0 {
				<-done
			}
			return say(conn, okay)
		})
		c := newLeanConnection(direct, address, nil)
		first := c.Exchange(newRequest(t, address), test.first)
		for first.Failure.Kind.IsTimeout() { // this machine is busy
			first = c.Exchange(newRequest(t, address), test.first)
		}
		firstOver <- first.Sent.Add(2 * test.first)
		a := c.Exchange(newRequest(t, address), test.second)
		if took := a.Done.Sub(a.Sent); first.Failed() || a.Failure.Kind.IsTimeout() == test.answered || !test.answered && took < test.second {
			t.Errorf("timeout %v after %v: took %v: %+v", test.second, test.first, took, a)
		}
		close(done)
		c.Close()
	}
}

// A request that does not fit into the socket's buffer is sent in parts.
func TestLongRequestIsSentWhole(t *testing.T) {
	arrived := make(chan int64, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		arrived <- n
	}))
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	c, r := newLeanConnection(direct, address, nil), newRequest(t, address)
	defer c.Close()
	for range 2 {
		r.Set(r.Route, strings.Repeat("c", 20<<20))
		if a := c.Exchange(r, time.Minute); a.Status != http.StatusOK || <-arrived != int64(len(r.Body)) {
			t.Errorf("%+v", a)
		}
	}
}

func TestRefusedConnectionIsUnsent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	if a := newLeanConnection(direct, address, nil).Exchange(newRequest(t, address), time.Minute); !a.Failure.Kind.Unconnected() || a.Failure.String() != "no connection: connection refused" {
		t.Errorf("%+v", a)
	}
}
