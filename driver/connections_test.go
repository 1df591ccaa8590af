package driver

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

// A closer is a server of the driver protocol that answers some requests of every connection, with the promise to keep it,
// and closes it when it has read the next one.
type closer struct {
	answers     int // of each connection
	connections atomic.Int64
	requests    atomic.Int64
	done        atomic.Int64 // requests that were answered
}

func (c *closer) listen(t *testing.T) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.connections.Add(1)
			go c.serve(conn)
		}
	}()
	return "http://" + l.Addr().String()
}

func (c *closer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	read := bufio.NewReader(conn)
	for answered := 0; ; answered++ {
		request, err := http.ReadRequest(read)
		if err != nil {
			return
		}
		var asked assay.HostRequest
		if json.NewDecoder(request.Body).Decode(&asked) != nil {
			return
		}
		if c.requests.Add(1); answered == c.answers {
			return
		}
		c.done.Add(1)
		body := fmt.Sprintf(`{"id":%d,"ok":true,"callbacks":[]}`, asked.ID)
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: keep-alive\r\n\r\n%s", len(body), body)
	}
}

// A server may close an idle connection at the moment of the next request: the request is repeated, and nothing is lost.
func TestHTTPRepeatsWhatMetAClosedConnection(t *testing.T) {
	server := &closer{answers: 1}
	host := HTTP(server.listen(t), "", nil)
	const asked = 12
	for range asked {
		drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpLogin})
	}
	if done := server.done.Load(); done != asked {
		t.Errorf("%d answers to %d requests", done, asked)
	}
	if server.requests.Load() == server.done.Load() {
		t.Error("no connection was closed on a request: the test shows nothing")
	}
}

// What must not be done twice is never sent on a connection that may be closed.
func TestHTTPSendsOnceWhatMustNotBeDoneTwice(t *testing.T) {
	for _, op := range []assay.Op{assay.OpAdvance, assay.OpExpire, assay.OpRevokePAT} {
		server := &closer{answers: 1}
		host := HTTP(server.listen(t), "", nil)
		const asked = 4
		for range asked {
			drivertest.Ask(t, host, assay.HostRequest{Op: op})
		}
		if got := server.requests.Load(); got != asked || server.connections.Load() != asked {
			t.Errorf("%s: %d requests on %d connections, want %d on as many", op, got, server.connections.Load(), asked)
		}
	}
}

// A driver that closes new connections without an answer is gone after two requests, each repeated once, except those that
// must not be done twice.
func TestHTTPGivesUpAfterTwoNewConnections(t *testing.T) {
	for op, sent := range map[assay.Op]int64{assay.OpLogin: 2 * maxSilence, assay.OpAdvance: maxSilence} {
		server := &closer{answers: 0}
		host := HTTP(server.listen(t), "", nil)
		for range maxSilence {
			_, err := host.Ask(t.Context(), assay.HostRequest{Op: op})
			drivertest.WantDriverError(t, err, "driver: "+string(op)+": not answered: ")
		}
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: op})
		demandGone(t, err, "the driver cannot be reached any more: ")
		if got := server.requests.Load(); got != sent {
			t.Errorf("%s: %d requests, want %d", op, got, sent)
		}
	}
}

func TestHTTPKeepsNoConnectionForLong(t *testing.T) {
	own := &http.Transport{IdleConnTimeout: time.Hour}
	made := newConnections(http.Client{Transport: own})
	kept, _ := made.kept.Transport.(*http.Transport)
	fresh, _ := made.fresh.Transport.(*http.Transport)
	if kept.IdleConnTimeout != maxIdle || kept.DisableKeepAlives || !fresh.DisableKeepAlives || own.IdleConnTimeout != time.Hour {
		t.Errorf("kept for %v, closed at once %v; the caller's %v", kept.IdleConnTimeout, fresh.DisableKeepAlives, own.IdleConnTimeout)
	}
}
