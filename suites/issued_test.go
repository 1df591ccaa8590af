package suites

import (
	"context"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A repeater is a driver that gives codes for the second time, as change makes them from the codes of a request.
type repeater struct {
	script
	change func(codes []assay.Code)
}

func (h *repeater) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	reply, err := h.script.Ask(ctx, request)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.change(reply.Codes)
	return reply, err
}

// TestARepeatedCodeIsTheDrivers: a platform that refuses a code for the second time is right. The driver is named, in the pre-flight
// and in a trial.
func TestARepeatedCodeIsTheDrivers(t *testing.T) {
	for name, test := range map[string]struct {
		change func([]assay.Code)
		want   string
	}{
		"in a batch":     {func(codes []assay.Code) { codes[len(codes)-1].Code = codes[0].Code }, "driver: mint: 1 of 4 codes were returned before"},
		"across batches": {func(codes []assay.Code) { codes[0].Code = "code-1" }, "driver: mint: 1 of 4 codes were returned before"},
	} {
		h := &repeater{script: script{answer: always(accepted)}, change: func([]assay.Code) {}}
		config := h.config(t)
		config.Host = h
		s := begin(t, config)
		if _, err := s.mintAnyone(t.Context(), assay.Login, "fc1", 1); err != nil {
			t.Fatal(err)
		}
		h.change = test.change
		trial := attempt(t, s, entry{once: true, body: func(t *Trial) { t.codesAt(t.Person(), "fc1", 4) }}, "concurrency.no-crosstalk")
		expectVerdict(t, trial, assay.Error)
		if text := strings.Join(phrase.Strings(trial.reasons), "; "); !strings.Contains(text, test.want) {
			t.Errorf("%s: reasons %q, want %q", name, text, test.want)
		}
		if failed := s.Preflight(t.Context()); name == "across batches" && (failed == nil || !strings.Contains(failed.Error(), "codes were returned before")) {
			t.Errorf("%s: the pre-flight says %v", name, failed)
		}
	}
}

// A patron is a driver whose every PAT is the same.
type patron struct {
	script
	pat string
}

func (h *patron) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	if request.Op == assay.OpIssuePAT {
		return assay.HostReply{PAT: h.pat}, nil
	}
	return h.script.Ask(ctx, request)
}

// TestARepeatedPATIsTheDrivers: a platform that knows a PAT by the scopes of its issue, or as a revoked one, is right. So is one that
// takes a PAT of the target file for what it is.
func TestARepeatedPATIsTheDrivers(t *testing.T) {
	for _, test := range []struct {
		pat  string
		want []string // of one request after the other
	}{
		{"pat-1", []string{"", "driver: issuePat: the pat was returned before; issue a new one every time"}},
		{"pat-named", []string{"driver: issuePat: the pat is pats.unscoped of the target file; issue a new one every time"}},
	} {
		h := &patron{script{answer: always(accepted)}, test.pat}
		config := h.config(t)
		offering(assay.OpIssuePAT)(&config)
		config.Host, config.Target.PATs.Unscoped = h, "pat-named"
		s := begin(t, config)
		for i, want := range test.want {
			if _, err := s.issue(t.Context(), []string{unifiedAuthScope}, ""); err == nil && want != "" || err != nil && err.Error() != want {
				t.Errorf("%s, request %d: %v, want %q", test.pat, i+1, err, want)
			}
		}
	}
}
