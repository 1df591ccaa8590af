package benchmark

import (
	"slices"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// staged is a run in two stages, each with half of its exchanges, whose members agree.
func staged() Report {
	report := whole()
	report.Plan.Shape = Staged
	report.Plan.Stages = []PlanStage{{Name: "calm", Shape: "constant", Rate: 110, Duration: 5}, {Name: "peak", Shape: "ramp", Rate: 10, To: 210, Duration: 5}}
	half := StageFigures{Name: "calm", Seconds: 5, Throughput: Throughput{Offered: 110, Achieved: 109}, Response: report.Response, Service: report.Service, Lateness: report.Lateness,
		Exchanges: Exchanges{Sent: 550, Accepted: 500, ReplaysSent: 45, ReplaysRefused: 45, Overloaded: 3, InDoubt: 2}}
	for _, times := range []*Times{&half.Response, &half.Service, &half.Lateness} {
		times.Samples /= 2
		times.Censored /= 2
	}
	other := half
	other.Name = "peak"
	report.ByStage = []StageFigures{half, other}
	return Conclude(report)
}

func TestAStagedReportAgreesWithItself(t *testing.T) {
	if found := staged().Contradiction(); !found.IsZero() {
		t.Fatal(found)
	}
	for name, change := range map[string]func(*Report){
		"a stage is missing":  func(r *Report) { r.ByStage = r.ByStage[:1] },
		"another name":        func(r *Report) { r.ByStage[1].Name = "after" },
		"another length":      func(r *Report) { r.ByStage[0].Seconds = 4 },
		"more exchanges":      func(r *Report) { r.ByStage[0].Exchanges.Sent++; r.ByStage[0].Exchanges.Accepted++ },
		"a count that is off": func(r *Report) { r.ByStage[0].Exchanges.Sent++ },
		"fewer arrivals":      func(r *Report) { r.ByStage[0].Throughput.Offered = 90 },
		"a shorter response":  func(r *Report) { r.ByStage[0].Response.Max /= 2; r.ByStage[1].Response.Max /= 2 },
		"a sample":            func(r *Report) { r.ByStage[0].Service.Samples++ },
		"no stages":           func(r *Report) { r.Plan.Stages, r.ByStage = nil, nil },
		"another shape":       func(r *Report) { r.Plan.Shape = "constant" },
	} {
		report := staged()
		report.ByStage = slices.Clone(report.ByStage)
		change(&report)
		if report.Contradiction().IsZero() {
			t.Errorf("%s is not seen", name)
		}
	}
}

// A level about a stage is judged by the figures of that stage, and is not known without any.
func TestALevelAboutAStage(t *testing.T) {
	report := staged()
	report.ByStage[1].Exchanges = Exchanges{Sent: 550, Accepted: 300, Overloaded: 250}
	for expression, want := range map[string]struct {
		verdict  LevelVerdict
		observed float64
	}{
		"calm/errors<5%": {Holds, 5.0 / 505}, "peak/errors<5%": {DoesNotHold, 250.0 / 550}, "calm/throughput>=100/s": {Holds, 109},
		"calm/p50<1s": {Holds, report.ByStage[0].Response.P50}, "after/p50<1s": {NotKnown, 0}, "after/errors<5%": {NotKnown, 0},
	} {
		if level := report.Level(expression); level.Verdict != want.verdict || level.Observed != want.observed || level.Expression != expression {
			t.Errorf("%+v, want %+v", level, want)
		}
	}
}

// The level that holds by default is about the stages that have none on errors.
func TestTheDefaultLevelsOfStages(t *testing.T) {
	for given, want := range map[string]string{
		"p99<1s": "errors<1%", "peak/p99<1s": "errors<1%", "peak/errors<50%": "calm/errors<1%", "peak/login.errors<50%": "calm/errors<1%",
		"peak/errors<50% errors<20%": "", "calm/errors<2% peak/errors<50%": "",
	} {
		var slos []assay.SLO
		for text := range strings.FieldsSeq(given) {
			slo, err := assay.ParseSLO(text)
			if err != nil {
				t.Fatal(err)
			}
			slos = append(slos, slo)
		}
		var got []string
		for _, slo := range DefaultLevels(slos, assay.Endpoints(), "calm", "peak") {
			got = append(got, slo.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", given, got, want)
		}
	}
}

// The next run of a plan with stages changes no flag that its stages exclude, and the reason names what would have to be longer.
func TestTheNextRunOfStages(t *testing.T) {
	report := staged()
	report.Command = "assay load --plan plan.yaml --seed 7"
	report.SLO = []Level{{Expression: "calm/p99<8ms", Proof: Proof{Low: 0.001, High: 0.02, Cause: "noise", NeedsSeconds: 20}},
		{Expression: "p99<8ms", Proof: Proof{Low: 0.001, High: 0.02, Cause: "noise", NeedsSeconds: 20}}}
	report = Conclude(report)
	reasons := phrase.Join(report.Reasons...).String()
	if report.Outcome != Unknown || report.NextRun() != report.Command {
		t.Errorf("%s, %s", report.Outcome, report.NextRun())
	}
	if !strings.Contains(reasons, "; 30s of the stage calm would tell") || !strings.Contains(reasons, "; stages of 35s in all would tell") {
		t.Error(reasons)
	}
}
