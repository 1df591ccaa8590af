package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/phrase"
)

// A stepsChart shows the steps of a search: their rates, and below, in a lane of its own, what each showed of every service level.
type stepsChart struct {
	chart
	Plots []stepsPlot // in place of those of the chart
}

// A stepsPlot is one drawing of it.
type stepsPlot struct {
	*plot
	Lanes []stepLane
}

// A stepLane is a lane with its own scale. Bound is the bound of a service level, or the rate that was confirmed.
type stepLane struct {
	Title, TitleY string
	Top, Bottom   string
	Path          string
	Ticks         []tick
	Bound         *tick
	BoundTitle    string
	Marks         []chartMark
	Broke         int
}

// Sizes of a lane in pixels, with the room for its title, and how many levels have one.
const (
	stepLaneHeight, stepLaneTitle = 74.0, 30.0
	stepLanes                     = 6
)

// A stepSeries is what a lane shows.
type stepSeries struct {
	title   string
	level   bool    // it is of a service level
	bound   float64 // NaN for none
	label   string  // of the bound
	values  []float64
	classes []string
	unit    func(float64) string
}

func (b *loadBuilder) stepsChart(search benchmark.Search) stepsChart {
	steps := search.Steps[:min(len(search.Steps), pointLimit)]
	c := stepsChart{chart: newChart("limit", b.in.Text("chart.steps"), b.stepsLead(steps), b.in.Text("chart.step"))}
	all := b.stepSeries(search, steps)
	for _, p := range c.chart.Plots {
		c.Plots = append(c.Plots, b.stepsPlot(p, steps, all))
	}
	c.Open = true
	c.Columns = []string{b.in.Text("chart.step"), b.in.Text("chart.phase"), b.in.Text("chart.offered"), b.in.Text("chart.achieved"), "p99", b.in.Text("chart.late"),
		b.in.Text("chart.errors"), b.in.Text("chart.holds"), b.in.Text("waivers.reason")}
	for i, step := range steps {
		c.Rows = append(c.Rows, []string{fmt.Sprint(i + 1), figures.Phase(b.in, step.Phase), benchmark.Rate(step.Rate), benchmark.Rate(step.Achieved),
			withEnds(benchmark.Duration(step.Response.P99), figures.Ends(step.Response, assay.MetricP99)), benchmark.Duration(step.Lateness.P99),
			benchmark.Percent(step.Errors), b.held(step), b.in.Say(phrase.Join(step.Reasons...))})
	}
	return c
}

// withEnds puts the ends of an interval behind a figure; none where they are empty.
func withEnds(value, ends string) string {
	if ends == "" {
		return value
	}
	return value + " (" + ends + ")"
}

// stepsLead says how many steps met the levels, and which level was broken in how many.
func (b *loadBuilder) stepsLead(steps []benchmark.Step) string {
	held, saturated := 0, 0
	for _, step := range steps {
		switch markOf(step) {
		case "held":
			held++
		case "saturated":
			saturated++
		}
	}
	text := b.in.Text("chart.steps-lead", len(steps), held)
	for _, level := range b.report.SLO[:min(len(b.report.SLO), stepLanes)] {
		if n := len(slices.DeleteFunc(slices.Clone(steps), func(s benchmark.Step) bool { return !broke(s, level.Expression) })); n > 0 {
			text += b.in.Text("chart.steps-broke", n, line(level.Expression).Text)
		}
	}
	if saturated > 0 {
		text += b.in.Text("chart.steps-saturated", saturated)
	}
	return text + b.in.Text("chart.steps-end")
}

func broke(step benchmark.Step, expression string) bool {
	return slices.ContainsFunc(step.Broke, func(l benchmark.Level) bool { return l.Expression == expression })
}

