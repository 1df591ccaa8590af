// Package servers has tests of the client of HTTP/2 against servers that others wrote: nginx, haproxy and nghttpd. Each counts the
// requests in its own log.
package servers

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/unified-login/assay/loadgen/engine/h2"
)

// A server is a program that was started.
type server struct {
	address, log string // its address, and the file with a line for each request
	folder       string
	roots        *x509.CertPool
	command      *exec.Cmd
}

// newServer returns a free address and a folder with a certificate: cert.pem, key.pem, and both in both.pem.
func newServer(t *testing.T) *server {
	t.Helper()
	model := httptest.NewUnstartedServer(http.NotFoundHandler())
	model.StartTLS()
	s := &server{address: model.Listener.Addr().String(), folder: t.TempDir(), roots: x509.NewCertPool()}
	s.roots.AddCert(model.Certificate())
	model.Close() // its address is free from now on
	s.log = filepath.Join(s.folder, "log")
	pair := model.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	key = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	s.write(t, "cert.pem", string(cert))
	s.write(t, "key.pem", string(key))
	s.write(t, "both.pem", string(cert)+string(key))
	return s
}

func (s *server) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// start starts the program, whose output is the log where it has no file for that, and waits until it takes connections.
func (s *server) start(t *testing.T, needs, program string, arguments ...string) *h2.Client {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		path = filepath.Join("/usr/sbin", program)
	}
	output, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = output.Close() }() // the program has its own
	s.command = exec.Command(path, arguments...)
	s.command.Stdout, s.command.Stderr, s.command.Dir = output, output, s.folder
	if err := s.command.Start(); err != nil {
		t.Fatalf("%v; install it with apt-get install %s", err, needs)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.command.Wait() // a signal ends it
	}()
	t.Cleanup(func() {
		_ = s.command.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	client := s.client()
	t.Cleanup(client.Close)
	for began := time.Now(); client.Connect(time.Minute) != nil; {
		if time.Since(began) > time.Minute {
			t.Fatalf("%s takes no connection: %s", program, s.logged(t))
		}
	}
	return client
}

func (s *server) client() *h2.Client {
	return h2.NewClient(h2.Options{
		MostBody: 128 << 10, MostConnections: 1,
		TLS: &tls.Config{RootCAs: s.roots, ServerName: "example.com", NextProtos: []string{"h2"}},
		Dial: func(ctx context.Context) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "tcp", s.address)
		},
	})
}

func (s *server) logged(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(s.log)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// fates are how many exchanges ended how: unsent, refused, in doubt, answered. Wrong are answers to another request.
type fates struct {
	of    [4]atomic.Int64
	wrong atomic.Int64
	errs  sync.Map
}

const workers, each = 16, 300

// exchanges makes 16 times 300 exchanges. body is the answer; empty for the request's own body. half is called in the middle.
func exchanges(client *h2.Client, body string, half func()) *fates {
	var all sync.WaitGroup
	var count atomic.Int64
	f := &fates{}
	header := h2.NewHeader(&url.URL{Scheme: "https", Host: "example.com", Path: "/login"}, http.Header{"Content-Type": {"application/json"}})
	for w := range workers {
		all.Go(func() {
			call := &h2.Call{Header: header, Limit: time.Minute}
			for i := range each {
				if count.Add(1) == workers*each/2 && half != nil {
					half()
				}
				call.Body = fmt.Appendf(call.Body[:0], `{"code":"%d-%d"}`, w, i)
				client.Do(call)
				f.of[call.Fate].Add(1)
				want := call.Body
				if body != "" {
					want = []byte(body)
				}
				if call.Fate == h2.Answered && (call.Status != http.StatusOK || !bytes.Equal(call.Answer, want) || call.Surplus) {
					f.wrong.Add(1)
				}
				if call.Err != nil {
					f.errs.Store(call.Err.Error(), true)
				}
			}
		})
	}
	all.Wait()
	return f
}

// check compares the fates with the server's log: it never has more requests than were sent. lost bounds those without an answer.
func (f *fates) check(t *testing.T, seen, lost int64) {
	t.Helper()
	unsent, refused, doubt, answered := f.of[h2.Unsent].Load(), f.of[h2.Refused].Load(), f.of[h2.InDoubt].Load(), f.of[h2.Answered].Load()
	var errs []string
	f.errs.Range(func(text, _ any) bool { errs = append(errs, text.(string)); return true })
	said := fmt.Sprintf("%d unsent, %d refused, %d in doubt, %d answered, %d wrong, %d in the server's log: %v", unsent, refused, doubt, answered, f.wrong.Load(), seen, errs)
	if f.wrong.Load() > 0 || unsent > 0 || refused+doubt > lost || seen > refused+doubt+answered || seen < answered {
		t.Error(said)
	}
	t.Log(said)
}

const fixed = `{"errcode":"OK"}`

func nginx(t *testing.T, further string) (*server, *h2.Client) {
	s := newServer(t)
	config := s.write(t, "nginx.conf", fmt.Sprintf(`worker_processes 1; daemon off; pid %[1]s/pid; error_log %[1]s/error.log; events {}
http { access_log %[1]s/log; client_body_temp_path %[1]s; server { listen %[2]s ssl http2; ssl_certificate cert.pem; ssl_certificate_key key.pem;
%[3]s
location / { return 200 '%[4]s'; } } }
`, s.folder, s.address, further, fixed))
	return s, s.start(t, "nginx-light", "nginx", "-p", s.folder, "-c", config, "-e", filepath.Join(s.folder, "error.log"))
}

// requestsIn counts the requests in a log. The server writes it after its answers, so that it may have to be awaited.
func (s *server) requestsIn(t *testing.T, least int64) (n int64) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 10*time.Second; {
		if n = int64(bytes.Count(s.logged(t), []byte("/login"))); n >= least {
			break
		}
	}
	return n
}

