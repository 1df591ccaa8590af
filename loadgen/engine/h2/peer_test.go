package h2

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// A peer is a server whose frames a test decides. It counts the requests that arrived in full.
type peer struct {
	t       testing.TB
	address string
	seen    atomic.Int64
	conns   atomic.Int64
	tls     *tls.Config // nil without TLS
	roots   *x509.CertPool
	all     sync.WaitGroup
}

// A peerConn is one connection of a peer. Requests are for one goroutine, and what is written for several.
type peerConn struct {
	net.Conn
	*http2.Framer
	peer    *peer
	number  int64 // from 1
	block   bytes.Buffer
	encoder *hpack.Encoder
	bodies  map[uint32][]byte

	mu     sync.Mutex   // of what is written
	header func(uint32) // gets every stream that is opened; may be nil
	part   func(uint32) // and of every part of a body that is not the last
	reset  func(*http2.RSTStreamFrame)
	data1  func(uint32, int) // gets the length of every part of a body
	block1 func([]byte)      // gets every header block
	pinged func([8]byte)     // answers a PING; nil answers at once
}

// serve starts a peer. It handles every connection on which the client's settings were read and these settings were sent.
func serve(t testing.TB, settings []http2.Setting, handle func(*peerConn)) *peer {
	return (&peer{t: t}).start(settings, handle)
}

// serveTLS is serve over TLS.
func serveTLS(t testing.TB, settings []http2.Setting, handle func(*peerConn)) *peer {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return (&peer{t: t, roots: roots, tls: &tls.Config{Certificates: server.TLS.Certificates, NextProtos: []string{"h2"}}}).start(settings, handle)
}

func (p *peer) start(settings []http2.Setting, handle func(*peerConn)) *peer {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.address = listener.Addr().String()
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	p.all.Go(func() {
		for {
			socket, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[socket] = true
			mu.Unlock()
			p.all.Go(func() {
				defer func() { _ = socket.Close() }()
				conn := socket
				if p.tls != nil {
					conn = tls.Server(socket, p.tls)
				}
				c := &peerConn{Conn: conn, peer: p, number: p.conns.Add(1), bodies: map[uint32][]byte{}}
				c.Framer = http2.NewFramer(conn, conn)
				c.encoder = hpack.NewEncoder(&c.block)
				preface := make([]byte, len(http2.ClientPreface))
				if _, err := io.ReadFull(conn, preface); err != nil || string(preface) != http2.ClientPreface {
					return
				}
				if settings != nil && c.WriteSettings(settings...) != nil {
					return
				}
				handle(c)
			})
		}
	})
	p.t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for socket := range open {
			_ = socket.Close()
		}
		mu.Unlock()
		p.all.Wait()
	})
	return p
}

// client is a client of the peer.
func (p *peer) client(most int) *Client {
	options := Options{MostBody: 128 << 10, MostConnections: most, Dial: func(ctx context.Context) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, "tcp", p.address)
	}}
	if p.tls != nil {
		options.TLS = &tls.Config{RootCAs: p.roots, ServerName: "example.com", NextProtos: []string{"h2", "http/1.1"}}
	}
	c := NewClient(options)
	p.t.Cleanup(c.Close)
	return c
}

// request reads until a request has arrived in full, and returns its stream and body. false if the connection is over.
func (c *peerConn) request() (uint32, []byte, bool) {
	for {
		f, err := c.ReadFrame()
		if err != nil {
			return 0, nil, false
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				c.write(func() error { return c.WriteSettingsAck() })
			}
		case *http2.PingFrame:
			switch {
			case f.IsAck():
			case c.pinged != nil:
				c.pinged(f.Data)
			default:
				c.write(func() error { return c.WritePing(true, f.Data) })
			}
		case *http2.HeadersFrame:
			if c.header != nil {
				c.header(f.StreamID)
			}
			if c.block1 != nil {
				c.block1(f.HeaderBlockFragment())
			}
		case *http2.RSTStreamFrame:
			delete(c.bodies, f.StreamID)
			if c.reset != nil {
				c.reset(f)
			}
		case *http2.DataFrame:
			id := f.StreamID
			if c.data1 != nil {
				c.data1(id, len(f.Data()))
			}
			c.bodies[id] = append(c.bodies[id], f.Data()...)
			if f.StreamEnded() {
				body := c.bodies[id]
				delete(c.bodies, id)
				c.peer.seen.Add(1)
				return id, body, true
			}
			if c.part != nil {
				c.part(id)
			}
		}
	}
}

