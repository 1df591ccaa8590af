package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/unified-login/assay"
)

// wires are how the API servers are reached. HTTP/1.1 goes over lean lines; HTTP/2, where a server prefers it, and what
// the environment sends through a proxy go over net/http.
type Auto struct {
	servers   []apiServer
	transport *transport
}

// A wire leads to one API server.
type apiServer struct {
	address string      // host and port
	tls     *tls.Config // nil without TLS
	shared  bool
}

func New(servers []string, roots *x509.CertPool, inFlight int) (*Auto, error) {
	config := &tls.Config{
		RootCAs: roots, MinVersion: tls.VersionTLS10, // an old version is for the suite to judge
		ClientSessionCache: tls.NewLRUClientSessionCache(0),
	}
	w := &Auto{transport: newTransport(config, inFlight)}
	for _, server := range servers {
		address, err := url.Parse(server)
		if err != nil {
			return nil, fmt.Errorf("API server: %w", err)
		}
		one := apiServer{address: address.Host}
		if address.Port() == "" {
			one.address = net.JoinHostPort(address.Hostname(), map[string]string{"https": "443"}[address.Scheme])
			if address.Scheme == "http" {
				one.address = net.JoinHostPort(address.Hostname(), "80")
			}
		}
		if address.Scheme == "https" {
			one.tls = config.Clone()
			one.tls.ServerName = address.Hostname()
			one.tls.NextProtos = []string{"http/1.1"}
		}
		proxy, err := http.ProxyFromEnvironment(&http.Request{URL: address})
		one.shared = proxy != nil || err != nil
		w.servers = append(w.servers, one)
	}
	return w, nil
}

// negotiate finds out which servers prefer HTTP/2, and connects to them. A server that cannot be reached is left as it is:
// the first exchange will say so.
func (w *Auto) Negotiate(ctx context.Context, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for i := range w.servers {
		one := &w.servers[i]
		if one.tls != nil && !one.shared {
			one.shared = w.transport.prefersHTTP2(ctx, one.address)
		}
	}
}

// protocol is what is spoken to the first server.
func (w *Auto) Protocol() string {
	if w.servers[0].shared && w.servers[0].tls != nil {
		return "HTTP/2.0"
	}
	return "HTTP/1.1"
}

// connections is how many connections are open that the lines share.
func (w *Auto) SharedConnections() int { return w.transport.connections() }

func (w *Auto) Servers() int { return len(w.servers) }

// line is a new line to a server.
func (w *Auto) Connection(server int) Connection {
	one := w.servers[server]
	if one.shared {
		return &httpConnection{client: w.transport.http}
	}
	return newLeanConnection(one.address, one.tls)
}

func (w *Auto) Close() { w.transport.close() }

// ways are the requests to every server and endpoint with a PAT.
func Routes(servers []string, app string, pat assay.Secret) ([][2]*Route, error) {
	all := make([][2]*Route, len(servers))
	for i, server := range servers {
		for j, endpoint := range assay.Endpoints() {
			w, err := NewRoute(server, endpoint, app, pat)
			if err != nil {
				return nil, fmt.Errorf("API server: %w", err)
			}
			all[i][j] = w
		}
	}
	return all, nil
}
