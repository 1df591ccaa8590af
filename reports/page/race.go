package page

import (
	"fmt"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/transcript"
)

// raced is how many exchanges a strip shows.
const raced = 16

// A raceView is exchanges that were in flight at the same time, as bars on one time axis.
type raceView struct {
	Said  string
	Bars  []raceBar
	Took  string // the length of the axis
	Strip []strip
}

// A raceBar is an exchange.
type raceBar struct {
	ID, Anchor, Role, Status, Result string
	Accepted                         bool
	Sent, Took                       string // after the first was sent, and how long
	from, length                     float64
}

// A strip is a drawing of the bars.
type strip struct {
	Class                      string
	Width, Height, Left, Right int
	Axis, AxisY                int
	Bars                       []drawnBar
}

type drawnBar struct {
	raceBar
	X, Y, W, TextY, AfterX int
	Anchor                 string
}

// race draws the exchanges of a finding that were in flight at once; nil if no two were.
func (b *builder) race(finding conformance.Finding) *raceView {
	var records []transcript.Record
	for _, id := range finding.Exchanges {
		if record, known := b.evidence.records[id]; known && len(records) < raced && finding.Roles[id] != conformance.SecondLook {
			records = append(records, record)
		}
	}
	slices.SortStableFunc(records, func(a, b transcript.Record) int { return a.Sent.Compare(b.Sent) })
	if !contend(records) {
		return nil
	}
	first, end := records[0].Sent, records[0].Sent
	for _, record := range records {
		end = later(end, ended(record))
	}
	view := raceView{Took: took(end.Sub(first).Seconds())}
	accepted := 0
	for _, record := range records {
		bar := b.bar(record, finding.Roles[record.ID], first, end)
		if bar.Accepted {
			accepted++
		}
		view.Bars = append(view.Bars, bar)
	}
	view.Said = b.in.Text("race.said", len(view.Bars), accepted)
	view.Strip = []strip{drawStrip("wide", 760, 150, 120, view.Bars), drawStrip("narrow", 340, 74, 62, view.Bars)}
	return &view
}

// contend reports whether two exchanges that belong together were in flight at once: of one code, or of a finding about many.
func contend(records []transcript.Record) bool {
	for i, a := range records {
		for _, other := range records[i+1:] {
			if other.Sent.Before(ended(a)) && sameCode(a, other) {
				return true
			}
		}
	}
	return false
}

func sameCode(a, b transcript.Record) bool {
	return a.Requirement == b.Requirement && (a.Requirement == "concurrency.no-crosstalk" || a.Code != nil && b.Code != nil && a.Code.Code == b.Code.Code)
}

func ended(record transcript.Record) time.Time {
	return record.Sent.Add(time.Duration(record.Seconds * float64(time.Second)))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (b *builder) bar(record transcript.Record, role conformance.Role, first, end time.Time) raceBar {
	whole := max(end.Sub(first).Seconds(), 1e-9)
	after := record.Sent.Sub(first).Seconds()
	bar := raceBar{
		ID: record.ID, Status: "—", Result: resultText(b.in, record.Result), Accepted: record.Result == assay.Accepted.String(),
		Sent: took(after), Took: took(record.Seconds), from: after / whole, length: record.Seconds / whole,
	}
	if role.Known() {
		bar.Role = b.in.Text("role." + role.Key())
	}
	if record.Response != nil {
		bar.Status = fmt.Sprint(record.Response.Status)
	}
	return bar
}

// drawStrip places the bars in a width, between a column of ids and one of results.
func drawStrip(class string, width, left, right int, bars []raceBar) strip {
	const (
		height, top, bottom = 22, 6, 24
		thick, text         = 12, 15
	)
	s := strip{Class: class, Width: width, Height: top + height*len(bars) + bottom, Left: left, Right: width - right}
	s.Axis = top + height*len(bars)
	s.AxisY = s.Axis + text
	span := float64(s.Right - s.Left)
	for i, bar := range bars {
		y := top + height*i
		drawn := drawnBar{raceBar: bar, X: s.Left + int(bar.from*span), Y: y + (height-thick)/2, W: max(int(bar.length*span), 2), TextY: y + text, AfterX: width}
		drawn.ID = cut1(bar.ID, 10)
		s.Bars = append(s.Bars, drawn)
	}
	return s
}
