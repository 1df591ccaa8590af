package h2

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// What cannot be reached, takes no request or speaks something else has got none: nothing was sent, and nobody tries for ever.
func TestUnsent(t *testing.T) {
	for name, test := range map[string]struct {
		settings []http2.Setting
		handle   func(*peerConn)
	}{
		"closes at once":      {[]http2.Setting{}, func(*peerConn) {}},
		"says nothing":        {nil, func(c *peerConn) { c.request() }},
		"says GOAWAY at once": {[]http2.Setting{}, func(c *peerConn) { _ = c.WriteGoAway(0, http2.ErrCodeNo, nil); c.request() }},
		"speaks HTTP/1.1":     {nil, func(c *peerConn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")); c.request() }},
		"takes no header":     {[]http2.Setting{{ID: http2.SettingMaxHeaderListSize, Val: 100}}, echo},
		"has wrong settings":  {[]http2.Setting{{ID: http2.SettingInitialWindowSize, Val: 1 << 31}}, func(c *peerConn) { c.request() }},
	} {
		p := serve(t, test.settings, test.handle)
		call, client := newCall("one", 200*time.Millisecond), p.client(1)
		client.Do(call)
		if name == "takes no header" && p.seen.Load() > 0 || call.Fate == Unsent && !call.Opened || call.Fate == InDoubt && name != "closes at once" || call.Fate == Answered || call.Fate == Refused {
			t.Errorf("%s: %v %v, opened %t", name, call.Fate, call.Err, call.Opened)
		}
		if n := p.conns.Load(); n > 2 {
			t.Errorf("%s: %d connections", name, n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if !client.Prefers(ctx) {
			t.Errorf("%s: it is said not to speak HTTP/2", name)
		}
		cancel()
	}
	client := (&peer{t: t, address: "127.0.0.1:1"}).client(1)
	if s := exchanges(client, workers, 5, long); s.fates[Unsent] != 5*workers {
		t.Errorf("%v %v", s.fates, s.errors)
	}
	if err := client.Connect(long); err == nil || client.Live() || client.Prefers(t.Context()) {
		t.Errorf("connected: %v", err)
	}
}

// A server that is being replaced may end a connection at once, by GOAWAY, without an error. Nothing was sent on it, so those who wait for it
// get another one.
func TestAConnectionThatTakesNoRequestIsReplaced(t *testing.T) {
	const settingsAndGoAway = "\x00\x00\x00\x04\x00\x00\x00\x00\x00" + "\x00\x00\x08\x07\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"
	p := serve(t, nil, func(c *peerConn) {
		if c.number == 1 {
			_, _ = c.Write([]byte(settingsAndGoAway)) // at once, so that no request comes between them
			c.request()
			return
		}
		_ = c.WriteSettings()
		echo(c)
	})
	s := exchanges(p.client(1), workers, 1, long)
	if s.fates[Answered] != workers || p.conns.Load() != 2 || p.seen.Load() != workers {
		t.Errorf("%v %v, %d connections, %d requests", s.fates, s.errors, p.conns.Load(), p.seen.Load())
	}
}

// A connection that cannot be opened in the time of one exchange is tried again for those that have more time.
func TestDialingIsTriedAgain(t *testing.T) {
	p := serve(t, []http2.Setting{}, echo)
	var attempts atomic.Int64
	began := make(chan struct{})
	client := NewClient(Options{MostBody: 1000, MostConnections: 1, Dial: func(ctx context.Context) (net.Conn, error) {
		if attempts.Add(1) == 1 {
			close(began)
			<-ctx.Done()
			return nil, ctx.Err()
		}
		var dialer net.Dialer
		return dialer.DialContext(ctx, "tcp", p.address)
	}})
	defer client.Close()
	short, patient := newCall("short", 200*time.Millisecond), newCall("patient", long)
	var both sync.WaitGroup
	both.Go(func() { client.Do(short) })
	<-began
	client.Do(patient)
	both.Wait()
	if short.Fate != Unsent || !errors.Is(short.Err, context.DeadlineExceeded) || patient.Fate != Answered || attempts.Load() != 2 {
		t.Errorf("%v %v, %v %v, %d attempts", short.Fate, short.Err, patient.Fate, patient.Err, attempts.Load())
	}
}

// A server that ends every connection after the same number of streams refuses none any more once that is known.
func TestAServerThatCountsStreams(t *testing.T) {
	const most, exchanged = 50, 4000
	p := serve(t, []http2.Setting{}, requests(func(c *peerConn, number int, id uint32, body []byte) bool {
		if number < most {
			c.answer(id, body)
		}
		if number == most-1 {
			c.write(func() error { return c.WriteGoAway(id, http2.ErrCodeNo, nil) })
		}
		return true
	}))
	s := exchanges(p.client(1), workers, exchanged/workers, long)
	s.check(t, p, [4]int64{0, -1, 0, -1})
	if s.fates[Refused] > 4*workers {
		t.Errorf("%d were refused", s.fates[Refused])
	}
}
