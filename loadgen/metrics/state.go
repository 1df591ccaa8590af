package metrics

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/unified-login/assay/reports/benchmark"
)

var (
	phaseDesc = prometheus.NewDesc("assay_phase_info", "The phases in progress: always 1. A warm-up that drains overlaps the measurement.", []string{"phase"}, nil)
	levelDesc = prometheus.NewDesc("assay_level_state",
		"The verdict on a service level: 1 for the state that it is in. It is unknown until the run is over.", []string{"level", "state"}, nil)
	stepsDesc = prometheus.NewDesc("assay_search_steps_total",
		"Steps of the search for the limit, by kind and by whether every service level was met; saturated says that the generator was the bottleneck.",
		[]string{"kind", "result"}, nil)
	outcomeDesc = prometheus.NewDesc("assay_outcome_state", "The outcome of the run: 1 for the one that it has, and 0 throughout until it is over.", []string{"outcome"}, nil)
)

// A state is what is known of a run's conclusions.
type state struct {
	levels  map[string]benchmark.LevelVerdict // by expression
	steps   map[[2]string]int                 // by kind and result
	outcome benchmark.Outcome                 // empty until the run is over
}

// Report takes the steps of the search and the service levels from a report, and with over the verdicts and the outcome as well: those of a
// run in progress are not known.
func (m *Metrics) Report(report benchmark.Report, over bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.levels = map[string]benchmark.LevelVerdict{}
	for _, level := range report.SLO {
		m.state.levels[level.Expression] = benchmark.NotKnown
		if over && level.Verdict != "" {
			m.state.levels[level.Expression] = level.Verdict
		}
	}
	if over {
		m.state.outcome = report.Outcome
	}
	if report.Search == nil {
		return
	}
	m.state.steps = map[[2]string]int{}
	for _, step := range report.Search.Steps {
		result := "not_met"
		switch {
		case step.Holds:
			result = "met"
		case step.Outcome == benchmark.Saturated:
			result = "saturated"
		}
		m.state.steps[[2]string{step.Phase, result}]++
	}
}

// metrics are the metrics of the state, and of the phases in progress.
func (s state) metrics(phases map[string]float64) (all []prometheus.Metric) {
	add := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		all = append(all, prometheus.MustNewConstMetric(desc, kind, value, labels...))
	}
	one := func(is bool) float64 {
		if is {
			return 1
		}
		return 0
	}
	known := map[string]bool{}
	for phase := range phases {
		if name, _, _ := strings.Cut(phase, " "); !known[name] { // a step of a search has its rate behind its kind
			known[name] = true
			add(phaseDesc, prometheus.GaugeValue, 1, name)
		}
	}
	for level, verdict := range s.levels {
		for _, state := range []benchmark.LevelVerdict{benchmark.Holds, benchmark.DoesNotHold, benchmark.NotKnown} {
			add(levelDesc, prometheus.GaugeValue, one(state == verdict), level, string(state))
		}
	}
	for kind, n := range s.steps {
		add(stepsDesc, prometheus.CounterValue, float64(n), kind[0], kind[1])
	}
	for _, outcome := range benchmark.Outcomes() {
		add(outcomeDesc, prometheus.GaugeValue, one(outcome == s.outcome), string(outcome))
	}
	return all
}
