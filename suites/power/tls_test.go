package power

import (
	"context"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/legal"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// TestHTTP1UnderTLS: where clients that can speak HTTP/2 do, the run tries HTTP/1.1 as well.
func TestHTTP1UnderTLS(t *testing.T) {
	bench, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	tls, err := legal.Find("tls")
	if err != nil {
		t.Fatal(err)
	}
	for id, broken := range map[string]platform.StepName{
		"pat.missing": platform.StepAuthenticate, "pat.unscoped": platform.StepScope, "pat.other-tenant": platform.StepTenant,
		"code.single-use": platform.StepRedeem, "": "",
	} {
		t.Run(id, func(t *testing.T) {
			only := []string{id}
			if id == "" {
				only = []string{"pat.*", "code.single-use"}
			}
			options := reference.Options{Platform: platform.Config{SigningKey: bench.key}}
			tls.Apply(&options)
			if id != "" {
				options.Platform.Customize = func(parts *platform.Parts) error { return parts.Steps.Wrap(broken, overHTTP1) }
			}
			r, err := bench.runReference(t.Context(), options, suites.Config{Seed: 1, Only: only}, job{})
			if err != nil {
				t.Fatal(err)
			}
			for found, verdict := range r.Verdicts {
				if failed := verdict == assay.Fail || verdict == assay.Warn; failed && id == "" {
					t.Errorf("%s %s: %s", found, verdict, r.Reasons[found])
				}
			}
			if id != "" && r.Verdicts[id] != assay.Fail && r.Verdicts[id] != assay.Warn {
				t.Errorf("%s %s: %s", id, r.Verdicts[id], r.Reasons[id])
			}
		})
	}
}

// overHTTP1 skips a step for requests in HTTP/1.1. The caller counts as the owner's.
func overHTTP1(next platform.Step) platform.Step {
	return func(ctx context.Context, e *platform.Exchange) *platform.Refusal {
		refusal := next(ctx, e)
		if e.Request.ProtoMajor != 1 || e.Request.ProtoMinor != 1 {
			return refusal
		}
		if e.Principal.Developer == "" {
			e.Principal = platform.Principal{Developer: reference.Owner, Scopes: []string{platform.ScopeUnifiedAuth}}
		}
		return nil
	}
}
