package suites_test

import (
	"cmp"
	"context"
	"flag"
	"net"
	"os"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/platform/platformtest"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
	"github.com/unified-login/assay/targetfile"
)

var targetFile = flag.String("target", "", "the target file; without one the reference platform is tested")

// TestSuite is the suite under `go test ./suites -target FILE` and the ginkgo command.
func TestSuite(t *testing.T) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	config := serve(t, reference.Options{})
	if *targetFile != "" {
		target, err := targetfile.Load(*targetFile, os.LookupEnv)
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

func serve(t *testing.T, options reference.Options) suites.Config {
	t.Helper()
	return serveFor(t, options)
}

// serveFor starts a reference platform on a loopback port until the test ends.
func serveFor(t testing.TB, options reference.Options) suites.Config {
	t.Helper()
	options.Platform.SigningKey = cmp.Or(options.Platform.SigningKey, platformtest.SigningKey())
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
