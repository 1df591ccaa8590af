package engine

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"github.com/unified-login/assay/reach"
)

// proxy is the proxy of a request for net/http. To a server over TLS, the transport opens tunnels itself: net/http would speak TLS in them
// where nothing overhears it.
func (t *transport) proxy(request *http.Request) (*url.URL, error) {
	by, err := t.route.Proxy(request)
	if err != nil || by != nil && request.URL.Scheme == "https" && reach.Tunnels(by) {
		return nil, err
	}
	return by, nil
}

// through opens a connection to a server over TLS, through its proxy if it has one, and counts it while it is open.
func (t *transport) through(ctx context.Context, network, address string) (net.Conn, error) {
	by, err := t.route.Proxy(&http.Request{URL: &url.URL{Scheme: "https", Host: address}})
	switch {
	case err != nil:
		return nil, err
	case by == nil || !reach.Tunnels(by): // that address is the proxy's then
		return t.open(ctx, network, address)
	default:
		return reach.Tunnel(ctx, by, address, t.open)
	}
}
