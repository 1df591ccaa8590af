package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Pixels of a plot: the height of the name of a line, and the width of a letter of an axis.
const (
	labelHeight = 14.0
	letter      = 7.0
)

// A chart has lines over a common axis, and the table of their values. It is plotted for a screen and for a phone, where the
// letters of the first would be too small; the style sheet shows the one that fits.
type chart struct {
	ID, Title, Lead string
	Plots           []*plot
	Columns         []string
	Rows            [][]string
	Open            bool // the table is shown
}

// A plot is one drawing of a chart, with its own pixels; the page scales it to its width.
type plot struct {
	Class          string
	XLabel         string
	XTicks, YTicks []tick
	Lines          []chartLine
	Bands          []string // paths of areas
	Whiskers       []chartWhisker
	Marks          []chartMark
	Knee           *knee   // a marked value of the x axis
	Region         *region // a marked part of it
	Gaps           []gapMark
	At             string // the pixels of the table's rows, with spaces; empty where a row is no place on the x axis

	Width, Height, Left, Top, Right, Bottom float64 // of the plot
}

// A tick is a place on an axis, and its label.
type tick struct{ At, Label string }

// A chartLine is one series. Class is its style, which differs in more than colour.
type chartLine struct {
	Class, Path, Name string
	X, Y              string // of its name
}

// A chartMark is a single point.
type chartMark struct{ Class, X, Y, Title string }

// A chartWhisker is the interval of one value; Title says it in words.
type chartWhisker struct{ Path, Title string }

// A series has the values of a line. Where y is NaN, the line is broken.
type series struct {
	class, name string
	x, y        []float64
}

// A knee is a marked place on the x axis. Its label is to the left, because the line rises to the right; if it does not fit
// there, Right is set.
type knee struct {
	tick
	Right bool
}

// A region is a marked part of the x axis: where it begins, and its size.
type region struct{ X, Width, Height string }

// newChart returns a chart whose plots have their sizes, which scales need. The names of the lines are to the right of a plot.
func newChart(id, title, lead, xLabel string) chart {
	return chart{ID: id, Title: title, Lead: lead, Plots: []*plot{
		{Class: "wide", XLabel: xLabel, Width: 960, Height: 300, Left: 64, Top: 14, Right: 876, Bottom: 258},
		{Class: "narrow", XLabel: xLabel, Width: 380, Height: 270, Left: 56, Top: 14, Right: 312, Bottom: 228},
	}}
}

// Middle is the middle of the x axis.
func (p *plot) Middle() float64 { return (p.Left + p.Right) / 2 }

// axes adds the ticks of both axes.
func (p *plot) axes(x, y scale, xLabel, yLabel func(float64) string) {
	p.xAxis(x, x.ticks(), xLabel)
	for _, value := range y.ticks() {
		p.YTicks = append(p.YTicks, tick{coordinate(y.pixel(value)), yLabel(value)})
	}
}

// xAxis adds ticks at values, except where a label would overlap the one before.
func (p *plot) xAxis(x scale, values []float64, label func(float64) string) {
	end := math.Inf(-1)
	for _, value := range values {
		at, text := x.pixel(value), label(value)
		half := letter * float64(utf8.RuneCountInString(text)) / 2
		if at-half < end {
			continue
		}
		end = at + half + letter
		p.XTicks = append(p.XTicks, tick{coordinate(at), text})
	}
}

// mark marks a value of the x axis with a label.
func (p *plot) mark(x scale, value float64, label string) {
	at := x.pixel(value)
	p.Knee = &knee{tick{coordinate(at), label}, at-letter*float64(utf8.RuneCountInString(label)) < p.Left}
}

// draw adds the series as lines, with their names at the ends.
func (p *plot) draw(x, y scale, all []series) {
	var ends []float64
	for _, s := range all {
		if len(s.x) == 0 {
			continue
		}
		var path strings.Builder
		command, last := "M", -1
		for i := range s.x {
			if math.IsNaN(s.y[i]) { // nothing was measured: the line is broken
				command = "M"
				continue
			}
			path.WriteString(command + coordinate(x.pixel(s.x[i])) + " " + coordinate(y.pixel(s.y[i])))
			if command == "M" && (i+1 == len(s.x) || math.IsNaN(s.y[i+1])) {
				path.WriteString("h1") // a value alone would not be seen
			}
			command, last = "L", i
		}
		if last < 0 {
			continue
		}
		ends = append(ends, y.pixel(s.y[last]))
		p.Lines = append(p.Lines, chartLine{Class: s.class, Path: path.String(), Name: s.name, X: coordinate(x.pixel(s.x[last]) + 8)})
	}
	for i, end := range apart(ends) {
		p.Lines[i].Y = coordinate(end + 4)
	}
}

// An ends is the interval of a value at a place on the x axis; high is NaN where the end is open.
type ends struct {
	x, low, high float64
	title        string
}

// band draws intervals as whiskers, and the area between their ends. An open end has no cap, and reaches the end of the scale.
func (p *plot) band(x, y scale, all []ends) {
	const cap = 3.5
	var upper, lower []string
	for _, one := range all {
		at, low, high := x.pixel(one.x), y.pixel(one.low), p.Top
		closed := !math.IsNaN(one.high)
		if closed {
			high = y.pixel(one.high)
		}
		path := "M" + coordinate(at-cap) + " " + coordinate(low) + "h" + coordinate(2*cap) + "M" + coordinate(at) + " " + coordinate(low) + "V" + coordinate(high)
		if closed {
			path += "m" + coordinate(-cap) + " 0h" + coordinate(2*cap)
		}
		p.Whiskers = append(p.Whiskers, chartWhisker{path, one.title})
		upper, lower = append(upper, coordinate(at)+" "+coordinate(high)), append(lower, coordinate(at)+" "+coordinate(low))
	}
	if len(all) > 1 {
		slices.Reverse(lower)
		p.Bands = append(p.Bands, "M"+strings.Join(upper, "L")+"L"+strings.Join(lower, "L")+"Z")
	}
}

// apart moves labels down so that they do not overlap.
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