func TestNginx(t *testing.T) {
	for name, test := range map[string]struct {
		further string
		reload  bool
		lost    int64
	}{
		"one stream at a time":                  {"http2_max_concurrent_streams 1; keepalive_requests 1000000;", false, 0},
		"1000 requests a connection":            {"keepalive_requests 1000;", false, 2 * workers},
		"50 requests a connection":              {"keepalive_requests 50;", false, 3 * workers},
		"reloaded in full flight":               {"keepalive_requests 1000000;", true, workers},
		"two streams, and 100 for a connection": {"http2_max_concurrent_streams 2; keepalive_requests 100;", false, 3 * workers},
	} {
		t.Run(name, func(t *testing.T) {
			s, client := nginx(t, test.further)
			var half func()
			if test.reload {
				half = func() { _ = s.command.Process.Signal(syscall.SIGHUP) }
			}
			f := exchanges(client, fixed, half)
			f.check(t, s.requestsIn(t, f.of[h2.Answered].Load()), test.lost)
		})
	}
}

func TestHAProxy(t *testing.T) {
	for name, global := range map[string]string{"as it is": "", "one stream at a time": "tune.h2.max-concurrent-streams 1"} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			config := s.write(t, "haproxy.cfg", fmt.Sprintf(`global
  maxconn 100
  log stdout format raw daemon
  %s
defaults
  mode http
  log global
  option httplog
  timeout client 1m
  timeout server 1m
  timeout connect 1m
frontend all
  bind %s ssl crt both.pem alpn h2
  http-request return status 200 content-type application/json string '%s'
`, global, s.address, fixed))
			client := s.start(t, "haproxy", "haproxy", "-db", "-f", config)
			f := exchanges(client, fixed, nil)
			f.check(t, s.requestsIn(t, f.of[h2.Answered].Load()), 0)
		})
	}
}

// nghttpd echoes the request, with padding and a trailer, and has little room.
func TestNghttpd(t *testing.T) {
	for name, arguments := range map[string]string{
		"padding and trailers": "--padding=200 --trailer=x-sum:1",
		"little room":          "--max-concurrent-streams=3 --header-table-size=0 --window-bits=4 --connection-window-bits=16",
		"a small table":        "--header-table-size=100 --encoder-header-table-size=4096",
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			_, port, _ := net.SplitHostPort(s.address)
			client := s.start(t, "nghttp2-server", "nghttpd", append(strings.Fields(arguments), "--address=127.0.0.1", "--echo-upload", port, "key.pem", "cert.pem")...)
			f := exchanges(client, "", nil)
			f.check(t, f.of[h2.Answered].Load(), 0) // it has no log of requests
		})
	}
}
