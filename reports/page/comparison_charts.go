package page

import (
	"fmt"
	"math"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

// overlays draw two runs over each other: their response times over time, and the distribution of these. They are nil unless both have
// exchanges.
func overlays(in messages.Printer, sides [2]benchmark.Report) (all []chart) {
	if sides[0].Exchanges.Sent == 0 || sides[1].Exchanges.Sent == 0 {
		return nil
	}
	if a, b := bucketsOf(sides[0].Timeline), bucketsOf(sides[1].Timeline); len(a) > 1 && len(b) > 1 {
		all = append(all, timesOverlay(in, [2][]bucket{a, b}))
	}
	if len(sides[0].Distribution.Response) > 1 && len(sides[1].Distribution.Response) > 1 {
		all = append(all, distributionOverlay(in, sides))
	}
	return all
}

// machineOf is the machine that both runs were made on; "" where they were made on different ones, or that is not known.
func machineOf(in messages.Printer, sides [2]benchmark.Report) string {
	a, b := sides[0].Generator.Machine, sides[1].Generator.Machine
	if a == nil || b == nil || *a != *b {
		return ""
	}
	return figures.Machine(in, *a)
}

// sideClasses are the styles of A and of B: thin lines of p50 and thick ones of p99.
func sideClasses() [2]string { return [2]string{"second dashed", "first"} }

func timesOverlay(in messages.Printer, sides [2][]bucket) chart {
	c := newChart("times", in.Text("compare.times"), in.Text("compare.times-lead"), in.Text("chart.time"))
	var lines []series
	c.Columns = []string{in.Text("chart.seconds")}
	for i, name := range []string{"A", "B"} {
		x := column(sides[i], seconds)
		lines = append(lines, series{sideClasses()[i], name + " p99", x, column(sides[i], func(b bucket) float64 { return b.p99 })},
			series{sideClasses()[i] + " thin", name + " p50", x, column(sides[i], func(b bucket) float64 { return b.p50 })})
		c.Columns = append(c.Columns, name+" p50", name+" p99")
	}
	x, y := sides[0], [][]float64{lines[0].y, lines[1].y, lines[2].y, lines[3].y}
	for _, p := range c.Plots {
		xs := overTime(math.Max(largest(lines[0].x), largest(lines[2].x)), p.Left, p.Right)
		ys := logarithmic(smallest(1e-3, y...), math.Max(largest(y...), 1e-6), p.Bottom, p.Top)
		p.axes(xs, ys, benchmark.Span, benchmark.Duration)
		p.draw(xs, ys, lines)
		p.At = pixels(xs, lines[0].x)
	}
	for i, a := range x {
		b := bucket{p50: math.NaN(), p99: math.NaN()}
		if i < len(sides[1]) {
			b = sides[1][i]
		}
		c.Rows = append(c.Rows, []string{plain(a.second), timed(a.p50), timed(a.p99), timed(b.p50), timed(b.p99)})
	}
	return c
}

func distributionOverlay(in messages.Printer, sides [2]benchmark.Report) chart {
	c := newChart("distribution", in.Text("chart.distribution"), in.Text("compare.distribution-lead"), in.Text("chart.percentile"))
	var lines []series
	most := 1.0
	for i, name := range []string{"A", "B"} {
		one := series{class: sideClasses()[i], name: name}
		points := sides[i].Distribution.Response
		for _, p := range points[:min(len(points), pointLimit)] {
			one.x, one.y = append(one.x, nines(p.Percentile)), append(one.y, p.Seconds)
			if p.Percentile < 100 {
				most = math.Max(most, nines(p.Percentile))
			}
		}
		lines = append(lines, one)
	}
	for i, p := range c.Plots {
		xs := scale{from: 0, to: most + 0.3, at0: p.Left, at1: p.Right}
		ys := logarithmic(smallest(1e-3, lines[0].y, lines[1].y), math.Max(largest(lines[0].y, lines[1].y), 1e-6), p.Bottom, p.Top)
		p.axes(scale{}, ys, plain, benchmark.Duration)
		p.XTicks = nil
		ticks, names := percentileTicks(most)
		p.xAxis(xs, ticks, func(at float64) string { return names[at] })
		p.draw(xs, ys, lines)
		p.At = pixels(xs, lines[0].x)
		c.Plots[i] = p
	}
	c.Columns = []string{in.Text("chart.percentile"), "A", "B"}
	for i, percentile := range lines[0].x {
		c.Rows = append(c.Rows, []string{fmt.Sprintf("%.6g%%", 100-100/math.Pow(10, percentile)), timed(lines[0].y[i]), timed(lines[1].at(percentile))})
	}
	return c
}

// at is the value of a rising series at a place: that of its first point from there on; NaN beyond the last.
func (s series) at(x float64) float64 {
	for i := range s.x {
		if s.x[i] >= x-1e-9 {
			return s.y[i]
		}
	}
	return math.NaN()
}
