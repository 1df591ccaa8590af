//go:build unix

package suites_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/platform/platformtest"
	"github.com/unified-login/assay/fixtures/refdriver"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/internal/child"
	"github.com/unified-login/assay/reports/transcript"
	"github.com/unified-login/assay/suites"
	"github.com/unified-login/assay/targetfile"
)

// heavyVariable makes the test binary a platform whose answers are heavy in the way that it names, so that its CPU time is its own.
const heavyVariable = "ASSAY_TEST_HEAVY"

func TestMain(m *testing.M) {
	if name := os.Getenv(heavyVariable); name != "" {
		if err := serveHeavy(name, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveHeavy writes a target file, says so on standard output, and serves until standard input ends.
func serveHeavy(name, file string) error {
	var h heavy
	for _, candidate := range slices.Concat(heavies(), heavyTexts()) {
		if candidate.name == name {
			h = candidate
		}
	}
	r, err := reference.New(reference.Options{Platform: platform.Config{Customize: h.over, SigningKey: platformtest.SigningKey()}})
	if err != nil {
		return err
	}
	var listeners [2]net.Listener
	for i := range listeners {
		if listeners[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return err
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, listeners[0]) }()
	go func() {
		server := &http.Server{Handler: refdriver.Handler(r.Host(), "token"), ReadHeaderTimeout: time.Minute}
		_ = server.Serve(listeners[1])
	}()
	if err := r.WriteTarget(file, r.URL(listeners[0].Addr()), "http://"+listeners[1].Addr().String(), "token"); err != nil {
		return err
	}
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	stop()
	return <-done
}

// heavyTarget starts the platform in a process of its own, which ends with the test.
func heavyTarget(b *testing.B, name string) suites.Config {
	b.Helper()
	file := filepath.Join(b.TempDir(), "target.yaml")
	if line := child.Start(b, heavyVariable+"="+name, file); line != "ready" {
		b.Fatal(line)
	}
	target, err := targetfile.Load(file, os.LookupEnv)
	if err != nil {
		b.Fatal(err)
	}
	host, hello, closeHost, err := driver.Open(b.Context(), target, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = closeHost() })
	return suites.Config{Target: target, Host: host, Hello: hello, Seed: 1}
}

// BenchmarkHeavyAnswers measures the CPU time of a whole run, without the platform's, against answers that cost their reader much,
// and how much more it is than that of runs against plain ones before and after it, because a busy machine takes more for the same.
func BenchmarkHeavyAnswers(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(160 << 20)) // as the command does
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	heavyRun(b, "plain") // makes what is made once
	plain := heavyRun(b, "plain")
	for _, h := range slices.Concat(heavies(), heavyTexts()) {
		b.Run(h.name, func(b *testing.B) {
			var heavy, beside time.Duration
			for b.Loop() {
				heavy += heavyRun(b, h.name)
				after := heavyRun(b, "plain")
				beside += (plain + after) / 2
				plain = after
			}
			b.ReportMetric(heavy.Seconds()/float64(b.N), "cpu-s/op")
			b.ReportMetric((heavy-beside).Seconds()/float64(b.N), "more-cpu-s/op")
			b.ReportMetric(heavy.Seconds()/beside.Seconds(), "times-plain")
			b.ReportMetric(0, "ns/op") // the platform's part of it is most of the time
		})
	}
}

// heavyRun is the CPU time of a run against a platform.
func heavyRun(b *testing.B, name string) time.Duration {
	b.Helper()
	config := heavyTarget(b, name)
	config.Redactor = transcript.NewRedactor(nil)
	config.Transcript = transcript.NewWriter(io.Discard, config.Redactor)
	before := spent()
	s, err := suites.Open(config)
	if err != nil {
		b.Fatal(err)
	}
	report := suites.Run(b.Context(), s)
	s.Close()
	took := spent() - before
	b.Logf("%s: %s %v", name, report.Outcome, report.Reasons)
	return took
}

// spent is the CPU time of this process, without its children's.
func spent() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
