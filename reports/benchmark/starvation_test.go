package benchmark

import (
	"testing"

	"github.com/unified-login/assay"
)

// The target is not blamed for service levels that the driver broke, in a run that is incorrect either; and it is for those that
// it broke itself.
func TestStarvationExcusesLevelsOfAnIncorrectRun(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Report)
		want   assay.Verdict
	}{
		"starved":          {func(r *Report) { r.Generator.Codes = Codes{Starved: 917, StarvedMean: 1.5} }, assay.Untested},
		"not starved":      {func(*Report) {}, assay.Fail},
		"starved and slow": {func(r *Report) { r.Generator.Codes, r.Service.P99 = Codes{Starved: 917, StarvedMean: 1.5}, 0.9 }, assay.Fail},
	} {
		report := ran()
		report.Exchanges.WrongIdentity, report.Response.P99 = 1, 1
		test.change(&report)
		report = Conclude(report)
		slo := report.Requirements[2]
		if report.Outcome != Incorrect || slo.ID != loadSLO || slo.Verdict != test.want || report.Verdict(report.SLO[0]) != test.want {
			t.Errorf("%s: %s, %s is %s, the first level %s; want %s", name, report.Outcome, slo.ID, slo.Verdict, report.Verdict(report.SLO[0]), test.want)
		}
		if again := Conclude(report); again.Requirements[2].Verdict != test.want {
			t.Errorf("%s: concluded again, %s", name, again.Requirements[2].Verdict)
		}
	}
}
