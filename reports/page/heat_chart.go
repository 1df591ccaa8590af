package page

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
)

// A heatChart is a chart of the response times over time: cells, lanes of what happened above them, and the exchanges in flight below.
type heatChart struct {
	chart
	Plots  []heatPlot // in place of those of the chart
	Key    []heatKey
	Quiets []string // what the marked bands are, in words
}

// A heatKey says what a shade means.
type heatKey struct {
	Shade int
	Text  string
}

// A heatPlot is one drawing of it.
type heatPlot struct {
	*plot
	CellHeight string
	Shades     []heatShade
	Lanes      []heatLane
	Levels     []levelLine
	Flight     flight
}

// A heatShade has the cells of one shade as a path of horizontal strokes.
type heatShade struct {
	Shade int
	Path  string
}

// A heatLane is a row of marks above the cells. Links are the columns that have an exchange to look at.
type heatLane struct {
	Class, Name, Title, Path, Y string
	Links                       []heatLink
}

type heatLink struct{ Path, To, Title string }

// A levelLine is a service level at its bound.
type levelLine struct {
	Y, LabelY, Label string
	Verdict          assay.Verdict
}

// A flight is the picture of the exchanges in flight.
type flight struct{ Path, Label, Y, Most, MostY string }

// Sizes of a heat map in pixels.
const (
	laneHeight   = 17.0
	flightHeight = 54.0
	flightGap    = 22.0
)

// shades are the shares of a column from which on a cell is darker.
func shades() []float64 { return []float64{0, 0.02, 0.05, 0.1, 0.2, 0.4} }

// shadeOf is the shade of a share, from 1 on.
func shadeOf(share float64) int {
	shade := 1
	for i, from := range shades() {
		if share >= from {
			shade = i + 1
		}
	}
	return shade
}

// heatChart is false where the times of the seconds are not known.
func (b *loadBuilder) heatChart() (heatChart, bool) {
	h := b.evidence.heat
	if len(h.columns) == 0 {
		return heatChart{}, false
	}
	c := heatChart{chart: newChart("heat", b.in.Text("chart.heat"), b.in.Text("chart.heat-lead"), b.in.Text("chart.time"))}
	seen, quiets := h.happenings(b.report.Timeline), quiets(b.report)
	for _, p := range c.chart.Plots {
		c.Plots = append(c.Plots, b.heatPlot(p, h, seen, quiets))
	}
	for _, one := range quiets {
		c.Quiets = append(c.Quiets, b.quietAt(one))
	}
	for i, from := range shades() {
		text := "≥ " + benchmark.Percent(from)
		if i == 0 {
			text = "< " + benchmark.Percent(shades()[1])
		}
		c.Key = append(c.Key, heatKey{i + 1, text})
	}
	b.heatTable(&c.chart, h, seen)
	return c, true
}

// heatTable has a row for each column.
func (b *loadBuilder) heatTable(c *chart, h heat, seen []happened) {
	c.Columns = []string{b.in.Text("chart.seconds"), b.in.Text("chart.sign-ins"), "p50", "p99", b.in.Text("times.max"), b.in.Text("lane.wrong"), b.in.Text("lane.failed"),
		b.in.Text("lane.refused"), b.in.Text("chart.in-flight")}
	for i, column := range h.columns {
		from := fmt.Sprint(column.second)
		if h.seconds > 1 {
			from += "–" + fmt.Sprint(column.second+h.seconds-1)
		}
		c.Rows = append(c.Rows, []string{from, b.in.Number(column.count), timed(column.p50), timed(column.p99), timed(column.max),
			b.in.Number(seen[i].wrong), b.in.Number(seen[i].failed), b.in.Number(seen[i].refused), b.in.Number(seen[i].inFlight)})
	}
}

