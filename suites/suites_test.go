package suites_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"flag"
	"net"
	"os"
	"sync"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

var targetFile = flag.String("target", "", "the target file; without one the reference platform is tested")

// TestSuite is the suite under `go test ./suites -target FILE` and the ginkgo command.
func TestSuite(t *testing.T) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	config := serve(t, reference.Options{})
	if *targetFile != "" {
		target, err := assay.LoadTarget(*targetFile, os.LookupEnv)
		if err != nil {
			t.Fatal(err)
		}
		host, hello, closeHost, err := driver.Open(t.Context(), target, os.Stderr)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = closeHost() }()
		config = suites.Config{Target: target, Host: host, Hello: hello}
	}
	suites.Register(open(t, config))
	ginkgo.RunSpecs(t, "unified login")
}

// signingKey is one for all platforms: making it takes longer than most tests.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// serve starts a reference platform on a loopback port until the test ends.
func serve(t *testing.T, options reference.Options) suites.Config {
	t.Helper()
	options.Platform.SigningKey = cmp.Or(options.Platform.SigningKey, signingKey())
	r, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	host, hello, err := driver.Greet(t.Context(), r.Host())
	if err != nil {
		t.Fatal(err)
	}
	return suites.Config{Target: r.Target("http://" + l.Addr().String()), Host: host, Hello: hello, Seed: 1}
}

func open(t *testing.T, config suites.Config) *suites.Session {
	t.Helper()
	s, err := suites.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
