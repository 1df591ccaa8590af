//go:build !race

package suites_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// A sharedDriver is also another run's, which advances the platform's clock by more than a lifetime right after every so many codes.
type sharedDriver struct {
	assay.Host
	every int64
	asked atomic.Int64
}

func (d *sharedDriver) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	reply, err := d.Host.Ask(ctx, request)
	if n := d.asked.Add(1); err == nil && len(reply.Codes) > 0 && n%d.every == 0 {
		const lifetime = 300
		_, err = d.Host.Ask(ctx, assay.HostRequest{Op: assay.OpAdvance, Seconds: 2 * lifetime})
	}
	return reply, err
}

// TestAnotherRunsClockAccusesNobody: the codes that this run has just got are over, and the reference is not to blame.
func TestAnotherRunsClockAccusesNobody(t *testing.T) {
	d := &sharedDriver{every: 12}
	config := serve(t, reference.Options{Platform: platform.Config{}, Host: func(next assay.Host) assay.Host { d.Host = next; return d }})
	config.Only = []string{"login.ok"}
	report := suites.Run(t.Context(), open(t, config))
	if report.Counts.Fail+report.Counts.Warn+report.Counts.Error > 0 || report.Counts.Pass == 0 || !report.Error.IsZero() {
		t.Errorf("counts %+v, reasons %q, error %q", report.Counts, report.Reasons, report.Error)
	}
	for _, result := range report.Requirements {
		if result.Verdict == assay.Fail || result.Verdict == assay.Error {
			t.Logf("%s %s: %s %+v", result.ID, result.Verdict, result.Reason, result.Findings)
		}
	}
}
