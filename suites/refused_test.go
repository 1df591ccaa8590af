package suites_test

import (
	"context"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// A picky host app takes a phone of eleven digits and an id without a space; every other one is an error of its driver's,
// and so is everyone once it is gone.
type picky struct {
	assay.Host
	gone bool
}

func (p *picky) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	in := request.Host
	if in != nil && in.UserID != nil && (strings.ContainsAny(*in.UserID, " \u00e9") || len(*in.Phone) != 11) {
		return assay.HostReply{}, &assay.DriverError{Op: request.Op, Why: "no such user can be injected", Gone: p.gone}
	}
	return p.Host.Ask(ctx, request)
}

// TestAHostAppMayRefuse a phone or an id in a form that it does not take, and is conformant all the same. One that is gone
// has refused nobody.
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
