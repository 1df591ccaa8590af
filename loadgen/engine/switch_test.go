package engine

import (
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/keepalive"
	"github.com/unified-login/assay/internal/peers"
)

// What follows a switch to another protocol is not read: it may never end, and over net/http no time limit applies to it.
func TestASwitchToAnotherProtocol(t *testing.T) {
	address := scripted(t, func(conn net.Conn, _, _ int) bool {
		say(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nx")
		return false
	})
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for kind, c := range map[string]Connection{
		"lean": newLeanConnection(direct, address, nil), "net/http": &httpConnection{client: transport, peer: new(peers.Peer), spoken: new(atomic.Int32), kept: new(keepalive.Watch), unasked: new(atomic.Int64), deaf: new(atomic.Bool)},
	} {
		if a := c.Exchange(newRequest(t, address), time.Minute); a.Status != http.StatusSwitchingProtocols || len(a.Body) > 0 || a.Failure.Kind != assay.NoFailure {
			t.Errorf("%s: status %d, %q, failure %q", kind, a.Status, a.Body, a.Failure)
		}
		c.Close()
	}
}
