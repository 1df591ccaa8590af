package page

import (
	"fmt"
	"math"

	"github.com/unified-login/assay/reports/benchmark"
)

// curvePoints is how many points a fitted curve is drawn from.
const curvePoints = 60

// limitChart shows the probes of a search, the curve fitted to them for the level that ends first, and the interval of the limit; false where
// there is no such curve.
func (b *loadBuilder) limitChart(l benchmark.Limit) (chart, bool) {
	at := l.Place()
	if at < 0 || l.Levels[at].Allowed <= 0 || l.Rate <= 0 {
		return chart{}, false
	}
	level, probes := l.Levels[at], l.Probes[:min(len(l.Probes), pointLimit)]
	c := newChart("fit", b.in.Text("chart.limit"), b.in.Text("chart.limit-lead-fit", line(level.Expression).Text), b.in.Text("chart.offered-rate"))
	least, most := l.Low, l.High
	var values []float64
	for _, p := range probes {
		least, most, values = min(least, p.Rate), max(most, p.Rate), append(values, level.Seen(p.Levels, at))
	}
	if !(most > least) || !finite(most) {
		return chart{}, false
	}
	curve := series{class: "first", name: b.in.Text("chart.limit-curve")}
	for i := range curvePoints + 1 {
		rate := least + (most-least)*float64(i)/curvePoints
		curve.x, curve.y = append(curve.x, rate), append(curve.y, level.Curve(rate))
	}
	allowed := series{class: "quiet dashed", name: b.in.Text("chart.limit-allowed"), x: []float64{least, most}, y: []float64{level.Allowed, level.Allowed}}
	for _, p := range c.Plots {
		xs := scale{from: least, to: most, at0: p.Left, at1: p.Right}
		ys := logarithmic(smallest(level.Allowed/10, values, curve.y, allowed.y), max(largest(values, curve.y), level.Allowed), p.Bottom, p.Top)
		unit := benchmark.Percent
		if level.Mean {
			unit = benchmark.Duration
		}
		p.axes(scale{}, ys, plain, unit)
		p.XTicks = nil
		p.xAxis(xs, between(least, most), benchmark.Rate)
		p.draw(xs, ys, []series{curve, allowed})
		from, to := xs.pixel(l.Low), xs.pixel(l.High)
		p.Region = &region{coordinate(from), coordinate(max(1, to-from)), coordinate(p.Bottom - p.Top)}
		for i, probe := range probes {
			class := "held"
			if values[i] > level.Allowed {
				class = "broke"
			}
			p.Marks = append(p.Marks, chartMark{Class: class, X: coordinate(xs.pixel(probe.Rate)), Y: coordinate(ys.pixel(values[i])),
				Title: benchmark.Rate(probe.Rate) + ": " + unit(values[i])})
		}
		p.mark(xs, l.Rate, b.in.Text("chart.knee", benchmark.Rate(l.Rate)))
		for _, probe := range probes {
			p.At += coordinate(xs.pixel(probe.Rate)) + " "
		}
	}
	c.Columns = []string{b.in.Text("chart.limit-probe"), b.in.Text("chart.offered"), b.in.Text("chart.seconds")}
	for _, one := range l.Levels {
		c.Columns = append(c.Columns, line(one.Expression).Text)
	}
	for i, p := range probes {
		row := []string{fmt.Sprint(i + 1), benchmark.Rate(p.Rate), benchmark.Span(p.Seconds)}
		for j, one := range l.Levels {
			row = append(row, b.seen(one, p.Levels, j))
		}
		c.Rows = append(c.Rows, row)
	}
	return c, true
}

// seen is what a probe showed of a level.
func (b *loadBuilder) seen(level benchmark.LimitLevel, of []benchmark.LimitShare, i int) string {
	switch {
	case i >= len(of):
		return "—"
	case level.Mean:
		return benchmark.Duration(of[i].Value)
	case level.Allowed > 0 && level.Allowed < 1:
		return fmt.Sprintf("%s (%.0f / %.0f)", benchmark.Percent(level.Seen(of, i)), of[i].Counted, of[i].Of)
	case of[i].Missed:
		return b.in.Text("chart.no")
	default:
		return b.in.Text("chart.yes")
	}
}

// between are round values between two.
func between(least, most float64) (ticks []float64) {
	step := roundStep(most - least)
	for value := math.Ceil(least/step) * step; value <= most && len(ticks) < curvePoints; value += step {
		ticks = append(ticks, value)
	}
	return ticks
}

// pictureChart shows how the throughput grew with the requests in flight.
func (b *loadBuilder) pictureChart(l benchmark.LimitPicture) chart {
	c := newChart("picture", b.in.Text("chart.picture"), b.in.Text("chart.picture-lead", b.in.Say(l.Says())), b.in.Text("chart.in-flight-at"))
	points := l.Points[:min(len(l.Points), pointLimit)]
	var inFlight, throughput []float64
	for _, p := range points {
		inFlight, throughput = append(inFlight, p.InFlight), append(throughput, p.Throughput)
	}
	most := largest(inFlight)
	curve := series{class: "first", name: b.in.Text("chart.limit-curve")}
	for i := range curvePoints {
		n := most * float64(i+1) / curvePoints
		curve.x, curve.y = append(curve.x, n), append(curve.y, l.At(n))
	}
	for _, p := range c.Plots {
		xs, ys := linear(most, p.Left, p.Right), linear(largest(throughput, curve.y), p.Bottom, p.Top)
		p.axes(xs, ys, plain, plain)
		p.draw(xs, ys, []series{curve})
		p.At = pixels(xs, inFlight)
		for i := range points {
			p.Marks = append(p.Marks, chartMark{Class: "held", X: coordinate(xs.pixel(inFlight[i])), Y: coordinate(ys.pixel(throughput[i])),
				Title: fmt.Sprintf("%s, %.3g: %+.1f%%", benchmark.Rate(throughput[i]), inFlight[i], 100*points[i].Residual())})
		}
	}
	c.Columns = []string{b.in.Text("chart.in-flight-at"), b.in.Text("chart.achieved"), b.in.Text("chart.residual")}
	for _, p := range points {
		c.Rows = append(c.Rows, []string{fmt.Sprintf("%.3g", p.InFlight), benchmark.Rate(p.Throughput), fmt.Sprintf("%+.1f%%", 100*p.Residual())})
	}
	return c
}
