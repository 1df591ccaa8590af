package engine

import (
	"context"
	"crypto/tls"
	"net"
	"sync"

	"github.com/unified-login/assay/internal/farewell"
)

// A socket is a connection of a transport, below TLS. It reports that it was closed, how it ended, and when its server has answered.
type socket struct {
	net.Conn
	closed  func()
	settled chan struct{} // closed when its first exchange is over

	mu     sync.Mutex
	ending farewell.Watch
}

// Read implements [net.Conn].
func (s *socket) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending.Read(p[:n], err)
	return n, err
}

// Close implements [net.Conn].
func (s *socket) Close() error {
	s.closed()
	return s.Conn.Close()
}

func newSocket(conn net.Conn, closed func()) *socket {
	return &socket{Conn: conn, closed: sync.OnceFunc(closed), settled: make(chan struct{})}
}

// settle says that an exchange is over: the server's settings are known.
func (s *socket) settle() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.settled:
	default:
		close(s.settled)
	}
}

// await makes an exchange that shares the connection wait for the end of the first one on it. The server's settings are known then:
// net/http sends up to 100 requests at once before, and a server that allows fewer streams over HTTP/2 refuses the others.
func (s *socket) await(ctx context.Context, shares bool) {
	if s == nil || !shares {
		return
	}
	select {
	case <-s.settled:
	case <-ctx.Done():
	}
}

// speaksHTTP2 reports whether HTTP/2 is spoken on a connection of a transport. Over HTTP/1.1, net/http may have opened it for an exchange that
// took another one, so that it is reused before it was used.
func speaksHTTP2(conn net.Conn) bool {
	switch c := conn.(type) {
	case *watched:
		return true
	case *tls.Conn:
		return c.ConnectionState().NegotiatedProtocol == "h2"
	case *socket: // by prior knowledge: others without TLS are overheard
		return true
	default:
		return false
	}
}

// socketOf is the socket of a connection; nil for one that no transport opened.
func socketOf(conn net.Conn) *socket {
	conn = unwrapped(conn)
	if secure, ok := conn.(*tls.Conn); ok {
		conn = unwrapped(secure.NetConn())
	}
	s, _ := conn.(*socket)
	return s
}

// unwrapped is a connection without what overhears or watches it.
func unwrapped(conn net.Conn) net.Conn {
	switch c := conn.(type) {
	case *overheard:
		return c.Conn
	case *watched:
		return c.Conn
	default:
		return conn
	}
}

// wasCut reports whether a connection of the transport ended without the server's word that it ends.
func wasCut(conn net.Conn) bool {
	s := socketOf(conn)
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ending.Cut()
}
