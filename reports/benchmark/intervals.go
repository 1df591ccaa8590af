package benchmark

import (
	"math"
	"strconv"

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
// where it has no error bar. A low end that begins with "~" is of a mean whose error bar is below the truth too often: see [uncertain.Interval].
func (t Times) Ends(metric assay.Metric) (low, high string) {
	switch i := t.Interval(metric); {
	case !i.Known(), i.Open() && i.Low <= 0: // which says nothing
		return "", ""
	case i.Open():
		return "> " + Duration(i.Low), ""
	case i.Rough:
		return "~" + Duration(i.Low), Duration(i.High)
	default:
		return Duration(i.Low), Duration(i.High)
	}
}

// ShareEnds are the ends of the error bar of a share, for people: "< 0.03%" where nothing was counted, "0.1%–0.4%" else; empty without one.
func ShareEnds(i uncertain.Interval) string {
	switch {
	case !i.Known() || i.Open():
		return ""
	case i.Low <= 0:
		return "< " + upward(i.High)
	default:
		return downward(i.Low) + "–" + upward(i.High)
	}
}

// upward and downward write a share with two digits, rounded away from the other end: an interval that is shown is no narrower than it is.
func upward(share float64) string { return twoDigits(share, math.Ceil, -1) }

func downward(share float64) string { return twoDigits(share, math.Floor, 1) }

func twoDigits(share float64, round func(float64) float64, side float64) string {
	if share <= 0 || share >= 1 {
		return Percent(share)
	}
	const slack = 1e-9 // of what floating-point numbers lose
	step := math.Pow(10, math.Floor(math.Log10(share))-1)
	return Percent(round(share/step+side*slack) * step)
}

// Ends are the ends of the error bar of the correct answers a second, for people, with two digits of their distance; empty without one.
func (t Throughput) Ends() string {
	i := t.Interval
	if !i.Known() || i.Open() {
		return ""
	}
	const most = 4 // digits after the point
	digits := 0
	for width := i.High - i.Low; width > 0 && width < 10 && digits < most; digits++ {
		width *= 10
	}
	end := func(x float64) string { return strconv.FormatFloat(x, 'f', digits, 64) + "/s" }
	return end(i.Low) + "–" + end(i.High)
}
