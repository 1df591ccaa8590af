package h2

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// crowded answers, and counts when more streams were open than are allowed. A stream counts until the server's goroutine that answers
// has gone on, as in net/http.
func crowded(allowed int64, tooMany *atomic.Int64) func(*peerConn) {
	return func(c *peerConn) {
		var open atomic.Int64
		type request struct {
			id   uint32
			body []byte
		}
		queue := make(chan request, 1000)
		var answering sync.WaitGroup
		answering.Go(func() {
			for r := range queue {
				if r.id == 0 {
					c.write(func() error { return c.WritePing(true, [8]byte(r.body)) })
					continue
				}
				c.answer(r.id, r.body)
				runtime.Gosched()
				open.Add(-1)
			}
		})
		c.header = func(uint32) {
			if open.Add(1) > allowed {
				tooMany.Add(1)
			}
		}
		c.pinged = func(data [8]byte) { queue <- request{0, data[:]} }
		for id, body, ok := c.request(); ok; id, body, ok = c.request() {
			queue <- request{id, body}
		}
		close(queue)
		answering.Wait()
	}
}

// The limit of streams is kept, and waiting for one is the generator's: it is before Sent, and not for the first request.
func TestStreamLimits(t *testing.T) {
	for _, allowed := range []uint32{1, 2, 5} {
		var tooMany atomic.Int64
		p := serve(t, []http2.Setting{{ID: http2.SettingMaxConcurrentStreams, Val: allowed}}, crowded(int64(allowed), &tooMany))
		client := p.client(1)
		s := exchanges(client, workers, each, long)
		s.check(t, p, [4]int64{0, 0, 0, workers * each})
		if held := client.Held(); held.Exchanges != s.held || held.Longest <= 0 || held.Streams != allowed || held.Connections != 1 {
			t.Errorf("limit %d: %+v, and %d waited", allowed, held, s.held)
		}
		if tooMany.Load() > 0 || p.conns.Load() != 1 || s.held == 0 {
			t.Errorf("limit %d: exceeded %d times, %d connections, %d waited", allowed, tooMany.Load(), p.conns.Load(), s.held)
		}
	}
}

// A server of net/http may still count a stream whose end has been seen, and resets the next one as a violation. That does not happen.
func TestStreamLimitsOfNetHTTP(t *testing.T) {
	for _, allowed := range []int{1, 2, 3} {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := make([]byte, r.ContentLength)
			_, _ = r.Body.Read(body)
			_, _ = w.Write(body)
		}))
		server.EnableHTTP2 = true
		server.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: allowed}
		server.StartTLS()
		defer server.Close()
		client := NewClient(Options{MostBody: 1000, MostConnections: 1, TLS: offering(server), Dial: func(ctx context.Context) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "tcp", strings.TrimPrefix(server.URL, "https://"))
		}})
		defer client.Close()
		s := exchanges(client, workers, 10*each, long)
		if s.fates[Answered] != workers*10*each || s.wrong > 0 {
			t.Errorf("limit %d: %v %v", allowed, s.fates, s.errors)
		}
	}
}

// A server that takes no stream, or no byte, is the cause by which a request was not sent. It takes both later.
func TestNothingIsAllowed(t *testing.T) {
	asked := make(chan struct{})
	p := serve(t, []http2.Setting{{ID: http2.SettingMaxConcurrentStreams}}, func(c *peerConn) {
		go func() {
			<-asked
			c.write(func() error { return c.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 3}) })
		}()
		echo(c)
	})
	client, call := p.client(5), newCall("one", 50*time.Millisecond)
	client.Do(call)
	if call.Fate != Unsent || !errors.Is(call.Err, ErrNoStream) || p.conns.Load() != 1 {
		t.Errorf("%v, %v, %d connections", call.Fate, call.Err, p.conns.Load())
	}
	close(asked)
	call.Limit = long
	client.Do(call)
	if call.Fate != Answered || p.seen.Load() != 1 {
		t.Errorf("%v, %v, %d requests", call.Fate, call.Err, p.seen.Load())
	}
	p = serve(t, []http2.Setting{}, echo) // which never opens the window of the connection
	client = p.client(1)
	call.Body = []byte(strings.Repeat("x", 16000))
	var fates []Fate
	for range 5 {
		call.Limit = 200 * time.Millisecond
		client.Do(call)
		fates = append(fates, call.Fate)
	}
	if fates[4] != Unsent || !errors.Is(call.Err, ErrNoWindow) {
		t.Errorf("%v, %v", fates, call.Err)
	}
}

// Where a connection allows no further stream, another one is opened, up to a bound.
func TestFurtherConnections(t *testing.T) {
	p := serve(t, []http2.Setting{{ID: http2.SettingMaxConcurrentStreams, Val: 2}}, func(c *peerConn) {
		for c.peer.conns.Load() < 2 {
			runtime.Gosched()
		}
		echo(c)
	})
	s := exchanges(p.client(3), workers, each, long)
	s.check(t, p, [4]int64{0, 0, 0, workers * each})
	if n := p.conns.Load(); n < 2 || n > 3 {
		t.Errorf("%d connections", n)
	}
}

