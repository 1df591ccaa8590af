package golden

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/power"
)

// Legal is a legal matrix with a row of each kind.
func Legal() power.LegalMatrix {
	return power.LegalMatrix{
		Schema: power.LegalSchemaName, RequirementSet: "unified-login/1.0", Digest: "sha256:0", Seed: 7, Seconds: 1.5,
		Variations: []power.LegalRow{
			{Variation: "clean", On: power.OnReference, Does: "One | thing.", Legal: "RFC 9110", Passed: 82},
			{Variation: "warned", On: power.OnNode, Does: "Another.", Legal: "RFC 9112", Warns: []string{"http.allow"}, Passed: 70,
				Only: []string{"http.*"}, Narrowed: "it concerns HTTP",
				Warned: []power.Condemnation{{ID: "http.allow", Verdict: assay.Warn, Actual: "a 405 without Allow"}}},
			{Variation: "accused", On: power.OnReference, Passed: 81,
				Accused: []power.Condemnation{{ID: "code.single-use", Verdict: assay.Fail, Actual: "<accepted>"}}},
			{Variation: "untold", On: power.OnReference, Passed: 81,
				NotJudged: []power.NotJudged{{ID: "pat.exact", Verdict: assay.Untested, Reason: "no twin"}}},
			{Variation: "untried", On: power.OnReference, Error: "no port"},
		},
	}
}
