package engine

import (
	"net"
	"testing"
	"time"
)

// A connection is live while its server keeps it open. After a time without an exchange, that is looked at.
func TestLive(t *testing.T) {
	closing := make(chan struct{})
	closed := make(chan struct{})
	address := scripted(t, func(conn net.Conn, _, exchange int) bool {
		say(conn, okay)
		if exchange == 0 {
			return true
		}
		<-closing
		_ = conn.Close()
		close(closed)
		return false
	})
	c := newLeanConnection(direct, address, nil)
	defer c.Close()
	if c.Live() {
		t.Error("live before it was opened")
	}
	for range 2 {
		if a := c.Exchange(newRequest(t, address), time.Minute); a.Failed() || !c.Live() {
			t.Fatalf("%+v", a)
		}
	}
	long := func() { c.last = time.Now().Add(-2 * trusted) }
	if long(); !c.Live() {
		t.Error("not live while it is open")
	}
	close(closing)
	<-closed
	for end := time.Now().Add(time.Minute); c.Live() && time.Now().Before(end); long() { // until the end has arrived
		time.Sleep(time.Millisecond)
	}
	if c.Live() {
		t.Error("live after its server has closed it")
	}
}

// Connections leave files for everything else, and the one that would take the last of them is this machine's shortage.
func TestSocketsAreBounded(t *testing.T) {
	address := scripted(t, func(conn net.Conn, _, _ int) bool { say(conn, okay); return true })
	bound := &sockets{limit: 2}
	open := func() (*leanConnection, Answer) {
		c := newLeanConnection(direct, address, nil)
		c.sockets = bound
		return c, c.Exchange(newRequest(t, address), time.Minute)
	}
	first, a := open()
	second, b := open()
	third, none := open()
	defer func() { second.Close(); third.Close() }()
	if a.Failed() || b.Failed() || !none.Exhausted() || none.Failure.Text != "no connection: too many open files" {
		t.Errorf("%+v, %+v, %+v", a.Failure, b.Failure, none.Failure)
	}
	first.Close()
	if a := third.Exchange(newRequest(t, address), time.Minute); a.Failed() {
		t.Errorf("after another was closed: %+v", a.Failure)
	}
	nowhere := newLeanConnection(direct, "127.0.0.1:1", nil)
	nowhere.sockets = &sockets{limit: 1}
	for range 3 { // what could not be opened takes no place
		if err := nowhere.Dial(time.Minute); err == nil || nowhere.sockets.taken.Load() != 0 {
			t.Errorf("%v, %d taken", err, nowhere.sockets.taken.Load())
		}
	}
	if now, most := bound.count(); now != 2 || most != 2 {
		t.Errorf("%d sockets, at most %d", now, most)
	}
}
