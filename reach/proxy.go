package reach

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/unified-login/assay"
)

// errNoH2C fails a request in HTTP/2 without TLS to a server behind an HTTP proxy, to which net/http would speak HTTP/2 itself.
var errNoH2C error = assay.FailureError{Failure: assay.Failure{Kind: assay.ProxyFailed,
	Text: "no connection: HTTP/2 without TLS does not pass an HTTP proxy"}}

// Proxy returns the URL of the proxy for a request; nil for none. It is an [http.Transport]'s Proxy, together with DialContext, which
// speaks TLS to a proxy over TLS: net/http would offer HTTP/2 to it, and ask it for the server's name.
func (r *Route) Proxy(request *http.Request) (*url.URL, error) {
	address, err := r.proxyFor(request)
	if err != nil || address == nil {
		return nil, err
	}
	isHTTP := !strings.HasPrefix(address.Scheme, "socks")
	if isHTTP && r.transport.PriorKnowledge && request.URL.Scheme == "http" {
		return nil, errNoH2C
	}
	if address.Scheme != "https" || strings.ContainsFunc(address.Host, func(c rune) bool { return c > 0x7f }) { // net/http encodes such a name
		return address, nil
	}
	plain := *address
	plain.Scheme, plain.Host = "http", Address(address.String())
	r.overTLS.Store(plain.Host, address.Hostname())
	return &plain, nil
}

func (r *Route) proxyFor(request *http.Request) (*url.URL, error) {
	if r.proxy == nil {
		return nil, nil
	}
	return r.proxy(request)
}

// ProxyOf returns the proxy of a server without its user name and password; empty for none. An error of the environment's proxy is
// one of every request, which reports it.
func (r *Route) ProxyOf(server *url.URL) (name string, err error) {
	address, err := r.proxyFor(&http.Request{URL: server})
	if err != nil || address == nil {
		return "", err
	}
	return address.Scheme + "://" + address.Host, nil
}

// way is ProxyOf for a URL in text; empty for an error too.
func (r *Route) way(server string) string {
	address, err := url.Parse(server)
	if err != nil {
		return ""
	}
	name, _ := r.ProxyOf(address) // an error is one of every request
	return name
}

// handshake speaks TLS to a proxy.
func (r *Route) handshake(ctx context.Context, conn net.Conn, host string) (net.Conn, error) {
	config := r.TLS(host)
	config.ServerName, config.NextProtos = host, []string{"http/1.1"}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the handshake's error says more
		return nil, err
	}
	return secure, nil
}
