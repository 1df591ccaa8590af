package figures_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

func TestPlan(t *testing.T) {
	in := messages.For(messages.English)
	for want, plan := range map[string]benchmark.Plan{
		"0.5/s..2000/s spike for 1m30s":               {Shape: "spike", Rate: 0.5, To: 2000, Duration: 90},
		"2000/s constant for 30s after 5s of warm-up": {Shape: "constant", Rate: 2000, Duration: 30, WarmUp: 5},
		"closed loop, 64 in flight for 1m":            {Shape: benchmark.Closed, InFlight: 64, Duration: 60},
	} {
		if got := figures.Plan(in, plan); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// In Chinese, shapes and phases are Chinese words; a name of another version is shown as it is.
func TestShapesAndPhasesInChinese(t *testing.T) {
	in := messages.For(messages.Chinese)
	for _, shape := range []string{"constant", "ramp", "step", "sine", "spike", "poisson"} {
		for _, plan := range []benchmark.Plan{{Shape: shape, Rate: 5, Duration: 90}, {Shape: benchmark.Staged, Duration: 9, Stages: []benchmark.PlanStage{{Shape: shape}}}} {
			if got := figures.Plan(in, plan); strings.Contains(got, shape) {
				t.Error(got)
			}
		}
	}
	for _, phase := range []string{"climb", "narrow", "probe", "confirm"} {
		if got := figures.Phase(in, phase); got == "" || strings.Contains(got, phase) || strings.Contains(got, ".") {
			t.Errorf("%s: %q", phase, got)
		}
	}
	if got := figures.Phase(in, "later"); got != "later" {
		t.Error(got)
	}
	if got := figures.Plan(in, benchmark.Plan{Shape: "later", Rate: 5, Duration: 90}); !strings.Contains(got, " later") {
		t.Error(got)
	}
}
