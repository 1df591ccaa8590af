package engine

import (
	"net"
	"runtime"
	"testing"
	"time"
)

func TestBeginsAnswer(t *testing.T) {
	for data, want := range map[string]bool{
		"": false, "\r\n": false, "garbage": false, "HTTP/2.0 200 OK": false, "HTTP/1.1 408 Request Timeout\r\n": false,
		"HTTP/1.1 200 OK\r\n": true, "\r\nHTTP/1.0 401 No": true, "HTTP/1.1": true,
	} {
		if got := beginsAnswer([]byte(data)); got != want {
			t.Errorf("%q: %v", data, got)
		}
	}
}

// TestLegalEndsAreNoSurplus: a server may close an idle connection, with or without a 408.
func TestLegalEndsAreNoSurplus(t *testing.T) {
	for name, last := range map[string]string{
		"closed": "", "408": "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "a line break": "\r\n",
	} {
		for _, dialled := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				again := make(chan net.Conn, 1)
				address := scripted(t, func(conn net.Conn, connection, _ int) bool {
					if connection == 0 {
						again <- conn
					}
					return say(conn, okay)
				})
				c := newLeanConnection(direct, address, nil)
				defer c.Close()
				first := c.Exchange(newRequest(t, address), time.Minute)
				conn := <-again
				if last == "" {
					_ = conn.(*net.TCPConn).CloseWrite()
				}
				say(conn, last)
				for !c.readable() {
					runtime.Gosched()
				}
				if dialled {
					_ = c.Dial(time.Minute) // the exchange reports the failure
				}
				if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() || a.Surplus || first.Surplus {
					t.Errorf("%+v %+v", first, a)
				}
			})
		}
	}
}

// TestDialReportsSurplus: a race opens the connection before its exchange, which reports what was found then.
func TestDialReportsSurplus(t *testing.T) {
	again := make(chan net.Conn, 1)
	address := scripted(t, func(conn net.Conn, connection, _ int) bool {
		if connection == 0 {
			again <- conn
		}
		return say(conn, okay)
	})
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	c.Exchange(newRequest(t, address), time.Minute)
	say(<-again, okay)
	for !c.readable() {
		runtime.Gosched()
	}
	if err := c.Dial(time.Minute); err != nil {
		t.Fatal(err)
	}
	if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() || !a.Surplus {
		t.Errorf("%+v", a)
	}
	if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() || a.Surplus {
		t.Errorf("%+v", a)
	}
}
