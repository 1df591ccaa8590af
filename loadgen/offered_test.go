//go:build !race

package loadgen

import (
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
)

// A level on throughput above what the schedule offers can never hold: a run would blame the target for it.
func TestThroughputAboveTheSchedule(t *testing.T) {
	second := time.Second
	stages := []Stage{{Name: "calm", Rate: 100, Duration: second}, {Name: "peak", Rate: 300, Duration: second}}
	for name, test := range map[string]struct {
		plan    Plan
		level   string
		offered string // that the refusal names; empty for none
	}{
		"below":                {Plan{Rate: 500}, "throughput>=499.9/s", ""},
		"equal":                {Plan{Rate: 500}, "throughput>=500/s", ""},
		"more than it":         {Plan{Rate: 500}, "throughput>500/s", "500/s"},
		"above":                {Plan{Rate: 500}, "throughput>=900/s", "500/s"},
		"a closed loop":        {Plan{Closed: true}, "throughput>=900/s", ""},
		"a ramp's mean":        {Plan{Shape: arrivals.Ramp, Rate: 100, To: 300}, "throughput>=200/s", ""},
		"a ramp's end":         {Plan{Shape: arrivals.Ramp, Rate: 100, To: 300}, "throughput>=300/s", "200/s"},
		"a part of an arrival": {Plan{Rate: 33.3, Duration: second}, "throughput>=33.3/s", "33/s"},
		"a rate of no float":   {Plan{Rate: 0.7, Duration: 10 * second}, "throughput>=0.7/s", ""},
		"a stage":              {Plan{Stages: stages}, "peak/throughput>=300/s", ""},
		"another stage":        {Plan{Stages: stages}, "calm/throughput>=300/s", "100/s"},
		"all stages":           {Plan{Stages: stages}, "throughput>=201/s", "200/s"},
		"no throughput":        {Plan{Rate: 500}, "p99<20s", ""},
	} {
		plan, err := test.plan.completed(assay.Target{}, false)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		err = plan.CheckLevel(levels(t, test.level)[0])
		want := "can never hold, as the schedule offers " + test.offered + "; use a lower bound or a higher rate"
		if (err != nil) != (test.offered != "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	a, b, err := Plan{Rate: 500, Duration: second}.Halves()
	for _, half := range []Plan{a, b} {
		if refused := half.CheckLevel(levels(t, "throughput>=251/s")[0]); err != nil || refused == nil {
			t.Errorf("half of the schedule: %v, %v", err, refused)
		}
	}
}
