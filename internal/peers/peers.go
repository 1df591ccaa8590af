// Package peers finds out whether a server changes during a run: the address that its name leads to, or its certificate.
package peers

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"net"
	"slices"
	"sync"
)

// most bounds what is remembered of a server.
const most = 4

// A Peer is what a server was reached as. The zero value has seen nothing. It is safe for concurrent use.
type Peer struct {
	mu           sync.Mutex
	addresses    []string
	certificates []string
}

// Saw remembers where a new connection leads to, and the certificate that the server showed on it.
func (p *Peer) Saw(conn net.Conn) {
	if host, _, err := net.SplitHostPort(conn.RemoteAddr().String()); err == nil {
		p.add(&p.addresses, host)
	}
	if secure, isTLS := conn.(*tls.Conn); isTLS {
		p.shown(secure.ConnectionState())
	}
}

func (p *Peer) shown(state tls.ConnectionState) {
	if len(state.PeerCertificates) > 0 {
		sum := sha256.Sum256(state.PeerCertificates[0].Raw)
		p.add(&p.certificates, hex.EncodeToString(sum[:])[:16])
	}
}

func (p *Peer) add(to *[]string, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(*to) < most && !slices.Contains(*to, text) {
		*to = append(*to, text)
	}
}

// Addresses are those that the server was reached at, in their order, at most four.
func (p *Peer) Addresses() []string { return p.copy(&p.addresses) }

// Certificates are the beginnings of the SHA-256 of those that it showed, in their order, at most four.
func (p *Peer) Certificates() []string { return p.copy(&p.certificates) }

func (p *Peer) copy(of *[]string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(*of)
}
