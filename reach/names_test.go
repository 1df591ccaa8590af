package reach

import (
	"context"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// A site is a name whose addresses are loopback ones with a listener on one port.
type site struct {
	route     *Route
	port      string
	addresses []netip.Addr // that the next look-up finds
	lookUps   int
}

// listenAt listens at addresses on one port; nil if another program has the port at one of them.
func listenAt(ips []string) (all []net.Listener, port string) {
	port = "0"
	for _, ip := range ips {
		l, err := net.Listen("tcp", net.JoinHostPort(ip, port))
		if err != nil {
			for _, opened := range all {
				_ = opened.Close()
			}
			return nil, ""
		}
		_, port, _ = net.SplitHostPort(l.Addr().String())
		all = append(all, l)
	}
	return all, port
}

// newSite listens at the loopback addresses 127.0.0.N of listening.
func newSite(t *testing.T, listening ...string) *site {
	t.Helper()
	s := &site{}
	var all []net.Listener
	for attempts := 0; all == nil; attempts++ {
		if attempts == 20 {
			t.Fatalf("no port is free at all of %v", listening)
		}
		all, s.port = listenAt(listening)
	}
	t.Cleanup(func() {
		for _, l := range all {
			_ = l.Close()
		}
	})
	route, err := New(nil, assay.Transport{DNSTTL: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	route.names.lookUp = func(context.Context, string, string) ([]netip.Addr, error) {
		s.lookUps++
		return s.addresses, nil
	}
	s.route = route
	return s
}

func (s *site) lead(to ...string) {
	s.addresses = nil
	for _, ip := range to {
		s.addresses = append(s.addresses, netip.MustParseAddr(ip))
	}
}

// went returns how many of n connections went to each address; "" counts those that failed.
func (s *site) went(t *testing.T, n int) map[string]int {
	t.Helper()
	to := map[string]int{}
	for range n {
		conn, err := s.route.DialContext(t.Context(), "tcp", net.JoinHostPort("platform.example", s.port))
		if err != nil {
			to[""]++
			continue
		}
		ip, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
		to[ip]++
		_ = conn.Close()
	}
	return to
}

func (s *site) check(t *testing.T, n int, want map[string]int) {
	t.Helper()
	if got := s.went(t, n); !maps.Equal(got, want) {
		t.Errorf("connections to %v, want %v", got, want)
	}
}

func TestConnectionsAreSpread(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.2", "127.0.0.3")
	s.lead("127.0.0.1", "127.0.0.2", "127.0.0.3")
	s.check(t, 6, map[string]int{"127.0.0.1": 2, "127.0.0.2": 2, "127.0.0.3": 2})
	way := s.route.Way("http://platform.example:" + s.port)
	if !slices.Equal(way.Addresses, []string{"127.0.0.1", "127.0.0.2", "127.0.0.3"}) || len(way.Dead) > 0 {
		t.Errorf("%+v", way)
	}
	if s.lookUps != 1 {
		t.Errorf("%d look-ups within the time to live", s.lookUps)
	}
}

// One that takes no connection is named, and costs no exchange.
func TestADeadAddressIsNamed(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.3")
	s.lead("127.0.0.1", "127.0.0.2", "127.0.0.3")
	s.check(t, 7, map[string]int{"127.0.0.1": 3, "127.0.0.3": 4})
	way := s.route.Way("http://platform.example:" + s.port)
	if len(way.Dead) != 1 || !strings.Contains(way.Dead["127.0.0.2"], "refused") {
		t.Errorf("%+v", way)
	}
}

// A name that leads to nothing more is looked up again at once, and one that moves is followed after the time to live.
func TestANameThatMovesIsFollowed(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.2")
	s.lead("127.0.0.9")
	s.check(t, 1, map[string]int{"": 1})
	s.lead("127.0.0.1")
	s.check(t, 2, map[string]int{"127.0.0.1": 2})
	s.lead("127.0.0.2")
	s.check(t, 1, map[string]int{"127.0.0.1": 1})
	s.route.names.known["platform.example"].until = time.Time{}
	s.check(t, 2, map[string]int{"127.0.0.2": 2})
	if way := s.route.Way("http://platform.example:" + s.port); len(way.Addresses)+len(way.Dead) > 0 {
		t.Errorf("one address is not several: %+v", way)
	}
}

// Only addresses that the name led to together are one service: a later one may be another.
func TestTogetherAreTheFirstAddresses(t *testing.T) {
	s := newSite(t, "127.0.0.1", "127.0.0.2", "127.0.0.3")
	together := s.route.Together("http://platform.example:" + s.port)
	if together("127.0.0.1") {
		t.Error("nothing was looked up")
	}
	s.lead("127.0.0.1", "127.0.0.2")
	s.went(t, 1)
	s.lead("127.0.0.2", "127.0.0.3")
	s.route.names.known["platform.example"].until = time.Time{}
	s.went(t, 2)
	for ip, want := range map[string]bool{"127.0.0.1": true, "127.0.0.2": true, "127.0.0.3": false, "": false} {
		if together(ip) != want {
			t.Errorf("%s: not %v", ip, want)
		}
	}
}

// Of a name with addresses of both families, those of one are used: a machine may have no way to the other.
func TestOneFamilyIsUsed(t *testing.T) {
	n := newName(nil)
	v4, other, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("2001:db8::1")
	n.take([]netip.Addr{v6, v4, other})
	if !n.both {
		t.Fatal("the family is known before a connection")
	}
	all := newNames(0)
	all.keep(n, v4)
	if !slices.Equal(n.addresses, []netip.Addr{v4, other}) || n.both {
		t.Errorf("after a connection to IPv4: %v", n.addresses)
	}
	n.take([]netip.Addr{v6, other})
	if !slices.Equal(n.addresses, []netip.Addr{other}) {
		t.Errorf("after a look-up: %v", n.addresses)
	}
	all.lose(n)
	n.take([]netip.Addr{v6, other})
	if !n.both {
		t.Error("the other family is not tried where this one takes no connection")
	}
}
