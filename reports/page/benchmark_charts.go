package page

import (
	"fmt"
	"math"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
)

// buckets is the largest number of points of a line over time. The seconds of a long run are combined.
const buckets = 240

// pointLimit is how many points of a distribution, and steps of a search, are shown; a run has far fewer.
const pointLimit = 1000

// A bucket combines some seconds of the timeline: rates are averages over the whole seconds, times are the worst. What none of
// its seconds has is NaN.
type bucket struct {
	second                             float64
	offered, achieved, failed          float64
	p50, p90, p99, max, late, inFlight float64
}

// worst is the longer of two times; NaN without any.
func worst(so float64, next *float64) float64 {
	if next == nil || so >= *next {
		return so
	}
	return *next
}

func bucketsOf(timeline []benchmark.Second) []bucket {
	size := max(1, (len(timeline)+buckets-1)/buckets)
	var all []bucket
	for start := 0; start < len(timeline); start += size {
		part := timeline[start:min(start+size, len(timeline))]
		none, n := math.NaN(), 0.0
		if start > 0 && part[0].Second > timeline[start-1].Second+1 { // no row, no line
			all = append(all, bucket{float64(timeline[start-1].Second + 1), none, none, none, none, none, none, none, none, none})
		}
		b := bucket{second: float64(part[0].Second), p50: none, p90: none, p99: none, max: none, late: none}
		for _, s := range part {
			b.p50, b.p90, b.p99 = worst(b.p50, s.P50), worst(b.p90, s.P90), worst(b.p99, s.P99)
			b.max, b.late, b.inFlight = worst(b.max, s.Max), worst(b.late, s.Late), math.Max(b.inFlight, float64(s.InFlight))
			if s.Partial {
				continue // it says nothing per second
			}
			n++
			b.offered += float64(s.Offered)
			b.achieved += float64(max(0, s.Answered-s.Failed-s.Wrong-s.Aged)) // correct refusals count as well
			b.failed += float64(s.Failed + s.Wrong)
		}
		b.offered, b.achieved, b.failed = b.offered/n, b.achieved/n, b.failed/n // NaN for 0/0
		all = append(all, b)
	}
	return all
}

// column takes one value from every bucket.
func column(all []bucket, of func(bucket) float64) []float64 {
	values := make([]float64, len(all))
	for i, b := range all {
		values[i] = of(b)
	}
	return values
}

// pixels are those of values of the x axis, which the script asks for.
func pixels(xs scale, values []float64) string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = coordinate(xs.pixel(value))
	}
	return strings.Join(all, " ")
}

func seconds(b bucket) float64 { return b.second }

func largest(lists ...[]float64) float64 {
	most := 0.0
	for _, list := range lists {
		for _, value := range list {
			if value > most { // NaN is not
				most = value
			}
		}
	}
	return most
}

// smallest is the least value above 0, or fallback if no value is above 0.
func smallest(fallback float64, lists ...[]float64) float64 {
	least := math.Inf(1)
	for _, list := range lists {
		for _, value := range list {
			if value > 0 {
				least = math.Min(least, value)
			}
		}
	}
	if math.IsInf(least, 1) {
		return fallback
	}
	return least
}

// rateLead is the key of what the rates show, which the outcome decides.
func (b *loadBuilder) rateLead() string {
	switch b.report.Outcome {
	case benchmark.Saturated:
		return "chart.rate-lead-saturated"
	case benchmark.Incorrect:
		return "chart.rate-lead-incorrect"
	default:
		return "chart.rate-lead"
	}
}

