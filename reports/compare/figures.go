package compare

import (
	"fmt"
	"math"

	"github.com/unified-login/assay/reports/benchmark"
)

const (
	// fewestRuns is how many runs of a side show the noise between runs.
	fewestRuns = 3
	// gross is the factor beyond which fewer runs than that tell a difference: runs of one build differ by
	// less, even beside a busy neighbour or near the limit of a queue.
	gross = 2.0
)

// The names of the figures that are not percentiles.
const (
	errorsFigure     = "errors"
	throughputFigure = "throughput"
	silentFigure     = "silent"
)

// A figure is taken from every run.
type figure struct {
	name    string
	of      func(benchmark.Report) float64
	share   bool // from 0 to 1, and 0 is possible: sides are subtracted, not divided
	higher  bool // a higher value is better
	decides bool
}

// figures lists what is compared. Without a schedule, the throughput is what the runs were made for.
func figures(closed bool) []figure {
	return []figure{
		{name: "p50", of: func(r benchmark.Report) float64 { return r.Response.P50 }, decides: true},
		{name: "p90", of: func(r benchmark.Report) float64 { return r.Response.P90 }},
		{name: "p99", of: func(r benchmark.Report) float64 { return r.Response.P99 }, decides: true},
		{name: "mean", of: func(r benchmark.Report) float64 { return r.Response.Mean }},
		{name: errorsFigure, of: func(r benchmark.Report) float64 { return r.Exchanges.ErrorShare() }, share: true, decides: true},
		{name: throughputFigure, of: func(r benchmark.Report) float64 { return r.Throughput.Achieved }, higher: true, decides: closed},
		{name: silentFigure, of: silent, share: true},
	}
}

// silent is the share of a run's seconds in which exchanges were due and nothing was answered.
func silent(run benchmark.Report) float64 {
	due, mute := 0, 0
	for _, second := range run.Timeline {
		if float64(second.Second) >= run.Plan.Duration || second.Offered == 0 {
			continue
		}
		due++
		if second.Answered == 0 {
			mute++
		}
	}
	if due == 0 {
		return 0
	}
	return float64(mute) / float64(due)
}

// compare compares one figure; false if a run does not have it.
func (f figure) compare(a, b []benchmark.Report, options Options) (Row, bool) {
	one, two := f.values(a), f.values(b)
	row := Row{Name: f.name, Decides: f.decides}
	tolerance := options.Tolerance
	if f.share {
		tolerance = options.ErrorTolerance
		row.A, row.B = mean(one), mean(two)
		row.Change = row.B - row.A
	} else {
		for _, value := range append(append([]float64{}, one...), two...) {
			if !(value > 0) {
				return row, false
			}
		}
		one, two = logarithms(one), logarithms(two)
		row.A, row.B = math.Exp(mean(one)), math.Exp(mean(two))
		row.Change = row.B/row.A - 1
	}
	if min(len(one), len(two)) < fewestRuns {
		row.Verdict = f.few(row, a, b, tolerance)
		return row, true
	}
	low, high := welch(one, two)
	if !f.share {
		low, high = math.Exp(low)-1, math.Exp(high)-1
	}
	row.Low, row.High, row.Verdict = &low, &high, f.verdict(low, high, tolerance)
	return row, true
}

func (f figure) values(runs []benchmark.Report) (values []float64) {
	for _, run := range runs {
		values = append(values, f.of(run))
	}
	return values
}

// verdict classifies a difference by its interval.
func (f figure) verdict(low, high, tolerance float64) Verdict {
	if f.higher {
		low, high = -high, -low
	}
	switch {
	case low > tolerance:
		return Worse
	case high < -tolerance:
		return Better
	case low >= -tolerance && high <= tolerance:
		return Same
	case low > 0 || high < 0:
		return Differs
	default:
		return Unknown
	}
}

// few classifies the difference of too few runs to show the noise between them. Times have to differ grossly. Shares are told
// from each other by the number of exchanges as well, since an error is seldom noise.
func (f figure) few(row Row, a, b []benchmark.Report, tolerance float64) Verdict {
	better, worse := Better, Worse
	if f.higher {
		better, worse = Worse, Better
	}
	switch {
	case f.share && math.Abs(row.Change) <= tolerance:
		return Same
	case f.share && math.Abs(row.Change) < chance(row, a, b):
		return Unknown
	case row.B > gross*row.A:
		return worse
	case row.B < row.A/gross:
		return better
	default:
		return Unknown
	}
}

// chance is the difference of two shares that independent exchanges have by chance, at 95 %.
func chance(row Row, a, b []benchmark.Report) float64 {
	n, m := float64(max(1, sum(a).Sent)), float64(max(1, sum(b).Sent))
	if row.Name == silentFigure {
		n, m = max(1, sum(a).Seconds), max(1, sum(b).Seconds)
	}
	p := (row.A*n + row.B*m) / (n + m)
	return normal95 * math.Sqrt(p*(1-p)*(1/n+1/m))
}

// show writes a value of the row's figure.
func (r Row) show(value float64) string {
	switch r.Name {
	case errorsFigure, silentFigure:
		return benchmark.Percent(value)
	case throughputFigure:
		return benchmark.Rate(value)
	default:
		return benchmark.Duration(value)
	}
}

// ShowA and ShowB write the two sides in the figure's unit.
func (r Row) ShowA() string { return r.show(r.A) }

// ShowB writes side B.
func (r Row) ShowB() string { return r.show(r.B) }

// ShowChange writes a change of the figure: a percentage, or of shares a difference in points.
func (r Row) ShowChange(change float64) string {
	switch r.Name {
	case errorsFigure, silentFigure:
		return fmt.Sprintf("%+.3g pt", 100*change)
	default:
		return fmt.Sprintf("%+.1f%%", 100*change)
	}
}
