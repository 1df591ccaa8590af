package h2

import (
	"bytes"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A model is a server that answers in random order, in random frames, and refuses, resets, keeps silent and says goodbye now and then.
// It reads in one goroutine and answers in another.
func model(seed uint64, failing bool) func(*peerConn) {
	return func(c *peerConn) {
		type request struct {
			id   uint32
			body []byte
		}
		c.header = func(id uint32) { // the settings may allow a stream less than a body has
			c.write(func() error { return c.WriteWindowUpdate(id, 100) })
		}
		random := rand.New(rand.NewPCG(seed, uint64(c.number)))
		queue := make(chan request, 10_000)
		var reading sync.WaitGroup
		reading.Go(func() {
			defer close(queue)
			for id, body, ok := c.request(); ok; id, body, ok = c.request() {
				queue <- request{id, body}
			}
		})
		defer reading.Wait()
		defer func() { _ = c.Close() }()
		var held []request
		for open := true; open || len(held) > 0; {
			var r request
			var more bool
			if len(held) == 0 {
				r, more = <-queue
				open = more
			} else {
				select {
				case r, more = <-queue:
					open = more
				default:
				}
			}
			if more {
				held = append(held, r)
			}
			if len(held) == 0 || more && random.IntN(4) > 0 {
				continue
			}
			i := random.IntN(len(held))
			r = held[i]
			held[i] = held[len(held)-1]
			held = held[:len(held)-1]
			switch n := random.IntN(1000); {
			case failing && n < 5:
				c.rst(r.id, http2.ErrCodeRefusedStream)
			case failing && n < 10:
				c.rst(r.id, http2.ErrCodeInternal)
			case failing && n == 10 && c.number < 20:
				c.write(func() error { return c.WriteGoAway(r.id, http2.ErrCodeNo, nil) })
				c.answer(r.id, r.body)
			case failing && n == 11:
				return
			default:
				c.randomly(random, r.id, r.body)
			}
		}
	}
}

// randomly answers in random frames.
func (c *peerConn) randomly(random *rand.Rand, id uint32, body []byte) {
	chance := func(n int) bool { return random.IntN(n) == 0 }
	if chance(20) {
		c.head(id, false, ":status", "103", "link", "</x>")
	}
	if chance(20) {
		c.write(func() error { return c.WritePing(false, [8]byte{1, 2}) })
	}
	if chance(20) {
		c.raw(http2.FrameType(0x20+random.IntN(200)), 0xff, uint32(random.Int32()), "unknown")
	}
	if chance(50) {
		c.write(func() error {
			return c.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 20 + random.Uint32N(200)}, http2.Setting{ID: http2.SettingInitialWindowSize, Val: random.Uint32N(1 << random.IntN(17))})
		})
	}
	c.head(id, false, ":status", "200", "x-random", string(rune('a'+random.IntN(26))))
	for len(body) > 0 {
		n := 1 + random.IntN(len(body))
		part := body[:n]
		body = body[n:]
		if chance(3) {
			c.write(func() error { return c.WriteDataPadded(id, len(body) == 0, part, make([]byte, random.IntN(255))) })
		} else {
			c.data(id, len(body) == 0, part)
		}
	}
	c.write(func() error { return c.WriteWindowUpdate(id, 1+random.Uint32N(70000)) })
	c.write(func() error { return c.WriteWindowUpdate(0, 200) })
}

// Every answer is the one to the request that it is given for, in whatever order they come, and every request has one fate.
func TestRandomOrder(t *testing.T) {
	const workers, each = 100, 500
	for name, failing := range map[string]bool{"answers": false, "and failures": true} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, []http2.Setting{}, model(uint64(len(name)), failing))
			s := exchanges(p.client(2), workers, each, long)
			want := [4]int64{0, 0, 0, workers * each}
			if failing {
				want = [4]int64{-1, -1, -1, -1}
			}
			s.check(t, p, want)
			if sum := s.fates[Unsent] + s.sent(); sum != workers*each || s.surplus > 0 || s.fates[Answered] < workers*each/2 {
				t.Errorf("%v, %d surplus answers: %v", s.fates, s.surplus, s.errors)
			}
		})
	}
}

// BenchmarkRandomOrder is TestRandomOrder for as many exchanges as -benchtime says, by 100 workers.
func BenchmarkRandomOrder(b *testing.B) {
	p := serve(b, []http2.Setting{}, model(1, true))
	s := exchanges(p.client(2), 100, max(1, b.N/100), long)
	if s.check(b, p, [4]int64{-1, -1, -1, -1}); s.surplus > 0 {
		b.Errorf("%d surplus answers", s.surplus)
	}
}

