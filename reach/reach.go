// Package reach opens connections to the servers of a target: through the proxy, with the certificate and to the addresses that its
// transport names. The suite, the load generator and drivers over http use it, so that a target is reached in one way.
package reach

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/files"
)

// maxPEM is how many bytes of a PEM file are read.
const maxPEM = 1 << 20

// A Route makes connections by a transport. It is safe for concurrent use.
type Route struct {
	transport   assay.Transport
	roots       *x509.CertPool
	certificate []tls.Certificate // at most one
	proxy       func(*http.Request) (*url.URL, error)
	header      http.Header
	dial        func(ctx context.Context, network, address string) (net.Conn, error)
	headStart   time.Duration // see headStart
	names       *names
	overTLS     sync.Map // the hosts of proxies over TLS, by HOST:PORT
}

// New returns the route of a transport. A nil roots keeps the system's. The error names the member of the target file that is wrong.
func New(roots *x509.CertPool, transport assay.Transport) (*Route, error) {
	r := newRoute(roots, transport)
	for name, value := range transport.Headers {
		r.header[http.CanonicalHeaderKey(name)] = []string{value.Reveal()}
	}
	certificate, err := Certificate(transport)
	if err != nil {
		return nil, err
	}
	if certificate != nil {
		r.certificate = []tls.Certificate{*certificate}
	}
	r.proxy, err = proxyOf(transport)
	return r, err
}

func newRoute(roots *x509.CertPool, transport assay.Transport) *Route {
	return &Route{transport: transport, roots: roots, header: http.Header{}, dial: new(net.Dialer).DialContext, headStart: headStart,
		names: newNames(transport.DNSTTL)}
}

// proxyOf chooses the proxies of a transport; nil for none.
func proxyOf(transport assay.Transport) (func(*http.Request) (*url.URL, error), error) {
	switch written := transport.Proxy.Reveal(); {
	case written == assay.DirectProxy, transport.UnixSocket != "":
		return nil, nil
	case written == "":
		return http.ProxyFromEnvironment, nil
	default:
		address, err := ParseProxy(written)
		if err != nil {
			return nil, fmt.Errorf("transport.proxy %w", err)
		}
		return http.ProxyURL(address), nil
	}
}

// Elsewhere returns the route to other servers than the API's, such as that of a key set. What names one server does not count for
// them, and they get no header fields.
func (r *Route) Elsewhere() *Route {
	other := newRoute(r.roots, r.transport.ForDriver())
	other.certificate = r.certificate
	other.proxy, _ = proxyOf(other.transport) // New has read it
	return other
}

// To returns the route to a target's API servers. The error names the member of the target file that is wrong.
func To(target assay.Target) (*Route, error) { return to(target, target.Transport) }

// ToDriver returns the route to a target's driver.
func ToDriver(target assay.Target) (*Route, error) { return to(target, target.Transport.ForDriver()) }

func to(target assay.Target, transport assay.Transport) (*Route, error) {
	roots, err := target.TLS.Roots()
	if err != nil {
		return nil, err
	}
	return New(roots, transport)
}

// Plain returns the route of the zero transport. A nil roots keeps the system's.
func Plain(roots *x509.CertPool) *Route {
	r, err := New(roots, assay.Transport{})
	if err != nil {
		panic("reach: the zero transport has no file that could be missing: " + err.Error())
	}
	return r
}

// Certificate reads the client certificate of a transport; nil for none. The error names the member that is wrong.
func Certificate(t assay.Transport) (*tls.Certificate, error) {
	if t.ClientCertificate == "" {
		if t.ClientKey != "" {
			return nil, errors.New("transport.clientKey needs a transport.clientCertificate; name its file")
		}
		return nil, nil
	}
	chain, err := files.Read(t.ClientCertificate, maxPEM)
	if err != nil {
		return nil, fmt.Errorf("transport.clientCertificate cannot be read: %w; check the path", err)
	}
	key, member := chain, "transport.clientCertificate, which also has to hold the key without a transport.clientKey,"
	if t.ClientKey != "" {
		if key, err = files.Read(t.ClientKey, maxPEM); err != nil {
			return nil, fmt.Errorf("transport.clientKey cannot be read: %w; check the path", err)
		}
		member = "transport.clientKey"
	}
	if text := string(key); strings.Contains(text, "ENCRYPTED PRIVATE KEY") || strings.Contains(text, "Proc-Type: 4,ENCRYPTED") {
		return nil, fmt.Errorf("%s holds an encrypted key, and there is no one to ask for its password; decrypt it with openssl pkey", member)
	}
	certificate, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, fmt.Errorf("transport.clientCertificate and its key are no pair in PEM: %s; convert them with openssl x509 and openssl pkey",
			strings.TrimPrefix(err.Error(), "tls: "))
	}
	return &certificate, nil
}

