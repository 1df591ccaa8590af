package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/reference"
)

// A roomy is a platform that answers on other connections than the first only when that one is closed.
type roomy struct {
	http.Handler
	mu     sync.Mutex
	first  string // the client's address
	closed chan struct{}
}

// ServeHTTP implements [http.Handler].
func (p *roomy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	if p.first == "" {
		p.first = r.RemoteAddr
	}
	first := p.first == r.RemoteAddr
	p.mu.Unlock()
	if !first {
		select {
		case <-p.closed:
		case <-r.Context().Done():
		}
	}
	p.Handler.ServeHTTP(w, r)
}

// saw is the server's ConnState.
func (p *roomy) saw(conn net.Conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if state == http.StateClosed && conn.RemoteAddr().String() == p.first {
		close(p.closed)
	}
}

// The connections of the pre-flight are closed before the run: where a target has room for few, they would take that of workers.
func TestThePreflightLeavesItsRoom(t *testing.T) {
	r, err := reference.New(reference.Options{Platform: platform.Config{}})
	if err != nil {
		t.Fatal(err)
	}
	p := &roomy{Handler: r.Handler(), closed: make(chan struct{})}
	server, driver := httptest.NewUnstartedServer(p), httptest.NewServer(refdriver.Handler(r.Host(), ""))
	server.Config.ConnState = p.saw
	server.Start()
	defer server.Close()
	defer driver.Close()
	r.SetAPIServer(server.URL)
	target := r.Target(server.URL)
	pat := filepath.Join(t.TempDir(), "pat.txt")
	if err := os.WriteFile(pat, []byte(target.PATs.Valid.Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
	report, _ := measuredAs(t, []int{exitHolds, exitUnknown}, "--api-server", server.URL, "--app", reference.Apps()[0], "--pat", "file:"+pat, "--driver", driver.URL,
		"--mix", "login=1", "--rate", "20/s", "--in-flight", "1", "--duration", "1s", "--warm-up", "0s", "--slo", "errors<=0", "--timeout", "5s", "--quiet")
	if e := report.Exchanges; e.Sent == 0 || e.Accepted != e.Sent {
		t.Errorf("%s %v: %+v", report.Outcome, report.Reasons, e)
	}
}
