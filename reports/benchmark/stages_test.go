package benchmark

import (
	"bytes"
	"fmt"
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
		"a catch-up":          func(r *Report) { r.ByStage[0].CatchUp.Exchanges++ },
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

// Errors of a stage that came while the generator caught up with its schedule are judged as those of a whole run are.
func TestCatchUpsOfAStage(t *testing.T) {
	report := staged()
	report.SLO = []Level{{Expression: "peak/errors<1%"}}
	report.ByStage[1].Exchanges = Exchanges{Sent: 550, Accepted: 540, Overloaded: 10}
	report.ByStage[1].CatchUp = CatchUp{Exchanges: 20, Errors: 10}
	if level := Conclude(report).SLO[0]; level.Verdict != Holds || level.Observed != 0 {
		t.Errorf("few catch-ups: %+v", level)
	}
	report.ByStage[1].CatchUp = CatchUp{Exchanges: 100, Errors: 10}
	report = Conclude(report)
	want := phrase.Say(phrase.CatchUpErrors, "peak/errors<1%", 10, 100).String()
	if reasons := phrase.Join(report.Reasons...).String(); report.Outcome != Saturated || !strings.Contains(reasons, want) {
		t.Errorf("%s: %s", report.Outcome, reasons)
	}
}

// The flags that stages exclude are not advised, whatever a level needs.
func TestTooFewExchangesOfAStage(t *testing.T) {
	report := staged()
	report.Command = "assay load --plan plan.yaml --seed 7"
	report.SLO = []Level{{Expression: "calm/p999<80ms"}}
	report = Conclude(report)
	if report.SLO[0].Reason.Key() != phrase.LevelTooFewStage || report.NextRun() != report.Command {
		t.Errorf("%+v, %s", report.SLO[0], report.NextRun())
	}
	calm := report.SLO[0].Reason.String()
	report.SLO = []Level{{Expression: "p999<80ms"}}
	whole := Conclude(report).SLO[0]
	for _, reason := range []string{calm, whole.Reason.String()} {
		if strings.Contains(reason, "--duration") {
			t.Error(reason)
		}
	}
}

// Tags of a file are cut where no run has so many, or so long ones.
func TestTagsOfAFileAreBounded(t *testing.T) {
	report := begun()
	report.Outcome, report.Tags = Errored, map[string]string{"a": strings.Repeat("x", 5000)}
	for i := range 500 {
		report.Tags[fmt.Sprint("tag", i)] = "x"
	}
	var file bytes.Buffer
	if err := WriteJSON(&file, report); err != nil {
		t.Fatal(err)
	}
	read, err := ReadJSON(&file)
	if err != nil || len(read.Tags) != 100 || len(read.Tags["a"]) > 300 || !strings.Contains(phrase.Join(read.Notes...).String(), "401 more tags") {
		t.Errorf("%v, %d tags, %q", err, len(read.Tags), phrase.Strings(read.Notes))
	}
}

// A target that violates a level of a stage by itself does so though the generator was late.
func TestAStageThatIsSlowByItself(t *testing.T) {
	report := staged()
	report.SLO = []Level{{Expression: "peak/p50<50ms"}}
	report.Lateness = Times{P50: 0.2, P90: 0.3, P95: 0.3, P99: 0.4, P999: 0.4, Max: 0.4, Mean: 0.2, Samples: 1100}
	slow := Times{P50: 1, P90: 1, P95: 1, P99: 1, P999: 1, Max: 1, Mean: 1, Samples: 500}
	fast := report
	report.ByStage[1].Response, report.ByStage[1].Service = slow, slow
	if made := Conclude(report); made.Outcome != Violated {
		t.Errorf("%s: %q", made.Outcome, phrase.Strings(made.Reasons))
	}
	fast.ByStage = slices.Clone(fast.ByStage)
	fast.ByStage[1].Service = staged().Service
	if made := Conclude(fast); made.Outcome != Saturated {
		t.Errorf("late, and fast by itself: %s: %q", made.Outcome, phrase.Strings(made.Reasons))
	}
}