// ParseProxy reads the URL of a proxy. The error goes on after the name of a member and quotes nothing of the URL, which may have a
// password.
func ParseProxy(text string) (*url.URL, error) {
	address, err := url.Parse(text)
	switch {
	case err != nil || address.Hostname() == "" || !strings.Contains(text, "://"):
		return nil, errors.New("is not the URL of a proxy; write one like http://proxy.example:3128, or direct for none")
	case address.Scheme != "http" && address.Scheme != "https" && address.Scheme != "socks5" && address.Scheme != "socks5h":
		return nil, errors.New("has a scheme that is not supported; use http, https or socks5")
	case address.Path != "" && address.Path != "/" || address.RawQuery != "" || address.Fragment != "":
		return nil, errors.New("has a path, a query or a fragment, which a proxy does not use; end it after the port")
	}
	return address, nil
}

// Address is HOST:PORT of a server's URL, with the port of its scheme where it names none; empty for what is not a URL.
func Address(server string) string {
	address, err := url.Parse(server)
	if err != nil {
		return ""
	}
	if port := address.Port(); port != "" {
		return net.JoinHostPort(address.Hostname(), port)
	}
	if address.Scheme == "https" {
		return net.JoinHostPort(address.Hostname(), "443")
	}
	return net.JoinHostPort(address.Hostname(), "80")
}

// TLS returns a new configuration for a server, whose host is that of the URL: with the roots, the client certificate and the name
// of the transport. It accepts old versions, which a requirement judges.
func (r *Route) TLS(host string) *tls.Config {
	config := &tls.Config{
		RootCAs: r.roots, MinVersion: tls.VersionTLS10, Certificates: r.certificate, ServerName: r.transport.ServerName,
		InsecureSkipVerify: r.transport.Insecure, //nolint:gosec // the target's owner asks for it, and every report says so
	}
	if config.ServerName == "" {
		config.ServerName = host
	}
	return config
}

// Protocols are the versions of HTTP for an [http.Transport]; nil for its own choice.
func (r *Route) Protocols() *http.Protocols {
	if !r.transport.PriorKnowledge {
		return nil
	}
	only := new(http.Protocols)
	only.SetUnencryptedHTTP2(true)
	only.SetHTTP2(true)
	return only
}

// PriorKnowledge reports whether the API servers speak HTTP/2 without TLS.
func (r *Route) PriorKnowledge() bool { return r.transport.PriorKnowledge }

// Add adds the header fields of the transport to a request's, in place of those of the same names.
func (r *Route) Add(to http.Header) {
	for name, values := range r.header {
		to[name] = values
	}
}

// Header is the header fields of the transport. It must not be changed.
func (r *Route) Header() http.Header { return r.header }

// A Way is how a server was reached, for a report. The zero value is a plain one.
type Way struct {
	// Addresses are those of the server's name that connections were spread over; nil for one.
	Addresses []string
	// Dead are those of Addresses that took no connection, and why.
	Dead map[string]string
	// Proxy is the URL of the proxy without its user name and password; empty for none.
	Proxy string
	// Headers are the names of the header fields of the transport.
	Headers []string
	// PriorKnowledge is set where HTTP/2 was spoken without TLS.
	PriorKnowledge bool
	// Certificate is set where a client certificate was at hand, Insecure where every certificate of the server was accepted.
	Certificate, Insecure bool
}

// Way returns how a server is reached, a URL. It is complete at the end of a run.
func (r *Route) Way(server string) Way {
	w := Way{Headers: slices.Sorted(maps.Keys(r.header)), Certificate: len(r.certificate) > 0, Insecure: r.transport.Insecure,
		PriorKnowledge: r.transport.PriorKnowledge}
	w.Addresses, w.Dead = r.Spread(Address(server))
	w.Proxy = r.way(server)
	return w
}

// DialContext opens a connection to HOST:PORT. It spreads connections over the addresses of a name, and leaves out those that take
// none. To a proxy over TLS it returns a connection over TLS.
func (r *Route) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := r.dialPlain(ctx, network, address)
	if host, secure := r.overTLS.Load(address); secure && err == nil {
		return r.handshake(ctx, conn, host.(string))
	}
	return conn, err
}

func (r *Route) dialPlain(ctx context.Context, network, address string) (net.Conn, error) {
	if r.transport.UnixSocket != "" {
		return r.dial(ctx, "unix", r.transport.UnixSocket)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return r.dial(ctx, network, address)
	}
	for _, key := range []string{strings.ToLower(address), net.JoinHostPort(assay.AnyHost, port)} {
		if given := r.transport.Resolve[key]; given != nil {
			return r.dialEach(ctx, network, r.names.given(strings.ToLower(address), given), port)
		}
	}
	if net.ParseIP(host) != nil {
		return r.dial(ctx, network, address)
	}
	return r.dialName(ctx, network, host, port)
}
