package peers

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"testing"
)

type conn struct {
	net.Conn
	to string
}

func (c conn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(c.to), Port: 443} }

func TestPeer(t *testing.T) {
	var p Peer
	for _, to := range []string{"192.0.2.1", "192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3", "192.0.2.4"} {
		p.Saw(conn{to: to})
		p.shown(tls.ConnectionState{PeerCertificates: []*x509.Certificate{{Raw: []byte(to)}}})
	}
	if got, want := p.Addresses(), []string{"192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3"}; !slices.Equal(got, want) {
		t.Errorf("addresses %q, want %q", got, want)
	}
	if got := p.Certificates(); len(got) != 4 || got[0] == got[1] {
		t.Errorf("certificates %q", got)
	}
}

// TestElsewhere: an address is another server's until a code is accepted there, once one was accepted elsewhere.
func TestElsewhere(t *testing.T) {
	var p Peer
	for i, step := range []struct {
		address              string
		accepted, identified bool
		elsewhere            bool
	}{
		{"192.0.2.1", false, false, false}, // nothing is known yet
		{"192.0.2.1", true, true, false},
		{"192.0.2.1", false, false, false},
		{"192.0.2.2", false, false, true},
		{"192.0.2.2", false, true, false}, // an identity is never another server's
		{"192.0.2.2", false, false, true},
		{"", false, false, false},
		{"192.0.2.2", true, true, false},
		{"192.0.2.2", false, false, false},
		{"192.0.2.3", false, false, true},
	} {
		if got := p.Elsewhere(step.address, step.accepted, step.identified); got != step.elsewhere {
			t.Errorf("step %d: elsewhere %v", i, got)
		}
	}
	if !p.Proven("192.0.2.2") || p.Proven("192.0.2.3") {
		t.Error("proven are not the addresses at which a code was accepted")
	}
}
