package benchmark

import (
	"cmp"
	"fmt"
	"math"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// misbounded says which interval does not follow from the figures that it is of, in the run, its endpoints and stages, and the steps of a
// search. The blocks that it was made from are in no file. What they lead to is, the number of independent exchanges, and so is what the
// interval has to be with it.
func (r Report) misbounded() phrase.Phrase {
	exact := r.ended()
	found := cmp.Or(r.Response.misbounded("response", r.Distribution.Response, exact), r.Service.misbounded("service", r.Distribution.Service, exact),
		r.Lateness.misbounded("lateness", nil, exact), r.Refusals.misbounded("refusals", nil, exact), r.Failures.misbounded("failures", nil, exact),
		r.All.misbounded("all", nil, exact), misshared("errorShare", r.ErrorShare, r.Exchanges), r.Throughput.misbounded("throughput", r.Plan.Shape == Closed),
		misboundedEndpoints("", r.ByEndpoint, exact))
	for _, f := range r.ByStage {
		name := "byStage " + f.Name + ": "
		found = cmp.Or(found, f.Response.misbounded(name+"response", nil, exact), f.Service.misbounded(name+"service", nil, exact),
			f.Lateness.misbounded(name+"lateness", nil, exact), f.Refusals.misbounded(name+"refusals", nil, exact), f.Failures.misbounded(name+"failures", nil, exact),
			f.All.misbounded(name+"all", nil, exact), misshared(name+"errorShare", f.ErrorShare, f.Exchanges), f.Throughput.misbounded(name+"throughput", false),
			misboundedEndpoints(name, f.ByEndpoint, exact))
	}
	if r.Search == nil {
		return found
	}
	for i, step := range r.Search.Steps {
		name := fmt.Sprintf("search.steps[%d].", i)
		found = cmp.Or(found, step.Response.misbounded(name+"response", nil, exact), step.Lateness.misbounded(name+"lateness", nil, exact))
	}
	return found
}

func misboundedEndpoints(of string, endpoints []EndpointFigures, exact bool) (found phrase.Phrase) {
	for _, one := range endpoints {
		name := of + string(one.Endpoint) + "."
		found = cmp.Or(found, one.Response.misbounded(name+"response", one.Distribution.Response, exact), one.Service.misbounded(name+"service", one.Distribution.Service, exact),
			misshared(name+"errorShare", one.ErrorShare, one.Exchanges))
	}
	return found
}

// misshared says that the interval of a share of errors is not that of the errors, or not that of so many independent exchanges.
func misshared(name string, i uncertain.Interval, e Exchanges) phrase.Phrase {
	if !i.Known() {
		return phrase.Phrase{}
	}
	const rounding = 2e-7
	again := uncertain.ShareOf(e.ErrorShare(), i.Effective, i.Confidence)
	if math.Abs(i.Value-e.ErrorShare()) > rounding {
		return phrase.Say(phrase.Contradicts, name+" "+Percent(i.Value), "the counted errors: "+Percent(e.ErrorShare()))
	}
	if i.Confidence != uncertain.Confidence || i.OneSided != again.OneSided || !near(i.Low, again.Low) || !near(i.High, again.High) || !worth(i, float64(e.Judged())) {
		return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s %s: %s", name, Percent(i.Value), ShareEnds(i)), fmt.Sprintf("%.4g independent of %d exchanges: %s", i.Effective, e.Judged(), ShareEnds(again)))
	}
	return phrase.Phrase{}
}

// misbounded says that the interval of a throughput has not its figure, or not the width that so many independent arrivals lead to. The parts of a run
// have arrivals, and its figure has correct answers: with races, the interval need not be around it.
func (t Throughput) misbounded(name string, closed bool) phrase.Phrase {
	i := t.Interval
	if !i.Known() || t.Offered <= 0 {
		return phrase.Phrase{}
	}
	const fewest, narrowest, widest = 3, 0.7, 1.4 // arrivals that are missing, and shares of the width
	missing := 1 - t.Achieved/t.Offered
	again := uncertain.ShareOf(max(0, missing), i.Effective, i.Confidence)
	width, expected := i.High-i.Low, (again.High-again.Low)*t.Offered
	tells := !closed && (missing*i.Effective >= fewest || i.OneSided && missing <= 0)
	if i.Value != t.Achieved || i.Low > i.Value || i.High < i.Value || i.Confidence != uncertain.Confidence || tells && (width < narrowest*expected || width > widest*expected) {
		return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s.interval %s", name, t.Ends()), fmt.Sprintf("%s of %s, worth %.4g independent arrivals", Rate(t.Achieved), Rate(t.Offered), i.Effective))
	}
	return phrase.Phrase{}
}

// near reports whether two ends of a share are the same up to the decimals that a file keeps.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-4*max(math.Abs(a), math.Abs(b))+1e-6 }

// worth reports whether n exchanges may be worth as many independent ones as an interval says, by its design effect.
func worth(i uncertain.Interval, n float64) bool {
	const fewest = 0.37 // of n/deff: (1.96/3.18)², as Student's t has at least three degrees of freedom
	return i.Deff >= 1 && i.Effective <= 1.01*n/i.Deff && i.Effective >= fewest*0.99*n/i.Deff
}

// misbounded says which of the times has an interval that does not follow from them. points are more of their percentiles; exact says that the
// run has ended, so that times and intervals are of the same exchanges.
func (t Times) misbounded(name string, points []Point, exact bool) phrase.Phrase {
	if t.Intervals == nil {
		return phrase.Phrase{}
	}
	metric := t.misplaced()
	if metric == "" && exact {
		metric = cmp.Or(t.misweighted(), t.misended(points), t.misclosed())
		if metric == "" && t.meanMisbounded() {
			metric = assay.MetricMean
		}
	}
	if metric == "" {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s.%s %s", name, metric, Duration(t.of(metric))), "its interval")
}

// misweighted is a time whose interval is of another confidence, or of another number of exchanges; empty if all follow.
func (t Times) misweighted() assay.Metric {
	for _, metric := range assay.Metrics() {
		i := t.Interval(metric)
		if i.Known() && (i.Confidence != uncertain.Confidence || farAbove(i.Low, i.Value) || farAbove(i.Value, i.High) || !worth(i, float64(t.Samples))) {
			return metric
		}
	}
	return ""
}

// ranked are the metrics that are percentiles, from the lowest.
func ranked() (all []assay.Metric) {
	for _, metric := range assay.Metrics() {
		if metric.Quantile() > 0 {
			all = append(all, metric)
		}
	}
	return all
}

// misended is a percentile whose interval ends at times of other ranks than its independent exchanges lead to; empty if all follow. The low
// end of a percentile is at least that of a lower one, and the high end at most that of a higher one.
func (t Times) misended(points []Point) assay.Metric {
	known := t.points(points)
	metrics := ranked()
	least, most := 0.0, 0.0 // of the low end
	for _, metric := range metrics {
		i := t.Interval(metric)
		if !i.Known() {
			continue
		}
		from, to := t.within(known, 1-t.shareBeyond(metric).High)
		least, most = max(least, min(i.Value, from)), max(most, min(i.Value, to))
		if farAbove(least, i.Low) || farAbove(i.Low, most) {
			return metric
		}
	}
	least, most = math.Inf(1), math.Inf(1) // of the high end
	for n := len(metrics) - 1; n >= 0; n-- {
		i := t.Interval(metrics[n])
		if !i.Known() || i.Open() {
			continue
		}
		from, to := t.within(known, 1-t.shareBeyond(metrics[n]).Low)
		least, most = min(least, max(i.Value, from)), min(most, max(i.Value, to))
		if farAbove(least, i.High) || farAbove(i.High, most) {
			return metrics[n]
		}
	}
	return ""
}

// farAbove reports whether a time is longer than another by more than the steps of a coarse histogram, whose shortest time is a microsecond.
func farAbove(a, b float64) bool {
	const share, seconds = 0.03, 2e-6
	return a > b*(1+share)+seconds
}

// shareBeyond is the interval of the share that is beyond a percentile.
func (t Times) shareBeyond(metric assay.Metric) uncertain.Interval {
	return uncertain.ShareOf(1-metric.Quantile(), t.Interval(metric).Effective, uncertain.Confidence)
}

// points are the known percentiles of the times.
func (t Times) points(more []Point) []Point {
	known := append([]Point{{100, t.Max}}, more...)
	for _, metric := range ranked() {
		known = append(known, Point{100 * metric.Quantile(), t.of(metric)})
	}
	return known
}

// within are the times between which the one of a rank lies, a share from 0 to 1.
func (t Times) within(known []Point, rank float64) (from, to float64) {
	margin := 200 / float64(max(1, t.Samples)) // two samples: ranks are whole ones
	to = t.Max
	for _, point := range known {
		if point.Percentile <= 100*rank-margin {
			from = max(from, point.Seconds)
		}
		if point.Percentile >= 100*rank+margin {
			to = min(to, point.Seconds)
		}
	}
	return from, to
}

// spells is about how many independent busy spells were beyond a percentile, where the times tell it: they have to differ, or the design effect
// is not of the percentile itself.
func (t Times) spells(quantile float64) (n float64, known bool) {
	const fewest, step = 250, 1.03
	known = t.Samples >= fewest && t.P90 > step*t.P50 && t.P95 > step*t.P90
	return float64(t.Samples) / max(1, t.Intervals.P50.Deff, t.Intervals.P90.Deff) * (1 - quantile), known
}

// misclosed is a time whose interval has a high end although the run met too few busy spells, or lacks one although it met enough; empty if all
// follow.
func (t Times) misclosed() assay.Metric {
	for _, metric := range append(ranked(), assay.MetricMean) {
		i, quantile := t.Interval(metric), metric.Quantile()
		if metric == assay.MetricMean {
			quantile = 0.9
		}
		const slack = 0.02
		spells, known := t.spells(quantile)
		switch {
		case !i.Known() || !known || t.Censored > 0:
		case i.Open() && spells > uncertain.LeastSpells*(1+slack), !i.Open() && spells < uncertain.LeastSpells*(1-slack):
			return metric
		case metric == assay.MetricMean && (i.Rough && spells > uncertain.RoughSpells*(1+slack) || !i.Rough && spells < uncertain.RoughSpells*(1-slack)):
			return metric
		}
	}
	return ""
}

// meanMisbounded reports whether the interval of the mean is narrower than the spread of the times allows, or wider.
func (t Times) meanMisbounded() bool {
	i := t.Interval(assay.MetricMean)
	const fewest, narrowest, widest = 250, 1.96 * 0.9, 3.19 * 1.1
	if !i.Known() || i.AtLeast || t.Samples < fewest {
		return false
	}
	above := func(time float64) float64 { return math.Pow(max(0, time-t.Mean), 2) }
	least := math.Pow(max(0, t.Mean-t.P50), 2)/2 + 0.05*above(t.P90) + 0.04*above(t.P95) + 0.009*above(t.P99) + 0.0009*above(t.P999)
	most := max(0, t.Max-t.Mean) * t.Mean // of times from 0 to the longest with this mean (Bhatia and Davis 2000)
	low, high := t.Mean-i.Low, i.High-t.Mean
	rounding := 0.01*t.Mean + 2e-6 // the mean is that of a histogram, its interval that of sums
	return i.Low > 0 && low < narrowest*math.Sqrt(least/i.Effective)-rounding || low > widest*math.Sqrt(most/i.Effective)+rounding || high < low-rounding && i.Low > 0
}
