//go:build !race

package loadgen

import (
	"fmt"
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
	for _, seed := range []uint64{1, 2, 3, 4, 5, 6} { // what the gaps add up to is chance, and no target's fault
		poisson := Plan{Shape: arrivals.Poisson, Rate: 100, Duration: 100 * second, Seed: seed}
		staged := Plan{Stages: []Stage{{Name: "calm", Rate: 100, Duration: 100 * second}, {Name: "rush", Shape: arrivals.Poisson, Rate: 300, Duration: 100 * second}}, Seed: seed}
		for _, test := range []struct {
			plan  Plan
			level string
			error string
		}{
			{poisson, "throughput>=95/s", ""},
			{poisson, "throughput>95/s", "may not hold by chance alone, as the random gaps of the shape poisson offer 100/s on average, and 95/s at least; use a lower bound, or the shape constant"},
			{poisson, "throughput>=100/s", "may not hold by chance alone, as the random gaps of the shape poisson offer 100/s on average, and 95/s at least; use a lower bound, or the shape constant"},
			{poisson, "throughput>=101/s", "can never hold, as the schedule offers 100/s; use a lower bound or a higher rate"},
			{staged, "throughput>=195/s", ""},
			{staged, "throughput>=196/s", "may not hold by chance alone, as the random gaps of the shape poisson offer 200/s on average, and 195.6/s at least; use a lower bound, or the shape constant"},
			{staged, "calm/throughput>=100/s", ""},
			{staged, "rush/throughput>=291/s", ""},
			{Plan{Shape: arrivals.Poisson, Rate: 2, Duration: 10 * second, Seed: seed}, "throughput>=1/s",
				"may not hold by chance alone, as the random gaps of the shape poisson offer 2/s on average, and 0/s at least; use a lower bound, or the shape constant"},
		} {
			err := test.plan.CheckLevel(levels(t, test.level)[0])
			if said := fmt.Sprint(err); (err != nil) != (test.error != "") || err != nil && said != test.error {
				t.Errorf("seed %d, %s: %v", seed, test.level, err)
			}
		}
	}
	a, b, err := Plan{Rate: 500, Duration: second}.Halves()
	for _, half := range []Plan{a, b} {
		if refused := half.CheckLevel(levels(t, "throughput>=251/s")[0]); err != nil || refused == nil {
			t.Errorf("half of the schedule: %v, %v", err, refused)
		}
	}
}
