package benchmark

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/uncertain"
)

// Intervals are the error bars of [Times], in seconds, each with a confidence of 95 %: the target's own percentile, or mean, would be
// compatible with what this run measured from the low to the high end. They say nothing of times that were not measured.
type Intervals struct {
	P50  uncertain.Interval `json:"p50,omitzero"`
	P90  uncertain.Interval `json:"p90,omitzero"`
	P95  uncertain.Interval `json:"p95,omitzero"`
	P99  uncertain.Interval `json:"p99,omitzero"`
	P999 uncertain.Interval `json:"p999,omitzero"`
	Mean uncertain.Interval `json:"mean,omitzero"`
}

// Interval is the error bar of one of the times; the zero value where it has no error bar, as the maximum.
func (t Times) Interval(metric assay.Metric) uncertain.Interval {
	if t.Intervals == nil {
		return uncertain.Interval{}
	}
	return map[assay.Metric]uncertain.Interval{
		assay.MetricP50: t.Intervals.P50, assay.MetricP90: t.Intervals.P90, assay.MetricP95: t.Intervals.P95,
		assay.MetricP99: t.Intervals.P99, assay.MetricP999: t.Intervals.P999, assay.MetricMean: t.Intervals.Mean,
	}[metric]
}

// Ends are the ends of the error bar of one of the times, for people: "> 48.0ms" for the low end where the high one is open. Both are empty
// where it has no error bar.
func (t Times) Ends(metric assay.Metric) (low, high string) {
	switch i := t.Interval(metric); {
	case !i.Known(), i.Open() && i.Low <= 0: // which says nothing
		return "", ""
	case i.Open():
		return "> " + Duration(i.Low), ""
	default:
		return Duration(i.Low), Duration(i.High)
	}
}