// heatPlot draws one of the sizes of the chart.
func (b *loadBuilder) heatPlot(p *plot, h heat, seen []happened, quiets []quiet) heatPlot {
	room := 44.0 // for the names of levels
	if p.Class == "narrow" {
		room = 12
	}
	cells := p.Bottom - p.Top
	p.Right, p.Top = p.Right-room, p.Top+3*laneHeight
	p.Bottom = p.Top + cells
	p.Height = p.Bottom + flightGap + flightHeight + 44
	seconds := float64(len(h.columns) * h.seconds)
	xs := overTime(seconds, p.Left, p.Right)
	first, last := h.ends()
	for _, slo := range b.drawnLevels() {
		first, last = min(first, heatRow(slo.Bound)), max(last, heatRow(slo.Bound))
	}
	ys := scale{from: float64(first) / heatRows, to: float64(last+1) / heatRows, at0: p.Bottom, at1: p.Top, log: true}
	for _, value := range ys.ticks() {
		p.YTicks = append(p.YTicks, tick{coordinate(ys.pixel(value)), benchmark.Duration(value)})
	}
	p.xAxis(xs, xs.ticks(), benchmark.Span)
	drawn := heatPlot{plot: p, CellHeight: coordinate(math.Ceil(10*(p.Bottom-p.Top)/float64(last+1-first))/10 + 0.2)}
	drawn.Shades = h.draw(xs, ys)
	drawn.Lanes = b.lanes(p, xs, h, seen)
	drawn.Levels = b.levelLines(ys)
	drawn.Flight = b.flight(p, xs, h, seen)
	b.bands(p, xs, quiets)
	p.At = h.middles(xs)
	return drawn
}

// middles are the pixels of the columns, which the script asks for.
func (h heat) middles(xs scale) string {
	var all []string
	for _, column := range h.columns {
		all = append(all, coordinate(xs.pixel(float64(column.second)+float64(h.seconds)/2)))
	}
	return strings.Join(all, " ")
}

// draw draws the cells: neighbours of one shade are one stroke.
func (h heat) draw(xs, ys scale) (all []heatShade) {
	type run struct{ row, from, to int }
	runs, open := map[int][]run{}, map[int]run{}
	shade := map[int]int{} // of the open runs, by row
	end := func(row int) {
		runs[shade[row]] = append(runs[shade[row]], open[row])
		delete(open, row)
	}
	for i, column := range h.columns {
		for _, row := range slices.Sorted(maps.Keys(open)) {
			if column.shade(row) != shade[row] {
				end(row)
			}
		}
		for row := range column.cells {
			one, going := open[row]
			if !going {
				one, shade[row] = run{row, i, i}, column.shade(row)
			}
			one.to = i + 1
			open[row] = one
		}
	}
	for _, row := range slices.Sorted(maps.Keys(open)) {
		end(row)
	}
	width := (xs.at1 - xs.at0) / float64(len(h.columns))
	for _, shade := range slices.Sorted(maps.Keys(runs)) {
		var path strings.Builder
		slices.SortFunc(runs[shade], func(a, b run) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.from, b.from)) })
		for _, one := range runs[shade] {
			y := (ys.pixel(heatTime(one.row)) + ys.pixel(heatTime(one.row+1))) / 2
			fmt.Fprintf(&path, "M%s %sh%s", coordinate(xs.at0+width*float64(one.from)), coordinate(y), coordinate(width*float64(one.to-one.from)))
		}
		all = append(all, heatShade{shade, path.String()})
	}
	return all
}

// shade is that of a cell; 0 for an empty one.
func (c heatColumn) shade(row int) int {
	if c.cells[row] == 0 {
		return 0
	}
	return shadeOf(float64(c.cells[row]) / float64(c.count))
}

// drawnLevels are the service levels of the whole run about response times, and the most of them.
func (b *loadBuilder) drawnLevels() (all []assay.SLO) {
	const most = 3
	for _, level := range b.report.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		timed := slo.Metric != assay.MetricErrors && slo.Metric != assay.MetricThroughput
		if err == nil && timed && slo.Stage == "" && slo.Bound > 1e-6 && slo.Bound < 3600 && len(all) < most {
			all = append(all, slo)
		}
	}
	return all
}

// levelLines draws the bounds of service levels.
func (b *loadBuilder) levelLines(ys scale) (all []levelLine) {
	var places []float64
	for _, slo := range b.drawnLevels() {
		at := slices.IndexFunc(b.report.SLO, func(l benchmark.Level) bool { return l.Expression == slo.String() })
		one := levelLine{Y: coordinate(ys.pixel(slo.Bound)), Label: slo.String()}
		if at >= 0 {
			one.Verdict = b.report.Verdict(b.report.SLO[at])
		}
		all, places = append(all, one), append(places, ys.pixel(slo.Bound))
	}
	for i, place := range apart(places) {
		all[i].LabelY = coordinate(place + 4)
	}
	return all
}

// Foot is where the axis of time is.
func (p heatPlot) Foot() string { return coordinate(p.Bottom + flightGap + flightHeight) }
