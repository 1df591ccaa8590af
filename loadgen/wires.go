package loadgen

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/unified-login/assay"
)

// wires are how the API servers are reached. HTTP/1.1 goes over lean lines; HTTP/2, where a server prefers it, and what
// the environment sends through a proxy go over net/http.
type wires struct {
	all  []wire
	pool *pool
}

// A wire leads to one API server.
type wire struct {
	address string      // host and port
	tls     *tls.Config // nil without TLS
	general bool
}

func newWires(servers []string, roots *x509.CertPool, inFlight int) (*wires, error) {
	config := &tls.Config{
		RootCAs: roots, MinVersion: tls.VersionTLS10, // an old version is for the suite to judge
		ClientSessionCache: tls.NewLRUClientSessionCache(0),
	}
	w := &wires{pool: newPool(config, inFlight)}
	for _, server := range servers {
		address, err := url.Parse(server)
		if err != nil {
			return nil, fmt.Errorf("API server: %w", err)
		}
		one := wire{address: address.Host}
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
		one.general = proxy != nil || err != nil
		w.all = append(w.all, one)
	}
	return w, nil
}

// negotiate finds out which servers prefer HTTP/2, and connects to them. A server that cannot be reached is left as it is:
// the first exchange will say so.
func (w *wires) negotiate(ctx context.Context, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for i := range w.all {
		one := &w.all[i]
		if one.tls != nil && !one.general {
			one.general = w.pool.prefersHTTP2(ctx, one.address)
		}
	}
}

// protocol is what is spoken to the first server.
func (w *wires) protocol() string {
	if w.all[0].general && w.all[0].tls != nil {
		return "HTTP/2.0"
	}
	return "HTTP/1.1"
}

func (w *wires) servers() int { return len(w.all) }

// line is a new line to a server.
func (w *wires) line(server int) line {
	one := w.all[server]
	if one.general {
		return &generalLine{client: w.pool.transport}
	}
	return newLeanLine(one.address, one.tls)
}

func (w *wires) close() { w.pool.close() }

// ways are the requests to every server and endpoint with a PAT.
func ways(servers []string, app string, pat assay.Secret) ([][2]*way, error) {
	all := make([][2]*way, len(servers))
	for i, server := range servers {
		for _, endpoint := range assay.Endpoints() {
			w, err := newWay(server, endpoint, app, pat)
			if err != nil {
				return nil, fmt.Errorf("API server: %w", err)
			}
			all[i][point(endpoint)] = w
		}
	}
	return all, nil
}

// unzipped is the body of an answer with gzip undone, within the bounds of any body.
func unzipped(response *assay.Response) []byte {
	encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding")))
	if encoding != "gzip" && encoding != "x-gzip" {
		return response.Body
	}
	reader, err := gzip.NewReader(bytes.NewReader(response.Body))
	if err != nil {
		return response.Body
	}
	body, _ := io.ReadAll(io.LimitReader(reader, maxBody)) // what came before it broke off counts
	return body
}
