package reach

import (
	"context"
	"errors"
	"net"
	"time"
)

const (
	// headStart is for how long an address is waited for before the next one is tried beside it.
	headStart = 300 * time.Millisecond
	// longest is how long an address is tried where nothing else bounds it.
	longest = 10 * time.Second
)

// errHangs is why an address was left for another one. It still may take the connection.
var errHangs = errors.New("no connection in time")

// dialName opens a connection to a name. Where it has addresses of both families, the first connection finds out which one can be
// used, as [net.Dialer] does.
func (r *Route) dialName(ctx context.Context, network, host, port string) (net.Conn, error) {
	of, err := r.names.of(ctx, host)
	if err != nil {
		return nil, err
	}
	r.names.mu.Lock()
	both := of.both
	r.names.mu.Unlock()
	if !both {
		return r.dialEach(ctx, network, of, port)
	}
	conn, err := r.dial(ctx, network, net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	if to, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		r.names.keep(of, to.AddrPort().Addr().Unmap())
	}
	return conn, nil
}

// dialEach opens a connection to the first of the addresses that takes one. It waits a moment for each before it tries the next one
// too, so that an address that hangs costs no exchange.
func (r *Route) dialEach(ctx context.Context, network string, of *name, port string) (net.Conn, error) {
	addresses := r.names.order(of)
	if len(addresses) == 0 {
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", IsNotFound: true}}
	}
	if len(addresses) == 1 {
		conn, err := r.dial(ctx, network, net.JoinHostPort(addresses[0].String(), port))
		if r.names.ended(of, attempt{addresses[0], conn, err}); err != nil && ctx.Err() == nil {
			r.names.lose(of)
		}
		return conn, err
	}
	attempts := r.attempt(ctx, of, network, port)
	timer := time.NewTimer(r.headStart)
	defer timer.Stop()
	var first error
	for next, late := 0, false; ; {
		if next == 0 || next < len(addresses) && ctx.Err() == nil && (late || len(attempts.waiting) == 0) {
			attempts.begin(addresses[next])
			next, late = next+1, false
			timer.Reset(r.headStart)
		}
		if len(attempts.waiting) == 0 {
			attempts.over()
			if ctx.Err() == nil {
				r.names.lose(of)
			}
			return nil, first
		}
		select {
		case <-timer.C:
			late = true
		case ended := <-attempts.ended:
			if attempts.take(ended); ended.err == nil {
				attempts.leave(addresses[:next], ended)
				return ended.conn, nil
			}
			if first == nil || ended.address == addresses[0] {
				first = ended.err
			}
		}
	}
}
