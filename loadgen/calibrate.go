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
	full := plan
	full.Closed, full.Rate, full.To, full.Shape, full.WarmUp = true, 0, 0, arrivals.Constant, ceilingTime/3
	full.Duration, full.InFlight = ceilingTime, min(DefaultClosed, max(plan.InFlight, 1))
	if plan.InFlight == 0 {
		full.InFlight = DefaultClosed
	}
	ceiling, err := calibrationRun(ctx, null, full)
	if err != nil {
		return benchmark.NoiseFloor{}, err
	}
	plan.Duration, plan.WarmUp = min(plan.Duration, floorTime), min(plan.WarmUp, ceilingTime)
	floor, err := calibrationRun(ctx, null, plan)
	if err != nil {
		return benchmark.NoiseFloor{}, err
	}
	return benchmark.NoiseFloor{Ceiling: ceiling.Throughput.Achieved, Response: floor.Response, Service: floor.Service,
		Lateness: floor.Lateness}, nil
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
