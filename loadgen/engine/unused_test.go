package engine

import (
	"bufio"
	"net"
	"net/http"
	"testing"
	"time"
)

// A connection that was opened ahead and never used is not trusted for as long as servers wait for the first request: what a server
// does to it then is no fault of the exchange. One that the server has closed already is noticed before the request is sent.
func TestConnectionsThatWereOpenedAhead(t *testing.T) {
	for name, test := range map[string]struct {
		ended  bool          // by the server, before any request
		waited time.Duration // since it was opened
		opened bool          // the exchange opens another
	}{
		"in time":           {false, -time.Hour, false}, // however busy the machine is
		"too late":          {false, 2 * mostUnused, true},
		"ended by a server": {true, -time.Hour, true},
	} {
		accepted := make(chan net.Conn, 2)
		c := newLeanConnection(direct, answering(t, accepted), nil)
		if err := c.Dial(time.Minute); err != nil {
			t.Fatal(err)
		}
		if first := <-accepted; test.ended {
			_ = first.Close()
			for end := time.Now().Add(time.Minute); !c.readable() && time.Now().Before(end); { // until the end has arrived
				time.Sleep(time.Millisecond)
			}
		}
		c.last = time.Now().Add(-test.waited)
		if live := c.Live(); !test.ended && live == test.opened {
			t.Errorf("%s: live %t", name, live)
		}
		if a := c.Exchange(newRequest(t, c.address), time.Minute); a.Failed() || a.Surplus || a.Opened != test.opened {
			t.Errorf("%s: opened %t, %+v", name, a.Opened, a.Failure)
		}
		c.Close()
	}
}

// answering serves connections, each of which it tells of, and returns its address.
func answering(t *testing.T, accepted chan<- net.Conn) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			accepted <- conn
			go func() {
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					say(conn, okay)
				}
				_ = conn.Close()
			}()
		}
	}()
	return listener.Addr().String()
}
