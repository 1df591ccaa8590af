package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// labelHeight is what the name of a line takes, and letter the width of a character of an axis, in pixels of a plot.
const (
	labelHeight = 14.0
	letter      = 7.0
)

// A chart is lines over a common axis, and the table of what they show. It is plotted once for a screen and once for a
// phone, on which the words of the one could not be read; a page shows the one that there is room for.
type chart struct {
	ID, Title, Lead string
	Plots           []*plot
	Columns         []string
	Rows            [][]string
}

// A plot is a drawing of a chart. Its pixels are its own, it is as wide as the page.
type plot struct {
	Class          string
	XLabel         string
	XTicks, YTicks []tick
	Lines          []chartLine
	Marks          []chartMark
	Knee           *knee // a value of the x axis that is marked

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

// A knee is a place on the x axis that is marked. Its words are to the left of it, for a line rises to the right, or where
// there is no room for them, to the right.
type knee struct {
	tick
	Right bool
}

// newChart is an empty chart; its plots have their places at once, so that scales can be made for them. To the right of a
// plot is room for the names of the lines.
func newChart(id, title, lead, xLabel string) chart {
	return chart{ID: id, Title: title, Lead: lead, Plots: []*plot{
		{Class: "wide", XLabel: xLabel, Width: 960, Height: 300, Left: 64, Top: 14, Right: 876, Bottom: 258},
		{Class: "narrow", XLabel: xLabel, Width: 380, Height: 270, Left: 56, Top: 14, Right: 312, Bottom: 228},
	}}
}

// Middle is the middle of the x axis.
func (p *plot) Middle() float64 { return (p.Left + p.Right) / 2 }

// axes writes the axes' ticks.
func (p *plot) axes(x, y scale, xWords, yWords func(float64) string) {
	p.xAxis(x, x.ticks(), xWords)
	for _, value := range y.ticks() {
		p.YTicks = append(p.YTicks, tick{coordinate(y.pixel(value)), yWords(value)})
	}
}

// xAxis writes ticks at values, but for those whose words would run into the ones before.
func (p *plot) xAxis(x scale, values []float64, words func(float64) string) {
	end := math.Inf(-1)
	for _, value := range values {
		at, text := x.pixel(value), words(value)
		half := letter * float64(utf8.RuneCountInString(text)) / 2
		if at-half < end {
			continue
		}
		end = at + half + letter
		p.XTicks = append(p.XTicks, tick{coordinate(at), text})
	}
}

// mark marks a value of the x axis.
func (p *plot) mark(x scale, value float64, words string) {
	at := x.pixel(value)
	p.Knee = &knee{tick{coordinate(at), words}, at-letter*float64(utf8.RuneCountInString(words)) < p.Left}
}

// draw draws the series. Their names stand at their ends, apart from each other.
func (p *plot) draw(x, y scale, all []series) {
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
		p.Lines = append(p.Lines, chartLine{Class: s.class, Path: path.String(), Name: s.name, X: coordinate(x.pixel(s.x[last]) + 8)})
	}
	for i, end := range apart(ends) {
		p.Lines[i].Y = coordinate(end + 4)
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
