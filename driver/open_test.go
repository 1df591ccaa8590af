package driver

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
	"github.com/unified-login/assay/fixtures/refdriver"
)

func TestOpenWithoutADriver(t *testing.T) {
	host, hello, closeHost, err := Open(t.Context(), assay.Target{}, nil)
	if err != nil || hello.Name != "none" || len(hello.Ops) != 0 {
		t.Fatalf("hello %+v, %v", hello, err)
	}
	_, err = host.Ask(t.Context(), assay.HostRequest{Op: assay.OpMint})
	drivertest.WantUnsupported(t, err, "the target names no driver; give it one with driver: {exec: …}, {http: …} or {pool: …}")
	if err := closeHost(); err != nil {
		t.Error(err)
	}
}

func TestOpenPool(t *testing.T) {
	target := assay.Target{Driver: assay.DriverConfig{Pool: poolFile(t, map[string]int{"a": 1})}, Apps: []string{"fc1"}}
	host, hello, _, err := Open(t.Context(), target, nil)
	if err != nil || hello.Name != "pool" {
		t.Fatalf("hello %+v, %v", hello, err)
	}
	drivertest.Ask(t, host, drivertest.MintFor("a", 1))

	// With a sealing key, no code of the pool is used to read the clock.
	target.Driver.Seal = assay.Secret(hex.EncodeToString(make([]byte, 32)))
	if host, _, _, err = Open(t.Context(), target, nil); err != nil {
		t.Fatal(err)
	}
	drivertest.Ask(t, host, drivertest.MintFor("a", 1000))
	target.Driver.Pool = "/no/such/file"
	if _, _, _, err = Open(t.Context(), target, nil); err == nil {
		t.Error("Open of a missing pool")
	}
}

func TestOpenHTTP(t *testing.T) {
	var authorization string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization")
		refdriver.Handler(none{}, canaryToken).ServeHTTP(w, r)
	}))
	defer server.Close()
	target := assay.Target{Driver: assay.DriverConfig{HTTP: server.URL, Token: canaryToken}}
	if _, hello, _, err := Open(t.Context(), target, nil); err != nil || hello.Name != "none" {
		t.Errorf("hello %+v, %v", hello, err)
	}
	if authorization != "Bearer "+canaryToken {
		t.Errorf("Authorization %q", authorization)
	}
	target.Driver.Token = "canary"
	_, _, _, err := Open(t.Context(), target, nil)
	drivertest.WantDriverError(t, err, "driver: hello: answered 401")
	target.Driver.Token, target.Driver.Seal = canaryToken, "canary"
	if _, _, _, err = Open(t.Context(), target, nil); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("Open with a malformed key = %v", err)
	}
}

func TestOpenExec(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "driver")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GORACE", noExitSleep)
	t.Setenv(behaviourVariable, "good")
	target := assay.Target{Driver: assay.DriverConfig{Exec: []string{"./driver"}, Dir: dir}}
	_, hello, closeHost, err := Open(t.Context(), target, nil)
	if err != nil || hello.Name != "test" {
		t.Fatalf("hello %+v, %v", hello, err)
	}
	if err := closeHost(); err != nil {
		t.Error(err)
	}

	t.Setenv(behaviourVariable, "dying")
	var log bytes.Buffer
	_, _, _, err = Open(t.Context(), target, &log)
	drivertest.WantDriverError(t, err, "driver: hello: the driver has died: exit status 3")
	if log.Len() == 0 {
		t.Error("nothing on standard error")
	}
	target.Driver.Exec = []string{"./no-such-driver"}
	_, _, _, err = Open(t.Context(), target, nil)
	drivertest.WantDriverError(t, err, `cannot start "./no-such-driver"`)
}

// The authority of the platform's certificate may have signed the driver's too.
func TestOpenTrustsTheTargetsAuthority(t *testing.T) {
	server := httptest.NewUnstartedServer(refdriver.Handler(none{}, ""))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	target := assay.Target{Driver: assay.DriverConfig{HTTP: server.URL}, TLS: assay.TLSConfig{CA: ca}}
	if _, hello, _, err := Open(t.Context(), target, nil); err != nil || hello.Name != "none" {
		t.Errorf("hello %+v, %v", hello, err)
	}
	target.TLS = assay.TLSConfig{}
	if _, _, _, err := Open(t.Context(), target, nil); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("without the authority: %v", err)
	}
	target.TLS = assay.TLSConfig{CA: ca + "x"}
	if _, _, _, err := Open(t.Context(), target, nil); err == nil || !strings.HasPrefix(err.Error(), "tls.ca: ") {
		t.Errorf("with a missing file: %v", err)
	}
}
