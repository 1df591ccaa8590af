package engine

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/unified-login/assay"
)

// A way is how a scripted server is reached.
type way struct {
	secure bool
	proxy  string // "", "http" or "socks5"
}

// ways are all of them.
var ways = []way{{false, ""}, {true, ""}, {false, "http"}, {true, "http"}, {false, "socks5"}, {true, "socks5"}}

// transport starts the proxy of a way to a server.
func (w way) transport(t *testing.T, server string) assay.Transport {
	t.Helper()
	switch {
	case w.proxy == "socks5":
		return assay.Transport{Proxy: assay.Secret(socksProxy(t))}
	case w.proxy == "http" && w.secure:
		proxy, _ := tunnels(t)
		return assay.Transport{Proxy: assay.Secret(proxy)}
	case w.proxy == "http": // the proxy's connection carries the answers
		return assay.Transport{Proxy: assay.Secret("http://" + server)}
	default:
		return assay.Transport{Proxy: assay.DirectProxy}
	}
}

// socksProxy starts a proxy by SOCKS5 that connects to wherever it is asked to, and returns its URL. It wants the user u and the password p.
func socksProxy(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = from.Close() }()
				to, err := socksAsked(from)
				if err != nil {
					return
				}
				go func() {
					_, _ = io.Copy(to, from)
					_ = to.Close()
				}()
				_, _ = io.Copy(from, to)
			}()
		}
	}()
	return "socks5://u:p@" + l.Addr().String()
}

// socksAsked answers the client of a SOCKS5 proxy, and returns a connection to where it wants to go: an address of IPv4.
func socksAsked(from net.Conn) (net.Conn, error) {
	var in [10]byte
	for _, step := range []struct{ want, answer string }{{"\x05\x02\x00\x02", "\x05\x02"}, {"\x01\x01u\x01p", "\x01\x00"}} {
		if _, err := io.ReadFull(from, in[:len(step.want)]); err != nil || string(in[:len(step.want)]) != step.want {
			return nil, errors.New("not SOCKS5")
		}
		say(from, step.answer)
	}
	if _, err := io.ReadFull(from, in[:]); err != nil || string(in[:4]) != "\x05\x01\x00\x01" {
		return nil, errors.New("no address of IPv4")
	}
	to, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: in[4:8], Port: int(in[8])<<8 | int(in[9])})
	say(from, "\x05\x00\x00\x01"+string(in[4:]))
	return to, err
}

// A second answer over HTTP/2 is seen in the tunnels of proxies too.
func TestSurplusOverHTTP2InATunnel(t *testing.T) {
	answered := func(f *http2.Framer, id uint32) error {
		return errors.Join(f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: []byte{0x88}, EndHeaders: true}), f.WriteData(id, true, []byte("{}")))
	}
	for _, over := range ways {
		if !over.secure {
			continue
		}
		server, _ := refusing(func(f *http2.Framer, id uint32) error {
			err := answered(f, id)
			if id == 3 {
				err = errors.Join(err, answered(f, id))
			}
			return err
		})
		e, r := engineTo(t, server, Vegeta, over.transport(t, ""), 1)
		c, surplus := e.Connection(0), 0
		for range 5 {
			a := c.Exchange(r, time.Minute)
			if a.Failed() {
				t.Errorf("%+v: %+v", over, a.Failure)
			}
			if a.Surplus {
				surplus++
			}
		}
		if surplus != 1 || e.Deaf(0) || e.Protocol() != "HTTP/2.0" {
			t.Errorf("%+v: %d unasked answers, deaf %t, %s", over, surplus, e.Deaf(0), e.Protocol())
		}
	}
}

// Every exchange through a proxy has the connection that the server sees, one for all.
func TestATunnelIsKept(t *testing.T) {
	for _, over := range ways {
		connections := make(chan int, 10)
		e, r := scriptedVegeta(t, over, func(conn net.Conn, connection, _ int) bool {
			connections <- connection
			return say(conn, okay)
		})
		for range 3 {
			if a := e.Connection(0).Exchange(r, time.Minute); a.Failed() || <-connections != 0 {
				t.Errorf("%+v: %+v", over, a.Failure)
			}
		}
		opened := e.Peer(0).Opened()
		if opened.Connections != 1 || (opened.Secure == 1) != over.secure || e.shared() != 1 || e.Deaf(0) {
			t.Errorf("%+v: %+v, %d open, deaf %t", over, opened, e.shared(), e.Deaf(0))
		}
	}
}
