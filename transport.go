package assay

import (
	"net/http"
	"net/netip"
	"slices"
	"time"
)

// A Transport says how connections to an implementation are made, where a plain one does not reach it. The zero value is a plain
// one: directly, or through the proxy of the environment.
type Transport struct {
	// Headers are header fields that a gateway in front of the platform asks for, by name. Every request has them beside those of
	// the contract. They are sent to the API servers, to key sets on the same hosts, and to a driver over http.
	Headers map[string]Secret
	// ClientCertificate and ClientKey are the paths of PEM files for mutual TLS; empty for none. Without ClientKey, the key is in
	// the file of the certificate.
	ClientCertificate, ClientKey string
	// ServerName is the name that TLS asks for and checks, in place of the URL's host; empty for the URL's.
	ServerName string
	// Resolve gives the addresses of names, by HOST:PORT, in place of those that a look-up finds; the host [AnyHost] is every other.
	Resolve map[string][]netip.Addr
	// Proxy is the URL of an HTTP or SOCKS5 proxy, [DirectProxy] for none; empty for the environment's. Its user name and password
	// are secrets.
	Proxy Secret
	// PriorKnowledge speaks HTTP/2 without TLS to the API servers, whose URLs have the scheme http here and h2c in a target file.
	PriorKnowledge bool
	// UnixSocket is the path of the socket of the API servers; empty for TCP.
	UnixSocket string
	// Insecure accepts every certificate. The results of such a run prove nothing about who answered.
	Insecure bool
	// DNSTTL is for how long the addresses of a name are kept; with 0 it is looked up for every connection.
	DNSTTL time.Duration
}

// AnyHost is the host of Resolve that stands for all that it does not name.
const AnyHost = "*"

// DirectProxy is the proxy of a target that is reached directly, whatever the environment says.
const DirectProxy = "direct"

// IsPlain reports whether nothing is set.
func (t Transport) IsPlain() bool {
	return len(t.Headers)+len(t.Resolve) == 0 && t.ClientCertificate == "" && t.ClientKey == "" && t.ServerName == "" &&
		t.Proxy == "" && t.UnixSocket == "" && !t.PriorKnowledge && !t.Insecure && t.DNSTTL == 0
}

// ForDriver returns the transport of a driver over http: the same but for what names one server.
func (t Transport) ForDriver() Transport {
	t.ServerName, t.UnixSocket, t.PriorKnowledge = "", "", false
	return t
}

// OwnsHeader reports whether the contract, HTTP itself or a requirement decides about a header field, so that a transport must not
// set it.
func OwnsHeader(name string) bool {
	return slices.Contains([]string{
		"Authorization", "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Keep-Alive",
		"Host", "Accept", "Accept-Encoding", "Accept-Language", "Cookie", "Origin", "Expect", "Upgrade", "Te", "Trailer", "User-Agent",
		"Proxy-Authorization", "Proxy-Connection", "X-Http-Method-Override", "Idempotency-Key", "X-Idempotency-Key", "Range",
		"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Cache-Control",
	}, http.CanonicalHeaderKey(name))
}
