package page

import (
	"fmt"

	"github.com/unified-login/assay/reports/messages"
)

// A layout is the geometry of a sequence diagram, in pixels.
type layout struct {
	name         string // the class: wide or narrow
	width, first int    // the width, and the top of the first arrow
	lanes        [4]int // where the lanes are
}

const (
	rowHeight   = 34
	aboveArrow  = 7  // between a label and its arrow
	arrowMargin = 3  // between an arrow and a lane
	headLength  = 7  // of an arrow
	headWidth   = 4  // half of it
	bandAbove   = 21 // of the band behind a probe
)

func wideSequence() layout {
	return layout{"wide", 760, 58, [4]int{40, 260, 480, 720}}
}

func narrowSequence() layout {
	return layout{"narrow", 340, 62, [4]int{20, 112, 212, 314}}
}

// A drawing is a sequence diagram with its places.
type drawing struct {
	Class                 string
	Width, Height, Bottom int
	Lanes                 []drawnLane
	Rows                  []drawnRow
}

type drawnLane struct {
	Name      string
	X, LabelX int // of the lane, and of its name
	Anchor    string
}

// A drawnRow is an arrow with its label.
type drawnRow struct {
	Label              []mention
	X, Y, LabelY       int // of the arrow, and of the label
	From, To           int
	Head               string // the points of the arrow's head
	Anchor             string
	Dashed, Lost       bool
	Probe              bool
	BandY, BandH, Band int
}

// draw places the events in the layout.
func draw(in messages.Printer, events []event, l layout) drawing {
	d := drawing{Class: l.name, Width: l.width, Height: l.first + rowHeight*len(events) + headLength}
	d.Bottom = d.Height - headLength
	for i, name := range lanes(in) {
		drawn := drawnLane{Name: name, X: l.lanes[i], LabelX: l.lanes[i], Anchor: "middle"}
		switch lane(i) {
		case laneUser:
			drawn.LabelX, drawn.Anchor = 0, "start"
		case lanePlatform:
			drawn.LabelX, drawn.Anchor = l.width, "end"
		}
		d.Lanes = append(d.Lanes, drawn)
	}
	for i, e := range events {
		d.Rows = append(d.Rows, l.row(e, l.first+rowHeight*i))
	}
	return d
}

// row places one event; y is that of its arrow.
func (l layout) row(e event, y int) drawnRow {
	from, to := l.lanes[e.From], l.lanes[e.To]
	row := drawnRow{Label: e.Label, Y: y, LabelY: y - aboveArrow, Dashed: e.Dashed, Lost: e.Lost, Probe: e.Probe, BandY: y - bandAbove, BandH: rowHeight - 1, Band: l.width}
	side := 1
	if to < from {
		side = -1
	}
	row.From, row.To = from+side*arrowMargin, to-side*arrowMargin
	if e.Lost {
		row.To = (from + to) / 2
	}
	row.Head = points(row.To, y, side)
	row.X, row.Anchor = from, "start"
	if e.From == laneService || e.From == lanePlatform {
		row.X, row.Anchor = l.lanes[lanePlatform]-arrowMargin*2, "end"
	}
	return row
}

// points are those of the head of an arrow that ends at x.
func points(x, y, side int) string {
	return fmt.Sprintf("%d,%d %d,%d %d,%d", x, y, x-side*headLength, y-headWidth, x-side*headLength, y+headWidth)
}