// quick answers like echo, with as little work as possible, and always the same body.
func quick(c *peerConn) {
	read, answers := make([]byte, 1<<16), make([]byte, 0, 1<<16)
	for to := 0; ; {
		n, err := c.Read(read[to:])
		if err != nil {
			return
		}
		in := read[:to+n]
		answers = answers[:0]
		for len(in) >= frameHeader {
			length := int(in[0])<<16 | int(in[1])<<8 | int(in[2])
			if len(in) < frameHeader+length {
				break
			}
			if id := uint32(in[5])<<24 | uint32(in[6])<<16 | uint32(in[7])<<8 | uint32(in[8]); http2.FrameType(in[3]) == http2.FrameData {
				answers = append(appendFrame(answers, 1, http2.FrameHeaders, http2.FlagHeadersEndHeaders, id), 0x88)
				answers = append(appendFrame(answers, 2, http2.FrameData, http2.FlagDataEndStream, id), "{}"...)
				answers = appendNumber(appendFrame(answers, 4, http2.FrameWindowUpdate, 0, 0), uint32(length))
			}
			in = in[frameHeader+length:]
		}
		to = copy(read, in)
		if _, err := c.Write(answers); err != nil {
			return
		}
	}
}

// An exchange allocates nothing.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates
	}
	client, call := serve(t, []http2.Setting{}, quick).client(1), newCall(`{"code":"one"}`, long)
	client.Do(call)
	if n := testing.AllocsPerRun(2000, func() { client.Do(call) }); n > 0 || call.Fate != Answered {
		t.Errorf("%v allocations, %v %v", n, call.Fate, call.Err)
	}
}

func BenchmarkDo(b *testing.B) {
	client := serve(b, []http2.Setting{}, quick).client(1)
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		call := newCall(`{"code":"one"}`, long)
		for pb.Next() {
			if client.Do(call); call.Fate != Answered {
				b.Error(call.Err)
			}
		}
	})
}

// FuzzFrames reads bytes of a server in parts. Whatever they are, it ends, what is kept is bounded, and no exchange ends twice.
func FuzzFrames(f *testing.F) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	_ = encoder.WriteField(hpack.HeaderField{Name: "content-length", Value: "2"})
	var seed bytes.Buffer
	framer := http2.NewFramer(&seed, nil)
	_ = framer.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 3})
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: block.Bytes(), EndHeaders: true, PadLength: 3})
	_ = framer.WriteDataPadded(3, true, []byte("{}"), make([]byte, 5))
	f.Add(bytes.Clone(seed.Bytes()), uint8(7))
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes()[:1]})
	_ = framer.WriteContinuation(1, true, block.Bytes()[1:])
	_ = framer.WriteRSTStream(5, http2.ErrCodeRefusedStream)
	_ = framer.WritePing(false, [8]byte{})
	_ = framer.WriteWindowUpdate(0, 5)
	_ = framer.WriteGoAway(3, http2.ErrCodeNo, nil)
	f.Add(bytes.Clone(seed.Bytes()), uint8(200))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		here, there := net.Pipe()
		defer func() { _ = there.Close() }()
		client := NewClient(Options{MostBody: 1000, MostConnections: 1})
		client.dialling = 1 // nobody dials
		conn := client.newConn(here)
		client.conns = append(client.conns, conn)
		conn.writing = true // nobody writes
		var calls []*Call
		for range 3 {
			call := newCall("{}", time.Hour)
			call.reset(time.Now())
			conn.request(call, call.Began)
			calls = append(calls, call)
		}
		var in []byte
		for len(data) > 0 && conn.err == nil {
			n := min(len(data), 1+int(step))
			in = append(in, data[:n]...)
			data = data[n:]
			consumed, err := conn.consume(in)
			if consumed > len(in) {
				t.Fatalf("%d bytes of %d", consumed, len(in))
			}
			in = in[consumed:]
			if err != nil {
				conn.fail(err)
			}
			client.mu.Lock()
			client.unlock() // it would block on a call that ends twice
			if len(conn.control) > mostControl+maxFrame || len(conn.block.bytes) > maxHeaders+maxFrame {
				t.Fatalf("%d bytes of replies, %d of a header", len(conn.control), len(conn.block.bytes))
			}
		}
		conn.fail(ErrClosed)
		client.mu.Lock()
		client.unlock()
		for _, call := range calls {
			select {
			case <-call.done:
			default:
				t.Fatal("an exchange did not end")
			}
			if len(call.Answer) > 1000 || call.headerSize > maxHeaders+maxFrame*perField || call.Fate == Answered && (call.Status < 200 || call.Err != nil) {
				t.Fatalf("%v: status %d, %d bytes, %v", call.Fate, call.Status, len(call.Answer), call.Err)
			}
		}
	})
}
