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
