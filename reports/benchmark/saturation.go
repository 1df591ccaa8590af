package benchmark

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// The generator counts as saturated when its own part of the figures is more than this.
const (
	// lateShare of the p99 response, or lateAlways if that is more, may be lateness.
	lateShare, lateAlways = 0.1, 0.002
	// starvedShare of the exchanges may have waited for a code.
	starvedShare = 0.01
	// unsentShare of what was due may not have been sent.
	unsentShare = 0.001
)

// saturation says why the figures measure the generator rather than the target; empty when they measure the target.
func (r Report) saturation() []phrase.Phrase {
	g := r.Generator
	reasons := r.starvation()
	if late := r.late(); !late.IsZero() && len(reasons) == 0 && !r.holdsDespiteLateness() {
		reasons = append(reasons, late)
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
	for _, metric := range []assay.Metric{assay.MetricP99, assay.MetricP95, assay.MetricP90} {
		if r.Lateness.Samples < int64(assay.SLO{Metric: metric}.MinSamples()) {
			continue
		}
		late := r.Lateness.of(metric)
		if late <= max(lateAlways, lateShare*r.Response.of(metric)) {
			return phrase.Phrase{}
		}
		if g := r.Generator; g.Crowded > 0 {
			return phrase.Say(phrase.LateCrowded, Duration(late), metric, g.Crowded, g.Workers)
		}
		return phrase.Say(phrase.Late, Duration(late), metric)
	}
	return phrase.Phrase{}
}

// holdsDespiteLateness reports whether a service level bounds response times, and every one holds. Lateness is part of the
// response, so it cannot have helped.
func (r Report) holdsDespiteLateness() bool {
	bounded := false
	for _, level := range r.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil || !level.Holds || level.Needs > 0 {
			return false
		}
		bounded = bounded || slo.Metric != assay.MetricErrors && slo.Metric != assay.MetricThroughput
	}
	return bounded
}

// remark is what a pass has to say of the generator's lateness; zero if the generator was not late.
func (r Report) remark() phrase.Phrase {
	late := r.late()
	if late.IsZero() || r.Outcome != Passed {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.LateButHolds, late)
}

// starvation says that exchanges had to wait for codes.
func (r Report) starvation() []phrase.Phrase {
	codes := r.Generator.Codes
	if float64(codes.Starved) <= starvedShare*float64(r.Exchanges.Sent) {
		return nil
	}
	return []phrase.Phrase{phrase.Say(phrase.Starved, codes.Starved, Duration(codes.StarvedSeconds))}
}

// slowByItself reports whether a service level is violated by the service times and the errors alone, which do not depend on
// the generator.
func (r Report) slowByItself() bool {
	for _, level := range r.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil || slo.Metric == assay.MetricThroughput {
			continue
		}
		observed := level.Observed
		if slo.Metric != assay.MetricErrors {
			observed = r.Service.of(slo.Metric)
		}
		if !slo.Holds(observed) {
			return true
		}
	}
	return false
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