func (b *loadBuilder) rateChart(all []bucket) chart {
	c := newChart("rate", b.in.Text("chart.rate"), b.in.Text(b.rateLead()), b.in.Text("chart.time"))
	x := column(all, seconds)
	offered, achieved, failed := column(all, func(b bucket) float64 { return b.offered }),
		column(all, func(b bucket) float64 { return b.achieved }), column(all, func(b bucket) float64 { return b.failed })
	for _, p := range c.Plots {
		xs, ys := overTime(largest(x), p.Left, p.Right), linear(largest(offered, achieved, failed), p.Bottom, p.Top)
		p.axes(xs, ys, benchmark.Span, plain)
		p.draw(xs, ys, []series{
			{"quiet dashed", b.in.Text("chart.offered"), x, offered}, {"first", b.in.Text("chart.achieved"), x, achieved},
			{"bad dotted", b.in.Text("chart.failed"), x, failed},
		})
		b.bands(p, xs, quiets(b.report))
		p.At = pixels(xs, x)
	}
	c.Columns = []string{b.in.Text("chart.seconds"), b.in.Text("chart.offered"), b.in.Text("chart.achieved"), b.in.Text("chart.failed"),
		b.in.Text("chart.in-flight")}
	for _, s := range all {
		c.Rows = append(c.Rows, []string{plain(s.second), plain(s.offered), plain(s.achieved), plain(s.failed), plain(s.inFlight)})
	}
	return c
}

func (b *loadBuilder) timeChart(all []bucket) chart {
	c := newChart("times", b.in.Text("chart.times"), b.in.Text("chart.times-lead"), b.in.Text("chart.time"))
	x := column(all, seconds)
	lines := []series{
		{"quiet dotted", b.in.Text("times.max"), x, column(all, func(b bucket) float64 { return b.max })},
		{"first", "p99", x, column(all, func(b bucket) float64 { return b.p99 })},
		{"second dashed", "p90", x, column(all, func(b bucket) float64 { return b.p90 })},
		{"third", "p50", x, column(all, func(b bucket) float64 { return b.p50 })},
		{"late", b.in.Text("chart.late"), x, column(all, func(b bucket) float64 { return b.late })},
	}
	for _, p := range c.Plots {
		xs := overTime(largest(x), p.Left, p.Right)
		ys := logarithmic(smallest(1e-3, lines[0].y, lines[3].y, lines[4].y), math.Max(largest(lines[0].y), 1e-6), p.Bottom, p.Top)
		p.axes(xs, ys, benchmark.Span, benchmark.Duration)
		p.draw(xs, ys, lines)
		b.bands(p, xs, quiets(b.report))
		p.At = pixels(xs, x)
	}
	c.Columns = []string{b.in.Text("chart.seconds"), "p50", "p90", "p99", b.in.Text("times.max"), b.in.Text("chart.late")}
	for _, s := range all {
		c.Rows = append(c.Rows, []string{plain(s.second), timed(s.p50), timed(s.p90), timed(s.p99), timed(s.max), timed(s.late)})
	}
	return c
}

// nines maps a percentile to an axis on which every further nine has the same width.
func nines(percentile float64) float64 {
	return math.Log10(100 / math.Max(100-percentile, 1e-5))
}

// intervals are those of the response times, up to a percentile on the axis of [nines].
func intervals(times benchmark.Times, most float64) (all []ends) {
	for _, metric := range assay.Metrics() {
		interval, at := times.Interval(metric), nines(100*metric.Quantile())
		low, high := times.Ends(metric)
		if metric.Quantile() == 0 || low == "" || interval.Low <= 0 || at > most {
			continue
		}
		one := ends{x: at, low: interval.Low, high: interval.High, title: string(metric) + " " + low}
		if interval.Open() {
			one.high = math.NaN()
		} else {
			one.title += "–" + high
		}
		all = append(all, one)
	}
	return all
}

// percentileTicks are the places of round percentiles, up to one on the axis of [nines], and their labels.
func percentileTicks(most float64) (ticks []float64, names map[float64]string) {
	names = map[float64]string{}
	for _, percentile := range []float64{0, 50, 90, 99, 99.9, 99.99, 99.999} {
		if at := nines(percentile); at <= most+0.3 {
			ticks, names[at] = append(ticks, at), fmt.Sprintf("%v%%", percentile)
		}
	}
	return ticks, names
}

