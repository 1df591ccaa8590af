package hostile_test

import (
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/platform/platformtest"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/reference"
)

// A manner is when a hostile target misbehaves.
type manner string

const (
	fromTheFirst manner = "from the first"
	later        manner = "later"
	nowAndThen   manner = "now and then"
	never        manner = "never"
)

// correctAtFirst is how many requests a target answers correctly before it turns hostile later: the pre-flight, and a few dozen
// of the run.
const correctAtFirst = 60

// hostile reports whether the n-th request, counted from 0, gets a hostile answer.
func (m manner) hostile(n int64) bool {
	switch m {
	case fromTheFirst:
		return true
	case later:
		return n >= correctAtFirst
	case nowAndThen:
		return n%7 == 6
	default:
		return false
	}
}

// A target is the reference platform with a hostile part, and a driver over http.
type target struct {
	hostile  hostile
	manner   manner
	wrap     func(http.Handler) http.Handler // makes it unusual without being hostile; may be nil
	platform http.Handler
	stranger string
	over     <-chan struct{}
	requests atomic.Int64
	visits   atomic.Int64 // requests to the stranger
}

// serve starts the target and returns the arguments that name it.
func (o *target) serve(t *testing.T) []string {
	t.Helper()
	r, err := newReference()
	if err != nil {
		t.Fatal(err)
	}
	if o.platform = r.Handler(); o.wrap != nil {
		o.platform = o.wrap(o.platform)
	}
	stranger := start(t, httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { o.visits.Add(1) })))
	o.stranger, o.over = stranger.URL, t.Context().Done()
	host := start(t, httptest.NewUnstartedServer(refdriver.Handler(r.Host(), "")))
	server := httptest.NewUnstartedServer(o)
	if o.hostile.unasked {
		server.Listener = &ambush{Listener: server.Listener, target: o}
	}
	server.EnableHTTP2 = o.hostile.overHTTP2
	start(t, server)
	r.SetAPIServer(server.URL)
	dir := t.TempDir()
	file := filepath.Join(dir, "target.yaml")
	if err := r.WriteTarget(file, server.URL, host.URL, ""); err != nil {
		t.Fatal(err)
	}
	if o.hostile.overHTTP2 {
		trust(t, dir, file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	}
	return []string{"--target", file}
}

// newReference makes a reference platform whose tokens take little time.
func newReference() (*reference.Reference, error) {
	return reference.New(reference.Options{Platform: platform.Config{
		SigningKey: platformtest.SigningKey(),
		Customize: func(parts *platform.Parts) (err error) {
			parts.Signer, err = legal.NewES256()
			return err
		},
	}})
}

// trust adds a CA to the target file.
func trust(t *testing.T, dir, file string, ca []byte) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, append(text, "tls: {ca: ca.pem}\n"...), 0o600)
	}
	if err = errors.Join(err, os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, server *httptest.Server) *httptest.Server {
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if server.EnableHTTP2 {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server
}

// ServeHTTP answers as the platform, or misbehaves.
func (o *target) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !o.manner.hostile(o.requests.Add(1) - 1) {
		o.platform.ServeHTTP(w, r)
		return
	}
	a := &act{w: w, request: r, good: o.platform, elsewhere: o.stranger, over: o.over}
	o.play(a)
}

func (o *target) play(a *act) {
	defer a.leave()
	o.hostile.play(a)
}

// An ambush is a listener that misbehaves on a connection before any request, once every answer is hostile.
type ambush struct {
	net.Listener
	target *target
	all    sync.WaitGroup
}

func (l *ambush) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		n := l.target.requests.Load()
		if err != nil || !l.target.manner.hostile(n) || l.target.manner == nowAndThen {
			return conn, err
		}
		l.all.Go(func() { l.target.play(&act{conn: conn, over: l.target.over}) })
	}
}

// TestHostileTargets: a run with each of them ends as expected. No PAT goes to another host.
func TestHostileTargets(t *testing.T) {
	for _, h := range hostiles() {
		for m, want := range map[manner]end{fromTheFirst: h.first, later: h.later, nowAndThen: h.often} {
			if want == (end{}) {
				continue
			}
			t.Run(h.name+"/"+string(m), func(t *testing.T) {
				t.Parallel()
				o := &target{hostile: h, manner: m}
				got := run(t, nil, append(o.serve(t), "--timeout", "2s")...)
				got.demand(t, want)
				if visits := o.visits.Load(); visits > 0 {
					t.Errorf("the other host was visited %d times", visits)
				}
			})
		}
	}
}