// The windows of the connection and of streams are kept, and what the server gives back is used.
func TestWindows(t *testing.T) {
	const stream = 2500
	p := serve(t, []http2.Setting{{ID: http2.SettingInitialWindowSize, Val: stream}}, func(c *peerConn) {
		left, streams := 65535, map[uint32]int{}
		c.data1 = func(id uint32, n int) {
			left -= n
			streams[id] += n
			if left < 0 || streams[id] > stream {
				t.Errorf("%d bytes beyond the window of the connection, %d on stream %d", -left, streams[id], id)
			}
			if streams[id] == stream {
				streams[id] = 0
				c.write(func() error { return c.WriteWindowUpdate(id, stream) })
			}
		}
		for id, body, ok := c.request(); ok; id, body, ok = c.request() {
			left += len(body)
			c.answer(id, body)
			c.write(func() error { return c.WriteWindowUpdate(0, uint32(len(body))) })
		}
	})
	client := p.client(1)
	s := &sum{errors: map[string]int{}}
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			call := newCall(strings.Repeat("x", 6000), 10*time.Second)
			for range 5 {
				client.Do(call)
				s.add(call)
			}
		})
	}
	all.Wait()
	s.check(t, p, [4]int64{0, 0, 0, 5 * workers})
}

// An exchange ends with its time limit, the server gets a reset, and after many such ends the connection gets no more requests.
func TestTimeLimits(t *testing.T) {
	const silent = 60
	var cancelled atomic.Int64
	p := serve(t, []http2.Setting{}, func(c *peerConn) {
		c.reset = func(f *http2.RSTStreamFrame) {
			if f.ErrCode == http2.ErrCodeCancel {
				cancelled.Add(1)
			}
		}
		for id, body, ok := c.request(); ok; id, body, ok = c.request() {
			if c.number > 1 {
				c.answer(id, body)
			}
		}
	})
	client := p.client(1)
	s := exchanges(client, silent, 1, 200*time.Millisecond)
	if s.fates[InDoubt] != silent || s.errors[os.ErrDeadlineExceeded.Error()] != silent {
		t.Fatalf("%v %v", s.fates, s.errors)
	}
	call := newCall("one", long)
	client.Do(call)
	if call.Fate != Answered || p.conns.Load() != 2 || cancelled.Load() > silent {
		t.Errorf("%v %v, %d connections, %d reset", call.Fate, call.Err, p.conns.Load(), cancelled.Load())
	}
}

// A server that reads nothing ends the exchanges with their time limit, and its connection is replaced: nobody waits for its writer.
func TestAServerThatReadsNothing(t *testing.T) {
	over := make(chan struct{})
	p := serveTLS(t, []http2.Setting{{ID: http2.SettingInitialWindowSize, Val: 1 << 30}}, func(c *peerConn) {
		c.write(func() error { return c.WriteWindowUpdate(0, 1<<30) })
		<-over
	})
	defer close(over)
	client := p.client(1)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			call := newCall(strings.Repeat("x", 4<<20), 300*time.Millisecond)
			for range 100 {
				if p.conns.Load() > 1 {
					return
				}
				if client.Do(call); call.Fate == Answered || call.Fate == Refused {
					t.Errorf("%v %v", call.Fate, call.Err)
				}
			}
		})
	}
	all.Wait()
	if p.conns.Load() < 2 {
		t.Error("the connection was kept")
	}
}

// Half a frame, and silence.
func TestHalfAFrame(t *testing.T) {
	p := serve(t, []http2.Setting{}, func(c *peerConn) {
		for id, _, ok := c.request(); ok; id, _, ok = c.request() {
			c.head(id, false, ":status", "200")
			c.write(func() error { _, err := c.Write([]byte{0, 0, 9, 0, 1}); return err })
		}
	})
	call := newCall("one", 100*time.Millisecond)
	p.client(1).Do(call)
	if call.Fate != InDoubt || !errors.Is(call.Err, os.ErrDeadlineExceeded) || call.Status != 200 {
		t.Errorf("%v %v, status %d", call.Fate, call.Err, call.Status)
	}
}

// A server with a smaller header table learns, before the next header, that no table is used.
func TestTheHeaderTableIsGivenUp(t *testing.T) {
	first := make(chan byte, 2)
	p := serve(t, []http2.Setting{{ID: http2.SettingHeaderTableSize}}, func(c *peerConn) {
		c.block1 = func(block []byte) { first <- block[0] }
		echo(c)
	})
	client := p.client(1)
	for _, want := range []byte{0x20, 0x80 | methodPost} {
		call := newCall("one", long)
		client.Do(call)
		if got := <-first; call.Fate != Answered || got != want {
			t.Errorf("%v %v, %#x, want %#x", call.Fate, call.Err, got, want)
		}
	}
}

// The header is that of the request, in no table, and secrets are marked.
func TestBlock(t *testing.T) {
	long := strings.Repeat("k", 20_000)
	header := http.Header{"User-Agent": {"assay"}, "Authorization": {"Bearer x"}, "Content-Type": {"application/json"}, "X-Key": {long, "b"}}
	block := appendLength(NewHeader(address, header).block, 1234)
	decoder := hpack.NewDecoder(0, nil)
	fields, err := decoder.DecodeFull(block)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range fields {
		secret := f.Name == "authorization" || f.Name == "x-key"
		if f.Sensitive != secret {
			t.Errorf("%s: sensitive %t", f.Name, f.Sensitive)
		}
		got = append(got, f.Name+"="+strings.ReplaceAll(f.Value, long, "long"))
	}
	const want = ":method=POST :scheme=https :authority=example.com :path=/login authorization=Bearer x content-type=application/json user-agent=assay x-key=long x-key=b content-length=1234"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("%s\nwant %s", text, want)
	}
	p := serve(t, []http2.Setting{}, echo) // in several frames
	call := newCall("one", time.Minute)
	call.Header = NewHeader(address, header)
	p.client(1).Do(call)
	if call.Fate != Answered {
		t.Errorf("%v %v", call.Fate, call.Err)
	}
}
