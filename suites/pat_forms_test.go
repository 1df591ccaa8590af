package suites

import (
	"net/http"
	"slices"
	"testing"

	"github.com/unified-login/assay"
)

// TestTwoAuthorizationFields: a library gives a service the first of two fields, or the last: that is legal. A service that tries
// each of them has a fault.
func TestTwoAuthorizationFields(t *testing.T) {
	const other = "Bearer pat_0000000000000000"
	valid := func(field string) bool { return field != other }
	for name, test := range map[string]struct {
		reads   func(fields []string) bool
		verdict assay.Verdict
	}{
		"the first":   {func(fields []string) bool { return valid(fields[0]) }, assay.Pass},
		"the last":    {func(fields []string) bool { return valid(fields[len(fields)-1]) }, assay.Pass},
		"none of two": {func(fields []string) bool { return len(fields) == 1 && valid(fields[0]) }, assay.Pass},
		"any of them": {func(fields []string) bool { return slices.ContainsFunc(fields, valid) }, assay.Warn},
	} {
		p := &script{answer: always(accepted), refuse: func(r *http.Request, _ string) string {
			if fields := r.Header.Values("Authorization"); len(fields) == 0 || !test.reads(fields) {
				return denied
			}
			return ""
		}}
		trial := p.try(t, "pat.trailing", func(t *Trial) { t.twoFields(other) })
		if trial.verdict() != test.verdict {
			t.Errorf("%s: %s, want %s; %+v, %q", name, trial.verdict(), test.verdict, trial.findings, trial.reasons)
		}
	}
}
