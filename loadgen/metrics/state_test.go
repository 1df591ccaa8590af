package metrics

import (
	"fmt"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
)

func empty() *hdrhistogram.Histogram {
	return hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), 3)
}

// statesOf are the states of a level and of the outcome: whether they are unknown, and whether the level is violated.
func statesOf(unknown, violated int) string {
	return fmt.Sprintf(`
# HELP assay_level_state The verdict on a service level: 1 for the state that it is in. It is unknown until the run is over.
# TYPE assay_level_state gauge
assay_level_state{level="p99<50ms",state="holds"} 0
assay_level_state{level="p99<50ms",state="unknown"} %[1]d
assay_level_state{level="p99<50ms",state="violated"} %[2]d
# HELP assay_outcome_state The outcome of the run: 1 for the one that it has, and 0 throughout until it is over.
# TYPE assay_outcome_state gauge
assay_outcome_state{outcome="error"} 0
assay_outcome_state{outcome="generator-saturated"} 0
assay_outcome_state{outcome="incorrect"} 0
assay_outcome_state{outcome="interrupted"} 0
assay_outcome_state{outcome="pass"} 0
assay_outcome_state{outcome="slo-violated"} %[2]d
assay_outcome_state{outcome="unknown"} 0
`, unknown, violated)
}

// What a run concludes is known when it is over; before, a level is unknown, and no outcome is 1.
func TestState(t *testing.T) {
	report := benchmark.Report{Outcome: benchmark.Violated, SLO: []benchmark.Level{{Expression: "p99<50ms", Verdict: benchmark.DoesNotHold}}}
	report.Search = &benchmark.Search{Steps: []benchmark.Step{{Phase: "climb", Holds: true}, {Phase: "climb", Holds: true}, {Phase: "climb"},
		{Phase: "probe", Outcome: benchmark.Saturated}}}
	m := New("", nil)
	m.Watch(loadgen.Interval{Phase: "probe 1, 300/s", Response: empty(), Service: empty(), Lateness: empty()})
	m.Report(report, false)
	compare(t, m, statesOf(1, 0)+`# HELP assay_phase_info The phases in progress: always 1. A warm-up that drains overlaps the measurement.
# TYPE assay_phase_info gauge
assay_phase_info{phase="probe"} 1
# HELP assay_search_steps_total Steps of the search for the limit, by kind and by whether every service level was met; saturated says that the generator was the bottleneck.
# TYPE assay_search_steps_total counter
assay_search_steps_total{kind="climb",result="met"} 2
assay_search_steps_total{kind="climb",result="not_met"} 1
assay_search_steps_total{kind="probe",result="saturated"} 1
`, "assay_level_state", "assay_outcome_state", "assay_phase_info", "assay_search_steps_total")
	m.Watch(loadgen.Interval{Phase: "probe 1, 300/s", Response: empty(), Service: empty(), Lateness: empty(), Last: true})
	m.Report(report, true)
	compare(t, m, statesOf(0, 1), "assay_level_state", "assay_outcome_state", "assay_phase_info")
}
