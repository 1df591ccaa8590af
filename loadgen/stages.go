package loadgen

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
)

// MaxStages bounds the stages of a plan: each keeps figures of its own.
const MaxStages = 16

// A Stage is a part of a plan with a schedule of its own. Stages follow one another without a gap; codes, users and connections are kept.
type Stage struct {
	// Name begins with a letter, and has at most 32 letters, digits, _ and -. No two stages of a plan have the same.
	Name string
	// Shape, Rate and To are as in a [Plan]; an empty Shape is constant.
	Shape    arrivals.Shape
	Rate, To float64
	Duration time.Duration
}

// schedule is when the exchanges of a stage are due. number is its place in the plan: two stages of the shape poisson draw different gaps.
func (s Stage) schedule(seed uint64, number int) (arrivals.Schedule, error) {
	shape := s.Shape
	if shape == "" {
		shape = arrivals.Constant
	}
	schedule, err := arrivals.New(shape, s.Rate, s.To, s.Duration, seed+uint64(number)*goldenGamma)
	if err != nil {
		return nil, fmt.Errorf("stage %s: %w", s.Name, err)
	}
	return schedule, nil
}

// InStages returns the plan of stages, one after another, in place of its own schedule: its duration is their sum, and its rate is the one
// at which the first begins.
func (p Plan) InStages(stages []Stage) Plan {
	p.Stages, p.Closed, p.Shape, p.To = slices.Clone(stages), false, "", 0
	p.Rate, p.Duration = stages[0].Rate, 0
	for i, stage := range stages {
		if stage.Shape == "" {
			p.Stages[i].Shape = arrivals.Constant
		}
		if p.Duration += stage.Duration; p.Duration < 0 {
			p.Duration = math.MaxInt64
		}
	}
	return p
}

// staged checks the stages of a plan, and the service levels that are about one.
func (p Plan) staged(search bool) (Plan, error) {
	names := map[string]bool{}
	for _, stage := range p.Stages {
		if err := assay.CheckStage(stage.Name); err != nil {
			return p, fmt.Errorf("a stage %w", err)
		}
		if names[stage.Name] {
			return p, fmt.Errorf("two stages have the name %s; give each its own", stage.Name)
		}
		names[stage.Name] = true
	}
	levels := slices.Clone(p.SLO)
	for _, goal := range p.Until {
		levels = append(levels, goal.SLO)
	}
	for _, slo := range levels {
		if slo.Stage != "" && !names[slo.Stage] {
			return p, fmt.Errorf("service level %s is about the stage %s, which the plan does not have", slo, slo.Stage)
		}
	}
	switch {
	case len(p.Stages) == 0:
		return p, nil
	case search:
		return p, errors.New("a search for the limit uses one rate at a time and cannot have stages")
	case len(p.Stages) > MaxStages:
		return p, fmt.Errorf("%d stages are too many; use at most %d", len(p.Stages), MaxStages)
	case len(p.Until) > 0 || p.AbortOnViolated:
		return p, errors.New("a run that ends when something is known needs one rate and cannot have stages")
	default:
		return p.InStages(p.Stages), nil
	}
}

// sequence is when the exchanges of all stages are due.
func (p Plan) sequence() (arrivals.Schedule, error) {
	var parts []arrivals.Part
	for i, stage := range p.Stages {
		schedule, err := stage.schedule(p.Seed, i)
		if err != nil {
			return nil, err
		}
		parts = append(parts, arrivals.Part{Schedule: schedule, Duration: stage.Duration})
	}
	return arrivals.Sequence(parts...)
}

// Peak is the highest rate of the plan, per second; 0 in a closed loop.
func (p Plan) Peak() float64 {
	peak := max(p.Rate, p.To)
	for _, stage := range p.Stages {
		peak = max(peak, stage.Rate, stage.To)
	}
	return peak
}

// reportStages are the stages as the report has them.
func (p Plan) reportStages() (all []benchmark.PlanStage) {
	for _, stage := range p.Stages {
		all = append(all, benchmark.PlanStage{Name: stage.Name, Shape: string(stage.Shape), Rate: stage.Rate, To: stage.To, Duration: stage.Duration.Seconds()})
	}
	return all
}
