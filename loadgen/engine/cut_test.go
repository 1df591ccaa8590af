package engine

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/keepalive"
	"github.com/unified-login/assay/internal/peers"
)

// Over TLS, the half of a body without a length that ends with a cut connection is no answer: whatever is in between may have cut it.
// One that the server ended is, and so is one that is whole.
func TestABodyThatWasCut(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		cut  bool
		kind assay.FailureKind
	}{
		"cut": {`{"errcode":"O`, true, assay.BrokenOff}, "ended": {`{"errcode":"O`, false, assay.NoFailure}, "whole": {`{}`, true, assay.NoFailure},
	} {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"+test.body)
			if secure, ok := conn.(*tls.Conn); ok && test.cut {
				_ = secure.NetConn().Close()
				return
			}
			_ = conn.Close()
		}))
		e, r := negotiated(t, server, 1)
		for kind, connection := range map[string]Connection{
			"lean": e.Connection(0), "net/http": &httpConnection{client: e.transport.http, peer: new(peers.Peer), spoken: new(atomic.Int32), kept: new(keepalive.Watch), unasked: new(atomic.Int64), deaf: new(atomic.Bool)},
		} {
			if a := connection.Exchange(r, time.Minute); a.Failure.Kind != test.kind || a.Status != http.StatusOK || string(a.Body) != test.body {
				t.Errorf("%s, %s: status %d, %q, failure %q", name, kind, a.Status, a.Body, a.Failure)
			}
		}
	}
}
