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
