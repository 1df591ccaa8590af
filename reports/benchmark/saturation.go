package benchmark

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// The generator counts as saturated when its own part of the figures is more than this.
const (
	// lateShare of the p99 response, or lateAlways if that is more, may be lateness.
	lateShare, lateAlways = 0.1, 0.002
	// unsentShare of what was due may not have been sent.
	unsentShare = 0.001
)

// lateAtAll is the lateness at which the load is not the schedule's any more, whatever the service levels are about, in seconds.
const lateAtAll = 0.1

// saturation says why the figures measure the generator rather than the target; empty when they measure the target.
func (r Report) saturation() []phrase.Phrase {
	g := r.Generator
	reasons := r.starvation()
	if late := r.late(); g.Codes.Starved <= g.Delay.CatchUp && !late.IsZero() {
		reasons = nil // the codes ran out while the generator caught up with its schedule: no driver could have given them in time
	}
	starved := len(reasons) > 0
	if late := r.late(); !late.IsZero() && !starved && !r.holdsDespiteLateness() {
		reasons = append(reasons, late)
	}
	if excused := r.excused(); !starved {
		reasons = append(reasons, excused...)
	}
	if len(reasons) > 0 && !starved {
		reasons = append(reasons, r.causes()...)
	}
	if due := r.Exchanges.Sent + g.Unsent; float64(g.Unsent) > unsentShare*float64(due) {
		reasons = append(reasons, phrase.Say(phrase.Unsent, g.Unsent, due))
	}
	return reasons
}

// late says that exchanges were sent too late; zero when they were not. It is judged by the highest of a few percentiles
// that the samples carry.
func (r Report) late() phrase.Phrase {
	if r.Plan.Shape == Closed {
		return phrase.Phrase{} // there is no schedule to be late for
	}
	late, metric := r.lateness()
	if !significant(late, r.Response.of(metric)) {
		return phrase.Phrase{}
	}
	if g := r.Generator; g.Short > 0 {
		return phrase.Say(phrase.LateShort, Duration(late), metric, g.Short)
	}
	if g := r.Generator; g.Crowded > 0 {
		return phrase.Say(phrase.LateCrowded, Duration(late), metric, g.Crowded, g.Workers)
	}
	return phrase.Say(phrase.Late, Duration(late), metric)
}

// holdsDespiteLateness reports whether every service level that lateness bears on holds all the same. Lateness is part of the
// response times, and errors under a load that came in bursts are no fewer. No throughput is lost to it. But a lateness of
// lateAtAll makes it another load.
func (r Report) holdsDespiteLateness() bool {
	timed := r.aboutTimes()
	late, _ := r.lateness()
	for _, level := range r.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if unhurt := err == nil && slo.Metric == assay.MetricThroughput && late < lateAtAll; unhurt {
			continue
		}
		if !level.Holds || timed && level.Needs > 0 {
			return false
		}
	}
	return timed || late < lateAtAll
}

// below names the percentiles of response that are less than twice the noise floor's: they measure the generator more than
// the target.
func (n NoiseFloor) below(response Times) []string {
	var names []string
	for _, metric := range assay.Metrics() {
		if metric.Quantile() > 0 && response.of(metric) < 2*n.Response.of(metric) {
			names = append(names, string(metric))
		}
	}
	return names
}