// write writes. The client may be gone.
func (c *peerConn) write(frame func() error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = frame()
}

// head sends a header, of names and values.
func (c *peerConn) head(id uint32, ends bool, fields ...string) {
	c.write(func() error {
		return c.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: c.encode(fields...), EndHeaders: true, EndStream: ends})
	})
}

// data sends a part of a body.
func (c *peerConn) data(id uint32, ends bool, body []byte) {
	c.write(func() error { return c.WriteData(id, ends, body) })
}

// raw sends a frame of any kind.
func (c *peerConn) raw(kind http2.FrameType, flags http2.Flags, id uint32, payload string) {
	c.write(func() error { return c.WriteRawFrame(kind, flags, id, []byte(payload)) })
}

// rst resets a stream.
func (c *peerConn) rst(id uint32, code http2.ErrCode) {
	c.write(func() error { return c.WriteRSTStream(id, code) })
}

func (c *peerConn) encode(fields ...string) []byte {
	c.block.Reset()
	for i := 0; i+1 < len(fields); i += 2 {
		_ = c.encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return bytes.Clone(c.block.Bytes())
}

// answer sends a right answer: the body of the request.
func (c *peerConn) answer(id uint32, body []byte) {
	c.head(id, false, ":status", "200", "content-type", "application/json", "content-length", strconv.Itoa(len(body)))
	c.data(id, true, body)
}

// echo answers all requests.
func echo(c *peerConn) {
	for id, body, ok := c.request(); ok; id, body, ok = c.request() {
		c.answer(id, body)
	}
}

var address = &url.URL{Scheme: "https", Host: "example.com", Path: "/login"}

func newCall(text string, limit time.Duration) *Call {
	return &Call{Header: NewHeader(address, http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer x"}}), Body: []byte(text), Limit: limit}
}

// A sum counts the fates of exchanges, and how many were sent.
type sum struct {
	mu             sync.Mutex
	fates          [4]int64
	wrong, surplus int64
	errors         map[string]int
	first          string
	held           int64 // waited for a stream or a window
}

// offering is a configuration of TLS that trusts a server and offers HTTP/2.
func offering(server *httptest.Server) *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return &tls.Config{RootCAs: roots, ServerName: "example.com", NextProtos: []string{"h2"}}
}

// exchanges makes so many exchanges by so many workers, each with a body of its own, which has to come back.
func exchanges(c *Client, workers, each int, limit time.Duration) *sum {
	s := &sum{errors: map[string]int{}}
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			call := newCall("", limit)
			for i := range each {
				call.Body = fmt.Appendf(call.Body[:0], `{"code":"%d-%d"}`, w, i)
				c.Do(call)
				s.add(call)
			}
		})
	}
	all.Wait()
	return s
}

func (s *sum) add(call *Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fates[call.Fate]++
	if call.Fate == Answered && (!bytes.Equal(call.Answer, call.Body) || call.Status != 200) {
		s.wrong++
		if s.first == "" {
			s.first = fmt.Sprintf("%d %q to %q", call.Status, call.Answer, call.Body)
		}
	}
	if call.Surplus {
		s.surplus++
	}
	if call.Held > 0 {
		s.held++
	}
	if call.Err != nil {
		s.errors[call.Err.Error()]++
	}
}

func (s *sum) sent() int64 { return s.fates[Refused] + s.fates[InDoubt] + s.fates[Answered] }

// check compares the fates with what is wanted: unsent, refused, in doubt and answered; -1 is any number.
func (s *sum) check(t testing.TB, p *peer, want [4]int64) {
	t.Helper()
	for fate, n := range want {
		if n >= 0 && s.fates[fate] != n {
			t.Errorf("%d %v, want %d: %v", s.fates[fate], Fate(fate), n, s.errors)
		}
	}
	if s.wrong > 0 {
		t.Errorf("%d wrong answers: %s", s.wrong, s.first)
	}
	if seen := p.seen.Load(); seen > s.sent() {
		t.Errorf("the server saw %d requests, and %d were sent", seen, s.sent())
	}
}
