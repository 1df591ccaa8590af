package reach

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// Name servers turn the order of addresses. Connections are spread all the same.
func TestATurnedOrderIsSpread(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.2")
	s.route.names.ttl = 0
	s.route.names.lookUp = func(context.Context, string, string) ([]netip.Addr, error) {
		s.lookUps++
		if s.lookUps%2 == 0 {
			s.lead("127.0.0.1", "127.0.0.2")
		} else {
			s.lead("127.0.0.2", "127.0.0.1")
		}
		return s.addresses, nil
	}
	s.check(t, 6, map[string]int{"127.0.0.1": 3, "127.0.0.2": 3})
}

// hang makes an address take a connection not before it is released.
func (s *site) hang(ip string) (release chan struct{}) {
	release = make(chan struct{})
	dial := s.route.dial
	s.route.headStart = time.Millisecond
	s.route.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, ip+":") {
			select {
			case <-release:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		return dial(ctx, network, address)
	}
	return release
}

// An address that hangs is left for the next one, and named.
func TestAnAddressThatHangs(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.2")
	s.lead("127.0.0.1", "127.0.0.2")
	s.hang("127.0.0.1")
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	address := net.JoinHostPort("platform.example", s.port)
	for range 2 {
		conn, err := s.route.DialContext(ctx, "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if ip, _, _ := net.SplitHostPort(conn.RemoteAddr().String()); ip != "127.0.0.2" {
			t.Errorf("a connection to %s", ip)
		}
		_ = conn.Close()
	}
	if way := s.route.Way("http://" + address); way.Dead["127.0.0.1"] != "no connection in time" || len(way.Dead) != 1 {
		t.Errorf("%+v", way)
	}
}

// A closing says that it was closed.
type closing struct {
	net.Conn
	closed chan struct{}
}

func (c closing) Close() error {
	defer close(c.closed)
	return c.Conn.Close()
}

// An address that was only slow is not called dead, and its connection is closed.
func TestASlowAddress(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.2")
	s.lead("127.0.0.1", "127.0.0.2")
	release, dial, closed := s.hang("127.0.0.1"), s.route.dial, make(chan struct{})
	s.route.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if strings.HasPrefix(address, "127.0.0.1:") && err == nil {
			return closing{conn, closed}, nil
		}
		return conn, err
	}
	ctx, cancel := context.WithCancel(t.Context())
	address := net.JoinHostPort("platform.example", s.port)
	conn, err := s.route.DialContext(ctx, "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	cancel() // as net/http does after a connection
	close(release)
	<-closed
	if way := s.route.Way("http://" + address); len(way.Dead) > 0 {
		t.Errorf("%+v", way)
	}
}

// Where this machine has nothing left for a connection, the address is not to blame.
func TestAShortageIsNotTheAddress(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.2")
	s.lead("127.0.0.1", "127.0.0.2")
	dial, failed := s.route.dial, false
	s.route.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if !failed {
			failed = true
			return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("socket", syscall.EMFILE)}
		}
		return dial(ctx, network, address)
	}
	s.check(t, 2, map[string]int{"127.0.0.2": 2})
	if way := s.route.Way("http://platform.example:" + s.port); len(way.Dead) > 0 {
		t.Errorf("%+v", way)
	}
}

// A connection that is given up ends with the reason.
func TestDialingIsGivenUp(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.2")
	s.lead("127.0.0.1", "127.0.0.2")
	s.hang("127.0.0.1")
	s.hang("127.0.0.2")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if conn, err := s.route.DialContext(ctx, "tcp", net.JoinHostPort("platform.example", s.port)); conn != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", conn, err)
	}
	ctx, cancel = context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	if conn, err := s.route.DialContext(ctx, "tcp", net.JoinHostPort("platform.example", s.port)); conn != nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, %v", conn, err)
	}
}

// The host * of resolve stands for every name and address that it does not name, as curl's does.
func TestResolveAny(t *testing.T) {
	var dialed []string
	route, err := New(nil, assay.Transport{Resolve: map[string][]netip.Addr{
		"*:80": {netip.MustParseAddr("192.0.2.1")}, "b.example:80": {netip.MustParseAddr("192.0.2.2")}, "[::1]:80": {netip.MustParseAddr("192.0.2.3")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	route.dial = func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = append(dialed, address)
		return nil, errors.New("not now")
	}
	for _, address := range []string{"A.example:80", "b.example:80", "[::1]:80", "192.0.2.9:81"} {
		_, _ = route.DialContext(t.Context(), "tcp", address)
	}
	if got, want := strings.Join(dialed, " "), "192.0.2.1:80 192.0.2.2:80 192.0.2.3:80 192.0.2.9:81"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
