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

// A driver that hangs is killed after two requests.
func TestExecKillsADriverThatHangs(t *testing.T) {
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
		t.Error("a third request was sent")
	}
}

// demandGone demands an error that says the driver will not answer any more.
func demandGone(t *testing.T, err error, want string) {
	t.Helper()
	drivertest.WantDriverError(t, err, want)
	if failed, ok := errors.AsType[*assay.DriverError](err); !ok || !failed.Gone {
		t.Errorf("%v does not say that the driver is gone", err)
	}
}

// A server that cannot be reached is gone after two requests in a row; a process that has died is gone at once.
func TestGone(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	host := HTTP(server.URL, "", nil)
	server.Close()
	for range maxSilence {
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, "driver: login: not answered: ")
		if failed, ok := errors.AsType[*assay.DriverError](err); !ok || failed.Gone {
			t.Errorf("%v: gone too early", err)
		}
	}
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	demandGone(t, err, "the driver cannot be reached any more: dial tcp")

	process := startDriver(t, "dying", nil)
	_, err = process.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	demandGone(t, err, "the driver has died: exit status 3")
}

// A reply in between, requests that wait at the same time and a caller that cancels do not kill a driver.
func TestOnlySilenceKills(t *testing.T) {
	var s silence
	start := time.Now()
	for range 10 {
		if why := s.unanswered(start, "dead"); why != "" {
			t.Fatalf("requests that wait at the same time: %s", why)
		}
	}
	s.answered()
	for range 3 {
		if why := s.unanswered(time.Now(), "dead"); why != "" {
			t.Fatalf("with replies in between: %s", why)
		}
		s.answered()
	}
	host := startDriver(t, "good", nil)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _ = host.Ask(ctx, assay.HostRequest{Op: assay.OpAdvance}) // it may have been answered anyway
	}
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpAdvance})
}
