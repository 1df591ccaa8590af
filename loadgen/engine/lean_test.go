package engine

import (
	"bufio"
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

// scripted serves connections by script, which gets the number of the connection, counted from 0, and of the request on
// it. A script that returns false has the connection closed.
func scripted(t *testing.T, script func(conn net.Conn, connection, request int) bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return scriptedOn(t, l, script)
}

func scriptedOn(t *testing.T, l net.Listener, script func(conn net.Conn, connection, request int) bool) string {
	t.Helper()
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for connection := 0; ; connection++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				requests := bufio.NewReader(conn)
				for n := 0; ; n++ {
					request, err := http.ReadRequest(requests)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, request.Body)
					if !script(conn, connection, n) {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func say(conn net.Conn, text string) bool {
	_, err := io.WriteString(conn, text)
	return err == nil
}

const okay = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

func aRequest(t *testing.T, address string) *Request {
	t.Helper()
	w, err := NewRoute("http://"+address, assay.Login, "fc1", "pat")
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{}
	r.Set(w, "a-code")
	return r
}

func TestWhatALeanLineMakesOfAnAnswer(t *testing.T) {
	for _, test := range []struct {
		name, answer  string
		status        int
		body, failure string
		truncated     bool
	}{
		{name: "of known length", answer: okay, status: 200, body: "{}"},
		{name: "in chunks", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", status: 200, body: "{}"},
		{name: "until the end", answer: "HTTP/1.0 200 OK\r\n\r\n{}", status: 200, body: "{}"},
		{name: "without a body", answer: "HTTP/1.1 204 No Content\r\n\r\n", status: 204},
		{name: "after an interim answer", answer: "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + okay, status: 200, body: "{}"},
		{name: "after too many", answer: strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 9) + okay, failure: "what came is not an HTTP answer"},
		{name: "with a long header", answer: "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 20<<10) + "\r\nContent-Length: 2\r\n\r\n{}", status: 200, body: "{}"},
		{name: "with an endless header", answer: "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 80<<10), failure: "what came is not an HTTP answer"},
		{name: "that is none", answer: "\x00\x01\x02 hello\r\n\r\n", failure: "what came is not an HTTP answer"},
		{name: "that breaks off", answer: "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"errcode\":", status: 200,
			body: `{"errcode":`, failure: "the connection was closed before the answer was whole"},
		{name: "that never comes", failure: "the connection was closed before the answer was whole"},
		{name: "of too much", answer: "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + strings.Repeat("x", 200_000), status: 200, truncated: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			address := scripted(t, func(conn net.Conn, _, _ int) bool { say(conn, test.answer); return false })
			l := newLeanConnection(address, nil)
			defer l.Close()
			a := l.Exchange(aRequest(t, address), time.Minute)
			if a.Status != test.status || a.Failure != test.failure || a.Truncated != test.truncated || a.Unsent || a.TimedOut {
				t.Errorf("%+v", a)
			}
			if !test.truncated && string(a.Body) != test.body {
				t.Errorf("body %q, want %q", a.Body, test.body)
			}
		})
	}
}

func TestALeanLineSendsWhatTheGuideAsksFor(t *testing.T) {
	type received struct {
		*http.Request
		body string
	}
	arrived := make(chan received, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		arrived <- received{r, string(text)}
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	w, err := NewRoute(server.URL+"/base", assay.Phone, `app"1`, "p4t")
	if err != nil {
		t.Fatal(err)
	}
	var r Request
	for _, code := range []string{"abc+/=", "with \"quotes\" and ü\x00"} {
		r.Set(w, code)
		l := newLeanConnection(strings.TrimPrefix(server.URL, "http://"), nil)
		if a := l.Exchange(&r, time.Minute); a.Status != http.StatusOK {
			t.Fatalf("%+v", a)
		}
		l.Close()
		got := <-arrived
		want := `{"appId":"app\"1","code":` + string(appendJSON(nil, code)) + `}`
		if got.body != want || got.Method != http.MethodPost || got.URL.Path != "/base"+assay.Phone.Path() ||
			got.Header.Get("Authorization") != "Bearer p4t" || got.Header.Get("Content-Type") != "application/json" ||
			"http://"+got.Host != server.URL || got.ContentLength != int64(len(want)) {
			t.Errorf("%s %s %v %s", got.Method, got.URL, got.Header, got.body)
		}
	}
}

func TestAConnectionIsKept(t *testing.T) {
	connections := make(chan int, 10)
	address := scripted(t, func(conn net.Conn, connection, _ int) bool { connections <- connection; return say(conn, okay) })
	l := newLeanConnection(address, nil)
	defer l.Close()
	for range 3 {
		if a := l.Exchange(aRequest(t, address), time.Minute); a.Failure != "" || <-connections != 0 {
			t.Errorf("%+v", a)
		}
	}
}

// What a server sends without being asked must not be taken for the next answer: it would sign in somebody else.
func TestAnAnswerToNothingEndsTheConnection(t *testing.T) {
	address := scripted(t, func(conn net.Conn, connection, _ int) bool {
		return say(conn, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d", connection)+okay)
	})
	l := newLeanConnection(address, nil)
	defer l.Close()
	for i := range 3 {
		if a := l.Exchange(aRequest(t, address), time.Minute); string(a.Body) != fmt.Sprint(i) {
			t.Errorf("exchange %d got %q", i, a.Body)
		}
	}
}

// It is no different when it comes by itself, between two exchanges.
func TestAnAnswerThatComesLateEndsTheConnection(t *testing.T) {
	again := make(chan net.Conn, 1)
	address := scripted(t, func(conn net.Conn, connection, _ int) bool {
		if connection == 0 {
			again <- conn
		}
		return say(conn, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d", connection))
	})
	l := newLeanConnection(address, nil)
	defer l.Close()
	l.Exchange(aRequest(t, address), time.Minute)
	say(<-again, okay)
	for !l.readable() {
		runtime.Gosched()
	}
	if a := l.Exchange(aRequest(t, address), time.Minute); string(a.Body) != "1" {
		t.Errorf("%+v %q", a, a.Body)
	}
}

// Of a body that is too long, the beginning is read however it is framed: it may sign somebody in.
func TestTheBeginningOfTooLongABodyIsRead(t *testing.T) {
	body := `{"errcode":"OK"}` + strings.Repeat(" ", 200_000)
	half := len(body) / 4
	for name, answer := range map[string]string{
		"of known length": fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body),
		"in one chunk":    fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body),
		"in two chunks": fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n",
			half, body[:half], len(body)-half, body[half:]),
		"until the end": "HTTP/1.0 200 OK\r\n\r\n" + body,
	} {
		address := scripted(t, func(conn net.Conn, _, _ int) bool { say(conn, answer); return false })
		l := newLeanConnection(address, nil)
		a := l.Exchange(aRequest(t, address), time.Minute)
		if !a.Truncated || a.Failure != "" || len(a.Body) < maxBody || string(a.Body[:maxBody]) != body[:maxBody] || l.conn != nil {
			t.Errorf("%s: %d bytes, truncated: %t, %s", name, len(a.Body), a.Truncated, a.Failure)
		}
	}
}

func TestAServerThatClosesIsTakenAtItsWord(t *testing.T) {
	for _, word := range []string{"close", "Close", "keep-alive, CLOSE"} {
		connections := make(chan int, 10)
		address := scripted(t, func(conn net.Conn, connection, _ int) bool {
			connections <- connection
			return say(conn, "HTTP/1.1 200 OK\r\nConnection: "+word+"\r\nContent-Length: 2\r\n\r\n{}")
		})
		l := newLeanConnection(address, nil)
		for i := range 2 {
			if a := l.Exchange(aRequest(t, address), time.Minute); a.Failure != "" || <-connections != i {
				t.Errorf("%s: %+v", word, a)
			}
		}
	}
}

// A connection is as good as new when the time limit of its last exchange has passed.
func TestAnIdleConnectionIsKept(t *testing.T) {
	connections := make(chan int, 10)
	address := scripted(t, func(conn net.Conn, connection, _ int) bool { connections <- connection; return say(conn, okay) })
	l := newLeanConnection(address, nil)
	defer l.Close()
	for range 2 {
		if a := l.Exchange(aRequest(t, address), time.Minute); a.Failure != "" || <-connections != 0 {
			t.Errorf("%+v", a)
		}
		if err := l.conn.SetDeadline(time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
	}
}

// A server may close a connection that nobody uses. The next exchange finds that out before it sends anything.
func TestAClosedConnectionIsNotUsed(t *testing.T) {
	closed := make(chan struct{})
	address := scripted(t, func(conn net.Conn, connection, _ int) bool {
		say(conn, okay)
		if connection == 0 {
			_ = conn.Close()
			close(closed)
		}
		return true
	})
	l := newLeanConnection(address, nil)
	defer l.Close()
	first := l.Exchange(aRequest(t, address), time.Minute)
	<-closed
	second := l.Exchange(aRequest(t, address), time.Minute)
	if first.Failure != "" || second.Failure != "" {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

// What may have arrived is never sent a second time.
func TestNothingIsSentTwice(t *testing.T) {
	requests := make(chan struct{}, 10)
	address := scripted(t, func(conn net.Conn, _, request int) bool {
		requests <- struct{}{}
		return request == 0 && say(conn, okay)
	})
	l := newLeanConnection(address, nil)
	defer l.Close()
	l.Exchange(aRequest(t, address), time.Minute)
	if a := l.Exchange(aRequest(t, address), time.Minute); a.Failure == "" || a.Unsent {
		t.Errorf("%+v", a)
	}
	if len(requests) != 2 {
		t.Errorf("%d requests arrived, want 2", len(requests))
	}
}

func TestASlowAnswerIsGivenUp(t *testing.T) {
	done := make(chan struct{})
	address := scripted(t, func(net.Conn, int, int) bool { <-done; return false })
	defer close(done)
	l := newLeanConnection(address, nil)
	a := l.Exchange(aRequest(t, address), 50*time.Millisecond)
	if !a.TimedOut || a.Unsent || a.Failure != "no whole answer in time" || l.conn != nil {
		t.Errorf("%+v", a)
	}
}

// Each exchange has its own time, whatever that of the one before was.
func TestTheTimeLimitIsTheExchangesOwn(t *testing.T) {
	const short, long = 50 * time.Millisecond, 150 * time.Millisecond
	for _, test := range []struct {
		first, limit time.Duration
		answered     bool
	}{{short, time.Minute, true}, {short, long, false}, {time.Minute, long, false}} {
		passed, done := time.Now().Add(2*short), make(chan struct{})
		address := scripted(t, func(conn net.Conn, _, request int) bool {
			if request > 0 && test.answered {
				time.Sleep(time.Until(passed)) // until after the first one's limit
			} else if request > 0 {
				<-done
			}
			return say(conn, okay)
		})
		l := newLeanConnection(address, nil)
		if a := l.Exchange(aRequest(t, address), test.first); a.Failure != "" {
			t.Fatalf("the first: %+v", a)
		}
		a := l.Exchange(aRequest(t, address), test.limit)
		if took := a.Done.Sub(a.Sent); a.TimedOut == test.answered || !test.answered && took < test.limit {
			t.Errorf("limited to %v after %v, it took %v: %+v", test.limit, test.first, took, a)
		}
		close(done)
		l.Close()
	}
}

// A request for which there is no room in the system's buffers waits until there is.
func TestALongRequestIsSentWhole(t *testing.T) {
	arrived := make(chan int64, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		arrived <- n
	}))
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	l, r := newLeanConnection(address, nil), aRequest(t, address)
	defer l.Close()
	for range 2 {
		r.Set(r.Route, strings.Repeat("c", 20<<20))
		if a := l.Exchange(r, time.Minute); a.Status != http.StatusOK || <-arrived != int64(len(r.Body)) {
			t.Errorf("%+v", a)
		}
	}
}

func TestNobodyAtHomeIsNothingSent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	if a := newLeanConnection(address, nil).Exchange(aRequest(t, address), time.Minute); !a.Unsent || a.Failure != "no connection: connection refused" {
		t.Errorf("%+v", a)
	}
}

func TestAnExchangeCostsNoAllocation(t *testing.T) {
	address := scripted(t, func(conn net.Conn, _, _ int) bool { return say(conn, okay) })
	l, r := newLeanConnection(address, nil), aRequest(t, address)
	defer l.Close()
	l.Exchange(r, time.Minute)
	way, code := r.Route, strings.Repeat("c", 150)
	r.Set(way, code)
	if n := testing.AllocsPerRun(200, func() { r.Set(way, code) }); n != 0 {
		t.Errorf("%v allocations for a request", n)
	}
}
