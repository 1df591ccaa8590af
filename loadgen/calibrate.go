package loadgen

import (
	"context"
	"fmt"
	"time"

	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// How long a calibration's two runs last at most.
const (
	ceilingTime = 3 * time.Second
	floorTime   = 10 * time.Second
)

// Calibrate measures the generator itself: null's target answers at once. It sends what plan sends, but for what has to be
// refused: at first as fast as it can, then as the plan has it.
func Calibrate(ctx context.Context, null Config, plan Plan) (benchmark.NoiseFloor, error) {
	plan.Mix.Replay, plan.Mix.Race, plan.Mix.BadPAT, plan.SLO = 0, 0, 0, nil
	if plan.Mix == (Mix{}) {
		plan.Mix = Mix{Login: 1}
	}
	full := plan
	full.Closed, full.Rate, full.To, full.Shape, full.WarmUp = true, 0, 0, arrivals.Constant, ceilingTime/3
	full.Duration, full.InFlight = ceilingTime, min(DefaultClosed, max(plan.InFlight, 1))
	if plan.InFlight == 0 {
		full.InFlight = DefaultClosed
	}
	ceiling, err := calibrated(ctx, null, full)
	if err != nil {
		return benchmark.NoiseFloor{}, err
	}
	plan.Duration, plan.WarmUp = min(plan.Duration, floorTime), min(plan.WarmUp, ceilingTime)
	floor, err := calibrated(ctx, null, plan)
	if err != nil {
		return benchmark.NoiseFloor{}, err
	}
	return benchmark.NoiseFloor{Ceiling: ceiling.Throughput.Achieved, Response: floor.Response, Service: floor.Service,
		Lateness: floor.Lateness}, nil
}

func calibrated(ctx context.Context, null Config, plan Plan) (benchmark.Report, error) {
	null.Plan = plan
	report, _, err := Run(ctx, null)
	if err != nil {
		return report, err
	}
	if report.Exchanges.Accepted == 0 || report.Interrupted || report.Error != "" {
		return report, fmt.Errorf("the calibration came to nothing: %s", report.Reasons[0])
	}
	return report, nil
}
