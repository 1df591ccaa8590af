package suites

import (
	"context"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/phrase"
)

// TestCodesThatRipen: a platform that learns of a code after a while is judged on codes of that age, and the report says
// so.
func TestCodesThatRipen(t *testing.T) {
	const unripe = 8 * time.Millisecond
	var young atomic.Int32
	implementation, err := reference.New(reference.Options{Platform: platform.Config{Customize: func(parts *platform.Parts) error {
		return parts.Steps.Wrap(platform.StepOpen, func(next platform.Step) platform.Step {
			return func(ctx context.Context, e *platform.Exchange) *platform.Refusal {
				refusal, first := next(ctx, e), young.Add(1) <= 2 // each endpoint's first exchange, however late
				if refusal != nil || !first && parts.Clock().Sub(e.Grant.IssuedAt) >= unripe {
					return refusal
				}
				return platform.Refuse(400, "CODE_INVALID", "there is no such code yet")
			}
		})
	}}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(implementation.Handler())
	defer server.Close()
	implementation.SetAPIServer(server.URL)
	host, hello, err := driver.Greet(t.Context(), implementation.Host())
	if err != nil {
		t.Fatal(err)
	}
	session, err := Open(Config{Target: implementation.Target(server.URL), Host: host, Hello: hello, Only: []string{"login.ok", "host.login-code", "pat.missing"}})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	session.backoff = unripe
	report := Run(t.Context(), session)
	for _, id := range []string{"login.ok", "host.login-code", "pat.missing"} {
		if result, _ := report.Result(id); result.Verdict != assay.Pass {
			t.Errorf("%s: %s %v", id, result.Verdict, result.Findings)
		}
	}
	if notes := strings.Join(phrase.Strings(report.Notes), "\n"); !strings.Contains(notes, "a fresh code is refused at first") {
		t.Errorf("the notes do not say so: %q %s", notes, report.Error)
	}
}
