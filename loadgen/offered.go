package loadgen

import (
	"fmt"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// CheckLevel returns an error for a level on throughput that is above what the schedule offers: no target can keep it. It completes a
// sentence about the level. A closed loop offers what is answered. A search for the limit starts where such levels can
// hold: they are not checked for it.
func (p Plan) CheckLevel(slo assay.SLO) error {
	if p = p.withDefaults(); slo.Metric != assay.MetricThroughput || p.Closed {
		return nil
	}
	offered, err := p.offered(slo.Stage)
	if err != nil || slo.Holds(offered) {
		return err
	}
	return fmt.Errorf("can never hold, as the schedule offers %s; use a lower bound or a higher rate", benchmark.PlannedRate(offered))
}

// offered is the rate that the schedule offers in a stage, or in the whole run where none is named: its arrivals, per second.
func (p Plan) offered(stage string) (float64, error) {
	for i, s := range p.Stages {
		if s.Name == stage {
			schedule, err := s.schedule(p.Seed, i)
			return offeredBy(schedule, s.Duration), err
		}
	}
	schedule, err := p.schedule()
	return offeredBy(schedule, p.Duration), err
}

// offeredBy is the mean rate of a schedule, per second; 0 without one.
func offeredBy(schedule arrivals.Schedule, over time.Duration) float64 {
	if schedule == nil {
		return 0
	}
	return perSecondOf(int64(schedule.Len()), over)
}
