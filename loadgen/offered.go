package loadgen

import (
	"math"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// certainty is how many standard deviations of its arrivals a schedule with random gaps may have fewer: it does so once in three million runs.
const certainty = 5

// CheckLevel returns an error for a level on throughput that is above what the schedule offers: no target can keep it. It completes a
// sentence about the level. Where the gaps are random, so is what they offer: a level has to be below the least of that, whatever the seed,
// or chance alone would break it. A closed loop offers what is answered. A search for the limit starts where such levels can
// hold: they are not checked for it.
func (p Plan) CheckLevel(slo assay.SLO) error {
	if p = p.withDefaults(); slo.Metric != assay.MetricThroughput || p.Closed {
		return nil
	}
	offers, err := p.offers(slo.Stage)
	switch {
	case err != nil || slo.Holds(offers.least()):
		return err
	case slo.Holds(offers.mean()):
		const decimals = 10
		return phrase.Failed(phrase.LevelByChance, benchmark.PlannedRate(offers.mean()), benchmark.PlannedRate(math.Floor(decimals*offers.least())/decimals))
	default:
		return phrase.Failed(phrase.LevelAboveOffer, benchmark.PlannedRate(offers.mean()))
	}
}

// An offer is how many arrivals schedules have in a time.
type offer struct {
	fixed  int64   // that do not depend on the seed
	random float64 // that do, on average, which is their variance as well
	over   time.Duration
}

// mean is the rate on average, per second.
func (o offer) mean() float64 {
	if o.random == 0 {
		return perSecondOf(o.fixed, o.over)
	}
	return (float64(o.fixed) + o.random) / o.over.Seconds()
}

// least is the rate that is offered at least, per second.
func (o offer) least() float64 {
	if o.random == 0 {
		return o.mean()
	}
	return (float64(o.fixed) + max(0, o.random-certainty*math.Sqrt(o.random))) / o.over.Seconds()
}

// offers is what the schedule offers in a stage, or in the whole run where it has no such stage.
func (p Plan) offers(stage string) (sum offer, err error) {
	if !slices.ContainsFunc(p.Stages, func(s Stage) bool { return s.Name == stage }) {
		stage = ""
	}
	if len(p.Stages) == 0 {
		schedule, err := p.schedule()
		return offer{over: p.Duration}.plus(p.Shape, schedule, p.Rate), err
	}
	for i, s := range p.InStages(p.Stages).Stages {
		if stage != "" && s.Name != stage {
			continue
		}
		schedule, err := s.schedule(p.Seed, i)
		if err != nil {
			return sum, err
		}
		one := offer{over: s.Duration}.plus(s.Shape, schedule, s.Rate)
		sum = offer{sum.fixed + one.fixed, sum.random + one.random, sum.over + one.over}
	}
	return sum, nil
}

// plus adds the arrivals of a schedule, of a shape and an initial rate; none without a schedule.
func (o offer) plus(shape arrivals.Shape, schedule arrivals.Schedule, rate float64) offer {
	switch {
	case schedule == nil:
	case shape == arrivals.Poisson:
		o.random += rate * o.over.Seconds()
	default:
		o.fixed += int64(schedule.Len())
	}
	return o
}
