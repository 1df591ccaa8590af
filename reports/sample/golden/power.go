package golden

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/power"
)

// Power is a kill matrix with one of each problem.
func Power() power.Matrix {
	return power.Matrix{
		Schema: power.SchemaName, RequirementSet: "unified-login/1.0", Digest: "sha256:0", Seed: 7, Seconds: 1.5,
		Reference: power.Row{Condemned: []power.Condemnation{{ID: "http.allow", Verdict: assay.Warn, Actual: "a 405 without Allow"}}},
		Node:      &power.Row{On: power.OnNode, NotJudged: []power.NotJudged{{ID: "pat.exact", Verdict: assay.Untested, Reason: "no twin"}}},
		Faults: []power.Row{
			{Fault: "killed", Breaks: "One | thing.", Trips: []string{"code.single-use"}, Also: []string{"http.allow"},
				Condemned: []power.Condemnation{{ID: "code.single-use", Verdict: assay.Fail, Actual: "<accepted>"}, {ID: "http.allow", Verdict: assay.Warn}}},
			{Fault: "survivor", Trips: []string{"code.single-use"}, Survived: []string{"code.single-use"},
				Tried: []string{"code.single-use", "http.allow"}},
			{Fault: "accused", Trips: []string{"http.allow"}, Accused: []string{"code.single-use"},
				Condemned: []power.Condemnation{{ID: "code.single-use", Verdict: assay.Fail}, {ID: "http.allow", Verdict: assay.Warn}}},
			{Fault: "untried", Error: "no port"},
			{Fault: "killed", On: power.OnNode, Breaks: "One | thing.", Trips: []string{"code.single-use"}, Seconds: 1,
				Condemned: []power.Condemnation{{ID: "code.single-use", Verdict: assay.Fail, Actual: "<accepted>"}}},
			{Fault: "survivor", On: power.OnNode, Trips: []string{"code.single-use"}, Survived: []string{"code.single-use"}, Seconds: 2},
		},
		Requirements: []power.Column{
			{ID: "code.single-use", Level: assay.Must, Kills: 1},
			{ID: "http.allow", Level: assay.Should, Kills: 1},
			{ID: "pat.exact", Level: assay.Must},
			{ID: "http.tls", Level: assay.Should, Exempt: "not on loopback"},
		},
	}
}
