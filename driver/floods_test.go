package driver

import (
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

// A driver may log more than fits in memory, and is answered for.
func TestExecReadsAFloodOfStandardError(t *testing.T) {
	host := startDriver(t, "loud", nil)
	for range 2 {
		drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpLogin})
	}
	host.tail.mu.Lock()
	defer host.tail.mu.Unlock()
	if kept := cap(host.tail.end); kept > 4*maxTail {
		t.Errorf("%d bytes of its standard error are kept", kept)
	}
}

// A driver that logs far more than it answers is ended: a run would last as long as its writing.
func TestExecEndsADriverThatOnlyLogs(t *testing.T) {
	host := startLogging(t, "loud", nil, 16<<20)
	for range 2 {
		_, _ = host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin}) // the first may be answered
	}
	<-host.gone
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	demandGone(t, err, "the driver wrote more than 16 MiB to standard error; log less")
}

// A driver that never answers ends at its limit, whatever it does meanwhile.
func TestExecEndsABusyDriver(t *testing.T) {
	for _, behaviour := range []string{"endless", "blanks", "unread"} {
		t.Run(behaviour, func(t *testing.T) {
			host := startDriver(t, behaviour, nil)
			host.limits.ask = time.Millisecond
			untilGone(t, host, assay.HostRequest{Op: assay.OpLogin, Extra: strings.Repeat("x", 1<<20)},
				"driver: login: no answer within 1ms; read standard input line by line, and flush standard output after every reply")
		})
	}
}

// A driver that answers only when several requests have come gets an error that says so. Its late replies belong to their own requests.
func TestExecEndsADriverThatBatches(t *testing.T) {
	host := startDriver(t, "batches", nil)
	host.limits.ask = time.Millisecond
	untilGone(t, host, assay.HostRequest{Op: assay.OpLogin}, "driver: login: no answer within 1ms")
}

// untilGone asks a driver until it counts as dead, which takes at least maxSilence requests without an answer. On a busy machine it
// takes more: one that could not be sent in its time does not count.
func untilGone(t *testing.T, host *Process, request assay.HostRequest, before string) {
	t.Helper()
	const most = 50
	for n := range most {
		_, err := host.Ask(t.Context(), request)
		if n >= maxSilence && err != nil && strings.Contains(err.Error(), hangs) {
			demandGone(t, err, hangs)
			<-host.gone
			return
		}
		drivertest.WantDriverError(t, err, before)
	}
	t.Errorf("%d requests without an answer did not end the driver", most)
}

// The second reply to a request is not one to the next.
func TestExecRefusesASecondReply(t *testing.T) {
	host := startDriver(t, "twice", nil)
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpLogin})
	<-host.gone
	_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	demandGone(t, err, "the driver wrote a second reply to request 1; write only replies to standard output")
}

// Some languages write a byte order mark first.
func TestExecReadsAByteOrderMark(t *testing.T) {
	host := startDriver(t, "marked", nil)
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpLogin})
}
