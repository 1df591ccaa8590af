package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Measures of a chart, in pixels of its own; it is as wide as the page.
const (
	chartWidth  = 960.0
	chartHeight = 300.0
	chartLeft   = 64.0
	chartRight  = 84.0 // where the lines have their names
	chartTop    = 14.0
	chartBottom = 42.0
	labelHeight = 14.0
)

// A chart is lines over a common axis, and the table of what they show.
type chart struct {
	ID, Title, Lead string
	XLabel          string
	XTicks, YTicks  []tick
	Lines           []chartLine
	Marks           []chartMark
	Knee            *tick // a value of the x axis that is marked
	Columns         []string
	Rows            [][]string

	Width, Height, Left, Top, Right, Bottom float64 // of the plot
}

// A tick is a place on an axis, and its words.
type tick struct{ At, Label string }

// A chartLine is one series: Class is how it is drawn, which does not depend on its colour alone.
type chartLine struct {
	Class, Path, Name string
	X, Y              string // of its name
}

// A chartMark is a point that means something by itself.
type chartMark struct{ Class, X, Y, Title string }

// A series is what a line is drawn from.
type series struct {
	class, name string
	x, y        []float64
}

// newChart is an empty chart; it has its places at once, so that scales can be made for it.
func newChart(id, title, lead string) chart {
	return chart{ID: id, Title: title, Lead: lead, Width: chartWidth, Height: chartHeight, Left: chartLeft, Top: chartTop,
		Right: chartWidth - chartRight, Bottom: chartHeight - chartBottom}
}

// axes writes the axes' ticks.
func (c *chart) axes(x, y scale, xWords, yWords func(float64) string) {
	for _, value := range x.ticks() {
		c.XTicks = append(c.XTicks, tick{coordinate(x.pixel(value)), xWords(value)})
	}
	for _, value := range y.ticks() {
		c.YTicks = append(c.YTicks, tick{coordinate(y.pixel(value)), yWords(value)})
	}
}

// draw draws the series. Their names stand at their ends, apart from each other.
func (c *chart) draw(x, y scale, all []series) {
	var ends []float64
	for _, s := range all {
		if len(s.x) == 0 {
			continue
		}
		var path strings.Builder
		for i := range s.x {
			command := "L"
			if i == 0 {
				command = "M"
			}
			path.WriteString(command + coordinate(x.pixel(s.x[i])) + " " + coordinate(y.pixel(s.y[i])))
		}
		last := len(s.x) - 1
		ends = append(ends, y.pixel(s.y[last]))
		c.Lines = append(c.Lines, chartLine{Class: s.class, Path: path.String(), Name: s.name, X: coordinate(x.pixel(s.x[last]) + 6)})
	}
	for i, end := range apart(ends) {
		c.Lines[i].Y = coordinate(end + 4)
	}
}

// apart moves labels so that none covers another, each as near to its place as the ones above it allow.
func apart(places []float64) []float64 {
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a], places[b]) })
	moved := slices.Clone(places)
	for i := 1; i < len(order); i++ {
		moved[order[i]] = math.Max(moved[order[i]], moved[order[i-1]]+labelHeight)
	}
	return moved
}

// sorted orders a series by x, so that its line does not turn back.
func sorted(s series) series {
	order := make([]int, len(s.x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.x[a], s.x[b]) })
	in := series{class: s.class, name: s.name}
	for _, i := range order {
		in.x, in.y = append(in.x, s.x[i]), append(in.y, s.y[i])
	}
	return in
}