// stepSeries are the lanes: the rate, then every service level that the steps tell something of.
func (b *loadBuilder) stepSeries(search benchmark.Search, steps []benchmark.Step) []stepSeries {
	rates := stepSeries{title: b.in.Text("chart.steps-rate"), bound: math.NaN(), unit: benchmark.Rate}
	if search.Limit > 0 {
		rates.bound, rates.label = search.Limit, b.in.Text(b.confirmed(), benchmark.Rate(search.Limit))
	}
	for _, step := range steps {
		rates.values, rates.classes = append(rates.values, step.Rate), append(rates.classes, markOf(step))
	}
	all := []stepSeries{rates}
	for _, level := range b.report.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil || len(all) > stepLanes {
			continue
		}
		lane := stepSeries{title: slo.String(), level: true, bound: slo.Bound, unit: unitOf(slo)}
		lane.label = lane.unit(slo.Bound)
		known := false
		for _, step := range steps {
			value, ok := step.Seen(slo)
			if known = known || ok; !ok {
				value = math.NaN()
			}
			lane.values, lane.classes = append(lane.values, value), append(lane.classes, laneMark(step, slo, value))
		}
		if known {
			all = append(all, lane)
		}
	}
	return all
}

// laneMark is the mark of a step in the lane of a level.
func laneMark(step benchmark.Step, slo assay.SLO, value float64) string {
	switch {
	case step.Outcome == benchmark.Saturated:
		return "saturated"
	case broke(step, slo.String()), !step.Holds && len(step.Broke) == 0 && !slo.Holds(value):
		return "broke"
	default:
		return "held"
	}
}

func unitOf(slo assay.SLO) func(float64) string {
	switch slo.Metric {
	case assay.MetricErrors:
		return benchmark.Percent
	case assay.MetricThroughput:
		return benchmark.Rate
	default:
		return benchmark.Duration
	}
}

func (b *loadBuilder) stepsPlot(p *plot, steps []benchmark.Step, all []stepSeries) stepsPlot {
	drawn := stepsPlot{plot: p}
	p.Right -= 40 // for the labels of bounds
	xs := scale{from: 0.5, to: float64(len(steps)) + 0.5, at0: p.Left, at1: p.Right}
	for i, one := range all {
		top := p.Top + float64(i)*(stepLaneHeight+stepLaneTitle) + stepLaneTitle - 10
		p.Bottom = top + stepLaneHeight
		drawn.Lanes = append(drawn.Lanes, one.lane(xs, top, p.Bottom))
	}
	p.Height = p.Bottom + 42
	numbers := make([]float64, len(steps))
	var pixels string
	for i := range steps {
		numbers[i] = float64(i + 1)
		pixels += coordinate(xs.pixel(numbers[i])) + " "
	}
	p.xAxis(xs, numbers, plain)
	p.At = pixels
	return drawn
}

// lane draws a lane between two pixels. Its scale is logarithmic, unless a value is 0.
func (s stepSeries) lane(xs scale, top, bottom float64) stepLane {
	l := stepLane{Title: s.title, TitleY: coordinate(top - 9), Top: coordinate(top), Bottom: coordinate(bottom)}
	least, most := math.Inf(1), 0.0
	for _, value := range append(slices.Clone(s.values), s.bound) {
		if finite(value) {
			least, most = min(least, value), max(most, value)
		}
	}
	ys := linear(most, bottom, top)
	if least > 0 && most > 8*least {
		ys = logarithmic(least, most, bottom, top)
	}
	ticks := ys.ticks()
	for _, value := range []float64{ticks[0], ticks[len(ticks)-1]} {
		l.Ticks = append(l.Ticks, tick{coordinate(ys.pixel(value)), s.unit(value)})
	}
	if finite(s.bound) {
		l.Bound = &tick{coordinate(ys.pixel(s.bound)), s.label}
	}
	command := "M"
	for i, value := range s.values {
		if !finite(value) {
			command = "M"
			continue
		}
		x, y := coordinate(xs.pixel(float64(i+1))), coordinate(ys.pixel(value))
		l.Path += command + x + " " + y
		command = "L"
		if s.classes[i] == "broke" && s.level {
			l.Broke++
		}
		l.Marks = append(l.Marks, chartMark{Class: s.classes[i], X: x, Y: y, Title: fmt.Sprintf("%d: %s", i+1, s.unit(value))})
	}
	return l
}
