package loadgen

import (
	"context"
	"fmt"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// How long the two runs of a calibration last at most.
const (
	ceilingTime = 3 * time.Second
	floorTime   = 10 * time.Second
)

// Calibrate measures the generator itself, against a target that answers at once. It sends the plan's logins and phones
// twice: as fast as it can, for the ceiling, and as planned, for the times that the generator adds.
func Calibrate(ctx context.Context, null Config, plan Plan) (benchmark.NoiseFloor, error) {
	plan.SLO = nil
	if plan.Mix = (Mix{Login: plan.Mix.Login, Phone: plan.Mix.Phone}); plan.Mix == (Mix{}) {
		plan.Mix = Mix{Login: 1}
	}
	ceiling, err := calibrationRun(ctx, null, plan.forCeiling())
	if err != nil {
		return benchmark.NoiseFloor{}, err
	}
	floor, err := calibrationRun(ctx, null, plan.forFloor())
	if err != nil {
		return benchmark.NoiseFloor{}, err
	}
	return benchmark.NoiseFloor{Ceiling: ceiling.Throughput.Achieved, Response: floor.Response, Service: floor.Service,
		Lateness: floor.Lateness}, nil
}

// forCeiling is the closed loop that finds the generator's ceiling.
func (p Plan) forCeiling() Plan {
	most := max(p.InFlight, 1)
	if p.InFlight == 0 {
		most = DefaultClosed
	}
	p.Closed, p.Rate, p.To, p.Shape, p.Stages, p.WarmUp = true, 0, 0, arrivals.Constant, nil, ceilingTime/3
	p.Duration, p.InFlight = ceilingTime, min(DefaultClosed, most)
	return p
}

// forFloor is the plan that measures what the generator adds: a plan with stages at its highest rate.
func (p Plan) forFloor() Plan {
	if len(p.Stages) > 0 {
		p = p.InStages(p.Stages)
		p.Rate, p.Shape, p.Stages = p.Peak(), arrivals.Constant, nil
	}
	p.Duration, p.WarmUp = min(p.Duration, floorTime), min(p.WarmUp, ceilingTime)
	return p
}

func calibrationRun(ctx context.Context, null Config, plan Plan) (benchmark.Report, error) {
	null.Plan = plan
	report, _, err := Run(ctx, null)
	if err != nil {
		return report, err
	}
	if report.Exchanges.Accepted == 0 || report.Interrupted || !report.Error.IsZero() {
		return report, fmt.Errorf("the calibration failed: %s", report.Reasons[0])
	}
	return report, nil
}