func (b *loadBuilder) distributionChart(d benchmark.Distribution, times benchmark.Times) chart {
	c := newChart("distribution", b.in.Text("chart.distribution"), b.in.Text("chart.distribution-lead"), b.in.Text("chart.percentile"))
	d.Response, d.Service = d.Response[:min(len(d.Response), pointLimit)], d.Service[:min(len(d.Service), pointLimit)]
	line := func(class, name string, points []benchmark.Point) series {
		s := series{class: class, name: name}
		for _, p := range points {
			s.x, s.y = append(s.x, nines(p.Percentile)), append(s.y, p.Seconds)
		}
		return s
	}
	response, service := line("first", b.in.Text("chart.response"), d.Response), line("second dashed", b.in.Text("chart.service"), d.Service)
	most := 1.0 // 100% is drawn just beyond the last percentile
	for _, points := range [][]benchmark.Point{d.Response, d.Service} {
		for _, p := range points {
			if p.Percentile < 100 {
				most = math.Max(most, nines(p.Percentile))
			}
		}
	}
	bars := intervals(times, most)
	ticks, percentiles := percentileTicks(most)
	for _, p := range c.Plots {
		xs := scale{from: 0, to: most + 0.3, at0: p.Left, at1: p.Right}
		ys := logarithmic(smallest(1e-3, response.y, service.y), math.Max(largest(response.y, service.y), 1e-6), p.Bottom, p.Top)
		p.axes(scale{}, ys, plain, benchmark.Duration)
		p.XTicks = nil
		p.xAxis(xs, ticks, func(at float64) string { return percentiles[at] })
		p.band(xs, ys, bars)
		p.draw(xs, ys, []series{response, service})
		p.At = pixels(xs, response.x)
	}
	c.Columns = []string{b.in.Text("chart.percentile"), b.in.Text("chart.response"), b.in.Text("chart.service")}
	for i, p := range d.Response {
		row := []string{fmt.Sprintf("%.6g%%", p.Percentile), benchmark.Duration(p.Seconds), ""}
		if i < len(d.Service) && d.Service[i].Percentile == p.Percentile {
			row[2] = benchmark.Duration(d.Service[i].Seconds)
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// searchCharts show what a search found; none without a search.
func (b *loadBuilder) searchCharts() (all []chart) {
	search, limit := b.report.Search, b.report.Limit
	if search == nil || len(search.Steps) == 0 || limit == nil {
		return nil
	}
	if fitted, ok := b.limitChart(*limit); ok {
		all = append(all, fitted)
	}
	if limit.Picture != nil {
		all = append(all, b.pictureChart(*limit.Picture))
	}
	return all
}

// confirmed is the key of the label of the rate that was confirmed, which is the limit in a file of an earlier version.
func (b *loadBuilder) confirmed() string {
	if b.report.Limit == nil {
		return "chart.knee"
	}
	return "chart.confirmed"
}

// markOf is the mark of a step: whether the target held the levels, or the generator was the bottleneck.
func markOf(step benchmark.Step) string {
	switch {
	case step.Holds:
		return "held"
	case step.Outcome == benchmark.Saturated:
		return "saturated"
	default:
		return "broke"
	}
}

func (b *loadBuilder) held(step benchmark.Step) string {
	if step.Holds {
		return b.in.Text("chart.yes")
	}
	return b.in.Text("chart.no") + ": " + figures.Outcome(b.in, step.Outcome)
}

// plain formats a number for an axis; a dash for NaN.
func plain(x float64) string {
	if math.IsNaN(x) {
		return "—"
	}
	return fmt.Sprintf("%.4g", x)
}

// timed formats a time; a dash for NaN.
func timed(seconds float64) string {
	if math.IsNaN(seconds) {
		return "—"
	}
	return benchmark.Duration(seconds)
}
