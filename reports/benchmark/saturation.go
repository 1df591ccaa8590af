package benchmark

import (
	"fmt"

	"github.com/unified-login/assay"
)

// The generator is taken for saturated when its own part of the figures is more than this.
const (
	// lateShare of the p99 response, or lateAlways if that is more, may be lateness.
	lateShare, lateAlways = 0.1, 0.002
	// starvedShare of the exchanges may have waited for a code.
	starvedShare = 0.01
	// unsentShare of what was due may not have been sent.
	unsentShare = 0.001
)

// saturation says what makes the figures the generator's rather than the target's; nothing when they are the target's.
func (r Report) saturation() []string {
	g := r.Generator
	reasons := r.starvation()
	if late := r.late(); late != "" && len(reasons) == 0 && !r.holdsAllTheSame() {
		reasons = append(reasons, late)
	}
	if due := r.Exchanges.Sent + g.Unsent; float64(g.Unsent) > unsentShare*float64(due) {
		reasons = append(reasons, fmt.Sprintf("%d of %d exchanges that were due were never sent", g.Unsent, due))
	}
	return reasons
}

// late says that exchanges were sent too late; "" when they were not. It is judged by the highest of a few percentiles
// that the samples carry.
func (r Report) late() string {
	if r.Plan.Shape == Closed {
		return "" // there is nothing to be late for
	}
	for _, metric := range []assay.Metric{assay.MetricP99, assay.MetricP95, assay.MetricP90} {
		if r.Lateness.Samples < int64(assay.SLO{Metric: metric}.MinSamples()) {
			continue
		}
		late := r.Lateness.of(metric)
		if late <= max(lateAlways, lateShare*r.Response.of(metric)) {
			return ""
		}
		text := fmt.Sprintf("exchanges were sent %s late at %s", Duration(late), metric)
		if g := r.Generator; g.Crowded > 0 {
			return text + fmt.Sprintf(", %d of them because all %d workers were busy: raise --in-flight, or lower the rate", g.Crowded, g.Workers)
		}
		return text + ": this machine is too busy for the rate"
	}
	return ""
}

// holdsAllTheSame reports whether response times are bounded, and every service level holds. What exchanges were late by
// is part of their response, so nothing is gained by it.
func (r Report) holdsAllTheSame() bool {
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

// remark is what a pass has to say of the generator's lateness; "" for nothing.
func (r Report) remark() string {
	late := r.late()
	if late == "" || r.Outcome != Passed {
		return ""
	}
	return late + "; the response times are no better for it, and hold"
}

// starvation says that codes were wanting.
func (r Report) starvation() []string {
	codes := r.Generator.Codes
	if float64(codes.Starved) <= starvedShare*float64(r.Exchanges.Sent) {
		return nil
	}
	return []string{fmt.Sprintf("%s waited for a code, %s in all: the driver mints too slowly for the rate",
		exchanges(codes.Starved), Duration(codes.StarvedSeconds))}
}

// slowByItself reports whether a service level is violated by the service times and the errors alone, in which the
// generator has no part.
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

// below names the percentiles of response that are less than twice the noise floor's: they say more of the generator than
// of the target.
func (n NoiseFloor) below(response Times) []string {
	var names []string
	for _, metric := range assay.Metrics() {
		if metric.Quantile() > 0 && response.of(metric) < 2*n.Response.of(metric) {
			names = append(names, string(metric))
		}
	}
	return names
}
