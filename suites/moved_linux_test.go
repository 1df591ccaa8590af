package suites_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/platform/platformtest"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites"
)

// A move is a platform with a name, 127.0.0.1, and another server on the same port of 127.0.0.2. After some requests the platform
// closes its connections and does not answer as a platform any more, or the name leads to the other server.
type move struct {
	left  atomic.Int64 // requests that the platform still answers
	named bool         // the name leads elsewhere then
	other http.Handler
	reply atomic.Pointer[[4]byte] // what the name leads to
}

func (m *move) over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if left := m.left.Add(-1); left <= 0 {
			w.Header().Set("Connection", "close")
			if m.named {
				m.reply.Store(&[4]byte{127, 0, 0, 2})
			} else if left < 0 {
				m.other.ServeHTTP(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// lookUp answers the questions of a resolver until its connection ends.
func (m *move) lookUp(conn net.PacketConn) {
	packet := make([]byte, 1<<10)
	for {
		n, from, err := conn.ReadFrom(packet)
		if err != nil {
			return
		}
		var message dnsmessage.Message
		if message.Unpack(packet[:n]) != nil || len(message.Questions) != 1 {
			continue
		}
		message.Response = true
		if question := message.Questions[0]; question.Type == dnsmessage.TypeA {
			message.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: question.Name, Class: question.Class},
				Body: &dnsmessage.AResource{A: *m.reply.Load()}}}
		}
		message.Additionals = nil
		if answer, err := message.Pack(); err == nil {
			_, _ = conn.WriteTo(answer, from)
		}
	}
}

// resolve has names looked up in m alone, for the duration of the test.
func (m *move) resolve(t *testing.T) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	usual := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = usual; _ = conn.Close() })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	m.reply.Store(&[4]byte{127, 0, 0, 1})
	go m.lookUp(conn)
}

// twoListeners listen on one port of 127.0.0.1 and 127.0.0.2.
func twoListeners(t *testing.T) (one, other net.Listener, port string) {
	t.Helper()
	err := errors.New("none")
	for range 20 { // another program may have the port of the second address
		if one, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			continue
		}
		_, port, _ = net.SplitHostPort(one.Addr().String())
		if other, err = net.Listen("tcp", "127.0.0.2:"+port); err == nil {
			return one, other, port
		}
		_ = one.Close()
	}
	t.Fatal(err)
	return nil, nil, ""
}

// run is a run against the platform by its name.
func (m *move) run(t *testing.T, only ...string) conformance.Report {
	t.Helper()
	m.resolve(t)
	here, there, port := twoListeners(t)
	r, err := reference.New(reference.Options{Platform: platform.Config{SigningKey: platformtest.SigningKey(),
		Customize: func(parts *platform.Parts) error { parts.Handler = m.over(parts.Handler); return nil }}})
	if err != nil {
		t.Fatal(err)
	}
	for listener, handler := range map[net.Listener]http.Handler{here: r.Handler(), there: m.other} {
		server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
		go func() { _ = server.Serve(listener) }()
		t.Cleanup(func() { _ = server.Close() })
	}
	address := "http://platform.test:" + port
	r.SetAPIServer(address)
	host, hello, err := driver.Greet(t.Context(), r.Host())
	if err != nil {
		t.Fatal(err)
	}
	config := suites.Config{Target: r.Target(address), Host: host, Hello: hello, Seed: 1, Patience: -1, Only: only}
	config.Target.Declares.JWKS = ""
	s := open(t, config)
	suites.SetBackoff(s, time.Microsecond)
	return suites.Run(t.Context(), s)
}

// others are servers that a name may lead to: a web server, and another platform.
func others() map[string]http.Handler {
	says := func(status int, kind, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
	return map[string]http.Handler{
		"a page that is not found": says(http.StatusNotFound, "text/html", "<html><h1>Not Found</h1></html>"),
		"a page":                   says(http.StatusOK, "text/html", "<html><h1>Welcome</h1></html>"),
		"another platform":         says(http.StatusUnauthorized, "application/json", `{"error":"invalid token","errcode":"PAT_INVALID","traceid":"t-1"}`),
	}
}

// TestANameThatLeadsElsewhere: what another server answers is no fault of the platform; what the platform answers in the same words
// is one.
func TestANameThatLeadsElsewhere(t *testing.T) {
	only := []string{"code.opaque", "pat.accepted", "login.ok", "limits.recovery", "envelope.status"}
	for name, other := range others() {
		for _, named := range []bool{true, false} {
			m := &move{named: named, other: other}
			m.left.Store(4)
			report := m.run(t, only...)
			want, noted := conformance.Incomplete, strings.Contains(phrase.Join(report.Notes...).String(), "127.0.0.2")
			if !named {
				want = conformance.Nonconformant
			}
			if report.Outcome != want || noted != named {
				t.Errorf("%s, by name %v: %s %q, want %s; notes %q, cut short %q", name, named, report.Outcome, report.Reasons, want, report.Notes, report.CutShort)
			}
			for _, result := range report.Requirements {
				if named && (result.Verdict == assay.Fail || result.Verdict == assay.Error) {
					t.Errorf("%s: %s %s %s", name, result.ID, result.Verdict, result.Reason)
				}
			}
		}
	}
}
