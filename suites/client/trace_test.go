package client

import (
	"context"
	"net/http/httptrace"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/failures"
)

// A time limit that ends while the name is being looked up is the name server's, not the platform's.
func TestATimeoutDuringALookUpIsNamed(t *testing.T) {
	var during trace
	hooks := httptrace.ContextClientTrace(during.follow(t.Context()))
	fails := func() assay.Failure { return during.failure(t.Context(), context.DeadlineExceeded, time.Second) }
	if got := fails(); got.Kind != assay.ConnectTimedOut {
		t.Errorf("before: %+v", got)
	}
	hooks.DNSStart(httptrace.DNSStartInfo{Host: "a"})
	if got := fails(); got != failures.NotLookedUp(time.Second) {
		t.Errorf("during: %+v", got)
	}
	hooks.DNSDone(httptrace.DNSDoneInfo{})
	if got := fails(); got.Kind != assay.ConnectTimedOut {
		t.Errorf("after: %+v", got)
	}
}
