package suites_test

import (
	"context"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// A picky host app accepts phones of eleven digits and ids without a space. Everything else is an error of its driver,
// and so is every request once the driver is gone.
type picky struct {
	assay.Host
	gone bool
}

func (p *picky) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	in := request.Host
	if in != nil && in.UserID != nil && (strings.ContainsAny(*in.UserID, " \u00e9") || in.Phone != nil && len(*in.Phone) != 11) {
		return assay.HostReply{}, &assay.DriverError{Op: request.Op, Why: "no such user can be injected", Gone: p.gone}
	}
	return p.Host.Ask(ctx, request)
}

// TestAHostAppMayRefuse: a host app that refuses a phone or an id in an unusual form is conformant. A driver that is
// gone has refused nothing.
func TestAHostAppMayRefuse(t *testing.T) {
	for _, id := range []string{"phone.injected", "login.user-exact"} {
		for _, gone := range []bool{false, true} {
			config := serve(t, reference.Options{})
			config.Host = &picky{config.Host, gone}
			config.Only = []string{id}
			want, says := assay.Pass, "the driver refuses such "
			if gone {
				want, says = assay.Error, "no such user can be injected"
			}
			report := suites.Run(t.Context(), open(t, config))
			if got, _ := report.Result(id); got.Verdict != want || !strings.Contains(got.Reason.String(), says) {
				t.Errorf("gone %v: %s %s: %s", gone, id, got.Verdict, got.Reason)
			}
		}
	}
}
