//go:build !race

package suites_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/suites"
)

// A bill counts what a run asks for: requests of a platform, and codes of a driver.
type bill struct {
	assay.Host
	requests, asked, mints, codes atomic.Int64
}

// over makes the bill part of a platform.
func (b *bill) over(parts *platform.Parts) error {
	next := parts.Handler
	parts.Handler = http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		b.requests.Add(1)
		next.ServeHTTP(out, r)
	})
	return nil
}

// Ask counts the requests of a driver and the codes in its replies.
func (b *bill) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	reply, err := b.Host.Ask(ctx, request)
	b.asked.Add(1)
	if request.Op == assay.OpMint {
		b.mints.Add(1)
	}
	b.codes.Add(int64(len(reply.Codes)))
	for _, callbacks := range [][]assay.Callback{reply.Callbacks, reply.Later} {
		for _, callback := range callbacks {
			if callback.Read().Code != "" {
				b.codes.Add(1)
			}
		}
	}
	return reply, err
}

// TestWhatARunCosts counts the requests and codes of a whole run on the reference; docs/driver.md and README.md state them. On a
// busy machine a few are repeated.
func TestWhatARunCosts(t *testing.T) {
	const requests, codes = 5300, 3800
	b := &bill{}
	config := serve(t, reference.Options{Platform: platform.Config{Customize: b.over}})
	b.Host, config.Host = config.Host, b
	report := suites.Run(t.Context(), open(t, config))
	if report.Outcome != conformance.Conformant {
		t.Errorf("outcome %s: %q", report.Outcome, report.Reasons)
	}
	t.Logf("%d requests; %d codes in %d requests of the driver, %d of them mint", b.requests.Load(), b.codes.Load(), b.asked.Load(), b.mints.Load())
	if b.requests.Load() > requests || b.codes.Load() > codes {
		t.Errorf("want %d requests and %d codes at most", requests, codes)
	}
}
