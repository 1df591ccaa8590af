package figures_test

import (
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
