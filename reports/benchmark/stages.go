package benchmark

import (
	"fmt"
	"math"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// StageFigures are about what was due in one stage of the plan, whenever it was answered.
type StageFigures struct {
	Name string `json:"name"`
	// Seconds is how long the stage was measured: less than planned where the run ended in it.
	Seconds    float64            `json:"seconds"`
	Exchanges  Exchanges          `json:"exchanges"`
	Throughput Throughput         `json:"throughput"`
	ErrorShare uncertain.Interval `json:"errorShare,omitzero"`
	// Response to All are as in a [Report].
	Response   Times             `json:"response"`
	Service    Times             `json:"service"`
	Lateness   Times             `json:"lateness"`
	Refusals   Times             `json:"refusals"`
	Failures   Times             `json:"failures"`
	All        Times             `json:"all"`
	ByEndpoint []EndpointFigures `json:"byEndpoint,omitempty"`
	CatchUp    CatchUp           `json:"catchUp,omitzero"`
}

// within is the report with the figures of one stage alone, by which the service levels about it are judged; itself for the whole run. It
// has no figures of a stage that was not measured.
func (r Report) within(stage string) Report {
	if stage == "" {
		return r
	}
	f := StageFigures{}
	if i := slices.IndexFunc(r.ByStage, func(f StageFigures) bool { return f.Name == stage }); i >= 0 {
		f = r.ByStage[i]
	}
	r.Plan.Duration, r.Exchanges, r.Throughput, r.ErrorShare = f.Seconds, f.Exchanges, f.Throughput, f.ErrorShare
	r.Response, r.Service, r.Lateness, r.Refusals, r.Failures, r.All = f.Response, f.Service, f.Lateness, f.Refusals, f.Failures, f.All
	r.ByEndpoint, r.Distribution = f.ByEndpoint, Distribution{}
	r.Generator.Delay.CatchUp, r.Generator.Delay.CatchUpErrors = f.CatchUp.Exchanges, f.CatchUp.Errors
	return r
}

// stages are the names of the stages of the plan.
func (p Plan) stages() (names []string) {
	for _, stage := range p.Stages {
		names = append(names, stage.Name)
	}
	return names
}

// offers are the lowest and the highest rate that a schedule may have on average, and how far it may be from these by chance.
func (p Plan) offers() (low, high, slack float64) {
	stages := p.Stages
	if len(stages) == 0 {
		stages = []PlanStage{{Shape: p.Shape, Rate: p.Rate, To: p.To, Duration: p.Duration}}
	}
	const byChance = 8 // standard deviations, of the shape poisson
	random := 0.0
	for _, stage := range stages {
		to := stage.To
		if to == 0 {
			to = stage.Rate
		}
		low, high = low+min(stage.Rate, to)*stage.Duration, high+max(stage.Rate, to)*stage.Duration
		if stage.Shape == "poisson" {
			random += stage.Rate * stage.Duration
		}
	}
	return low / p.Duration, high / p.Duration, (float64(len(stages)) + byChance*math.Sqrt(random)) / p.Duration
}

// misstaged says in what the stages are not those of the plan, or not the parts of the run.
func (r Report) misstaged() phrase.Phrase {
	if (r.Plan.Shape == Staged) != (len(r.Plan.Stages) > 0) || len(r.ByStage) > len(r.Plan.Stages) || r.ended() && len(r.ByStage) < len(r.Plan.Stages) {
		return phrase.Say(phrase.Contradicts, "plan.stages", "its shape "+r.Plan.Shape+", or byStage")
	}
	if len(r.ByStage) == 0 {
		return phrase.Phrase{}
	}
	var sum Exchanges
	var burst CatchUp
	offered := 0.0
	var response, service, lateness []part
	for i, f := range r.ByStage {
		if stage := r.Plan.Stages[i]; f.Name != stage.Name || f.Seconds > stage.Duration+1e-6 || r.ended() && f.Seconds < stage.Duration-1e-6 {
			return phrase.Say(phrase.Contradicts, "byStage "+f.Name, "plan.stages "+stage.Name)
		}
		if found := f.Exchanges.miscounted("byStage " + f.Name); !found.IsZero() {
			return found
		}
		burst.Exchanges, burst.Errors = burst.Exchanges+f.CatchUp.Exchanges, burst.Errors+f.CatchUp.Errors
		sum, offered = sum.Plus(f.Exchanges), offered+f.Throughput.Offered*f.Seconds
		response = append(response, part{f.Name + "/response", f.Response})
		service = append(service, part{f.Name + "/service", f.Service})
		lateness = append(lateness, part{f.Name + "/lateness", f.Lateness})
	}
	if !r.ended() { // counted at other moments
		return phrase.Phrase{}
	}
	if found := differ("exchanges.sent", r.Exchanges.Sent, "the sum of byStage", sum.Sent); !found.IsZero() {
		return found
	}
	if d := r.Generator.Delay; burst != (CatchUp{d.CatchUp, d.CatchUpErrors}) {
		return phrase.Say(phrase.Contradicts, fmt.Sprintf("generator.delay.catchUp %d, catchUpErrors %d", d.CatchUp, d.CatchUpErrors), fmt.Sprintf("byStage: %d, %d", burst.Exchanges, burst.Errors))
	}
	if whole := r.Throughput.Offered * r.Plan.Duration; math.Abs(whole-offered) > 1 {
		return phrase.Say(phrase.Contradicts, "throughput.offered "+Rate(r.Throughput.Offered), fmt.Sprintf("byStage: %.0f arrivals", offered))
	}
	const precision = 0.01
	for _, whole := range []struct {
		part
		of []part
	}{{part{"response", r.Response}, response}, {part{"service", r.Service}, service}, {part{"lateness", r.Lateness}, lateness}} {
		if found := whole.mixes(whole.of, precision); !found.IsZero() {
			return found
		}
	}
	return phrase.Phrase{}
}

// bounded are the stages that have a level on errors of their own.
func bounded(given []assay.SLO) map[string]bool {
	stages := map[string]bool{}
	for _, slo := range given {
		if slo.Stage != "" && slo.Metric == assay.MetricErrors {
			stages[slo.Stage] = true
		}
	}
	return stages
}
