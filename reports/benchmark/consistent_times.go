package benchmark

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// mistimed says which times no histogram has.
func (r Report) mistimed() phrase.Phrase {
	e, censored := r.Exchanges, r.Response.Censored
	for _, times := range []struct {
		name string
		of   Times
		all  int64 // samples
	}{
		{"response", r.Response, e.Accepted + e.FoundLate + censored}, {"service", r.Service, e.Accepted + e.FoundLate + censored},
		{"refusals", r.Refusals, e.Right() - e.Accepted}, {"failures", r.Failures, e.Incorrect() - e.FoundLate + e.Failed() + e.Aged - censored}, {"all", r.All, e.Sent},
	} {
		if times.of.Samples == 0 && r.Suite.Rules < Rules {
			continue // which an earlier version may not have
		}
		if !times.of.ordered() {
			return phrase.Say(phrase.Contradicts, times.name, "the order of its percentiles")
		}
		if metric := times.of.misplaced(); metric != "" {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s.%s %s", times.name, metric, Duration(times.of.of(metric))), "its interval")
		}
		if found := differ(times.name+".samples", times.of.Samples, "the exchanges that it is of", times.all); !found.IsZero() {
			return found
		}
	}
	return cmp.Or(r.Distribution.differs("", r.Response, r.Service), r.mischarted())
}

// mischarted says which endpoint's distribution is not of its times.
func (r Report) mischarted() phrase.Phrase {
	for _, one := range r.ByEndpoint {
		if r.Suite.Rules < Rules {
			break
		}
		if found := one.Distribution.differs(string(one.Endpoint)+".", one.Response, one.Service); !found.IsZero() {
			return found
		}
	}
	return phrase.Phrase{}
}

// differs says in what a distribution is not of the times.
func (d Distribution) differs(prefix string, response, service Times) phrase.Phrase {
	for _, times := range []struct {
		name   string
		of     Times
		points []Point
	}{{prefix + "response", response, d.Response}, {prefix + "service", service, d.Service}} {
		if times.of.Samples > 0 && len(times.points) == 0 {
			return phrase.Say(phrase.Contradicts, times.name, "an empty distribution of it")
		}
		if !sorted(times.points) {
			return phrase.Say(phrase.Contradicts, "the distribution of "+times.name, "the order of its points")
		}
		if metric := times.of.outside(times.points); metric != "" {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s.%s %s", times.name, metric, Duration(times.of.of(metric))), "the distribution of "+times.name)
		}
	}
	return phrase.Phrase{}
}

// ordered reports whether the percentiles rise, and the mean is one that they allow.
func (t Times) ordered() bool {
	rising := []float64{0, t.P50, t.P90, t.P95, t.P99, t.P999, t.Max}
	half := t.P50 / 2 // of at least half of the samples
	return slices.IsSorted(rising) && !above(half, t.Mean) && !above(t.Mean, t.Max)
}

// misplaced is one of the times whose interval is another figure's, or ends before it begins; empty if there is no such time.
func (t Times) misplaced() assay.Metric {
	for _, metric := range assay.Metrics() {
		if i := t.Interval(metric); i.Known() && (above(i.Value, t.of(metric)) || above(t.of(metric), i.Value) || i.High < i.Low) {
			return metric
		}
	}
	return ""
}

// above reports whether a time is longer than another, although figures of one histogram are less precise than that: one is
// the middle of a step of it, another its end.
func above(a, b float64) bool {
	const share, seconds = 0.01, 2e-7
	return a > b*(1+share)+seconds
}

// outside is a percentile that is not where the points of its distribution are; empty if all are.
func (t Times) outside(points []Point) assay.Metric {
	for _, metric := range assay.Metrics() {
		margin := 100 / float64(max(1, t.Samples)) // a percentile is that of a whole sample
		quantile, own := 100*metric.Quantile(), t.of(metric)
		switch {
		case metric == assay.MetricMax:
			quantile, margin = 100, 0
		case quantile <= 0:
			continue
		}
		for _, point := range points {
			same := metric != assay.MetricMax && point.Percentile == quantile && (above(point.Seconds, own) || above(own, point.Seconds))
			if same || point.Percentile <= quantile-margin && above(point.Seconds, own) || point.Percentile >= quantile+margin && above(own, point.Seconds) {
				return metric
			}
		}
	}
	return ""
}

// sorted reports whether the points of a distribution rise. One that is a percentile of the summary is of a rounded rank, so that the
// time before it may be that of the sample behind it.
func sorted(points []Point) bool {
	own := func(p Point) bool {
		return slices.ContainsFunc(assay.Metrics(), func(m assay.Metric) bool { return m.Quantile() > 0 && 100*m.Quantile() == p.Percentile })
	}
	byPercentile := slices.IsSortedFunc(points, func(a, b Point) int { return cmp.Compare(a.Percentile, b.Percentile) })
	others := slices.DeleteFunc(slices.Clone(points), own)
	return byPercentile && slices.IsSortedFunc(others, func(a, b Point) int { return cmp.Compare(a.Seconds, b.Seconds) })
}
