// Package peers finds out whether a server changes during a run: the address that its name leads to, or its certificate.
package peers

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"net"
	"slices"
	"sync"
	"sync/atomic"
)

// most bounds what is remembered of a server.
const most = 4

// A Peer records how a server was reached: its addresses and certificates. The zero value has seen nothing. It is safe for
// concurrent use.
type Peer struct {
	mu           sync.Mutex
	addresses    []string
	certificates []string
	proven       atomic.Pointer[[]string] // addresses at which the platform answered
	together     func(address string) bool
	opened       Opened
}

// Opened is how many connections were opened to a server. Secure are those of them with TLS, and of these Resumed resumed a session.
type Opened struct{ Connections, Secure, Resumed int64 }

// Together says which addresses are one service with the first: connections are spread over them. It is called before everything
// else.
func (p *Peer) Together(is func(address string) bool) { p.together = is }

// isTogether reports whether an address is one of a service that has several.
func (p *Peer) isTogether(address string) bool { return p.together != nil && p.together(address) }

// Saw remembers where a new connection leads to, and the certificate that the server showed on it.
func (p *Peer) Saw(conn net.Conn) {
	if address := Address(conn); address != "" && !p.isTogether(address) {
		p.add(&p.addresses, address)
	}
	if secure, isTLS := conn.(*tls.Conn); isTLS {
		p.shown(secure.ConnectionState())
	}
	p.count(conn)
}

func (p *Peer) count(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opened.Connections++
	if secure, isTLS := conn.(*tls.Conn); isTLS {
		p.opened.Secure++
		if secure.ConnectionState().DidResume {
			p.opened.Resumed++
		}
	}
}

// Opened is how many connections were opened to the server.
func (p *Peer) Opened() Opened {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.opened
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

// Addresses are those that the server was reached at, in their order, at most four, without those of Together.
func (p *Peer) Addresses() []string { return p.copy(&p.addresses) }

// Certificates are the beginnings of the SHA-256 of those that it showed, in their order, at most four.
func (p *Peer) Certificates() []string { return p.copy(&p.certificates) }

func (p *Peer) copy(of *[]string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(*of)
}

// Address is the address that a connection leads to, without its port; empty where it has none.
func Address(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return ""
	}
	return host
}

// Proven reports whether the platform answers at an address.
func (p *Peer) Proven(address string) bool {
	proven := p.proven.Load()
	return proven != nil && slices.Contains(*proven, address)
}

// Elsewhere learns from an answer of an address, and reports whether it is another server's: the platform has shown that it answers
// at other addresses, by accepting a code, and at this one it has not. An answer with an identity is never another server's.
func (p *Peer) Elsewhere(address string, accepted, identified bool) bool {
	switch {
	case address == "" || p.Proven(address):
		return false
	case accepted:
		p.mu.Lock()
		defer p.mu.Unlock()
		var proven []string
		if before := p.proven.Load(); before != nil {
			proven = slices.Clone(*before)
		}
		proven = append(proven, address)
		p.proven.Store(&proven)
		return false
	default:
		return !identified && p.proven.Load() != nil && !p.isTogether(address)
	}
}
