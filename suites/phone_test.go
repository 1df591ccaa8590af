package suites

import (
	"testing"

	"github.com/unified-login/assay"
)

// TestNoPhoneIsOneWarning: OK with an empty phone is a finding of phone.none, and not one of the checks of all refusals.
func TestNoPhoneIsOneWarning(t *testing.T) {
	for name, test := range map[string]struct {
		answer   string
		want     assay.Verdict
		refusals int // judged by envelope.refusal, envelope.error and the others
	}{
		"empty phone":     {`200 {"error":"","errcode":"OK","data":{"phone":""}}`, assay.Warn, 0},
		"no phone":        {`200 {"error":"","errcode":"OK","data":{}}`, assay.Warn, 0},
		"refused":         {`400 {"error":"no phone","errcode":"PHONE_NONE"}`, assay.Pass, 1},
		"refused with OK": {`400 {"error":"no phone","errcode":"OK"}`, assay.Pass, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := &script{answer: always(test.answer)}
			s := p.session(t)
			requirement, _ := s.set.Find("phone.none")
			requirement.Needs = nil
			trial := s.try(t.Context(), entry{requirement: requirement, body: func(t *Trial) { t.noPhone(t.Exchange(t.Code())) }}, assay.Phone)
			expectVerdict(t, trial, test.want)
			if got := len(trial.Refusals()); got != test.refusals {
				t.Errorf("%d refusals for the checks of all refusals, want %d", got, test.refusals)
			}
			if got := len(trial.SignIns()) + len(trial.successes()); got != 0 {
				t.Errorf("%d successes for the checks of all successes", got)
			}
		})
	}
}
