package driver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

const hangs = "the driver hangs: 2 requests in a row had no answer"

// TestExecGivesUpADriverThatHangs and kills it: nothing is waited for a third time.
func TestExecGivesUpADriverThatHangs(t *testing.T) {
	host := startDriver(t, "silent", nil)
	host.limits.ask = time.Nanosecond
	for range maxSilence {
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, "driver: login: no answer within 1ns")
	}
	host.limits.ask = askLimit
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpMint})
	demandGone(t, err, "driver: mint: "+hangs)
	<-host.reaped
}

func TestHTTPGivesUpADriverThatHangs(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer server.Close()
	host, _ := HTTP(server.URL, "", nil).(*httpHost)
	host.limits.ask = time.Nanosecond
	for range maxSilence {
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, "driver: login: no answer within 1ns")
	}
	host.limits.ask = askLimit
	before := asked.Load()
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpMint})
	demandGone(t, err, "driver: mint: "+hangs)
	if asked.Load() != before {
		t.Error("it was asked again")
	}
}

// demandGone demands that whoever asked may take the driver for lost.
func demandGone(t *testing.T, err error, want string) {
	t.Helper()
	drivertest.WantDriverError(t, err, want)
	if failed, ok := errors.AsType[*assay.DriverError](err); !ok || !failed.Gone {
		t.Errorf("%v does not say that the driver is gone", err)
	}
}

// A server that has gone is gone after two requests in a row, and one that has died at once.
func TestGone(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	host := HTTP(server.URL, "", nil)
	server.Close()
	for range maxSilence {
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, "driver: login: not answered: ")
		if failed, ok := errors.AsType[*assay.DriverError](err); !ok || failed.Gone {
			t.Errorf("%v: taken for gone too early", err)
		}
	}
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	demandGone(t, err, "the driver cannot be reached any more: dial tcp")

	process := startDriver(t, "dying", nil)
	_, err = process.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	demandGone(t, err, "the driver has died: exit status 3")
}

// TestOnlySilenceKills: a reply in between, a crowd that waited together and a caller who went away do not.
func TestOnlySilenceKills(t *testing.T) {
	var s silence
	start := time.Now()
	for range 10 {
		if why := s.goesOn(start, "dead"); why != "" {
			t.Fatalf("a crowd: %s", why)
		}
	}
	s.broken()
	for range 3 {
		if why := s.goesOn(time.Now(), "dead"); why != "" {
			t.Fatalf("with replies in between: %s", why)
		}
		s.broken()
	}
	host := startDriver(t, "good", nil)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _ = host.Ask(ctx, assay.HostRequest{Op: assay.OpAdvance}) // it may have been answered all the same
	}
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpAdvance})
}
