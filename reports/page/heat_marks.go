package page

import (
	"fmt"
	"math"
	"strings"

	"github.com/unified-login/assay/reports/benchmark"
)

// lanes are the rows of marks: wrong answers, failures, and correct refusals.
func (b *loadBuilder) lanes(p *plot, xs scale, h heat, seen []happened) []heatLane {
	width := (xs.at1 - xs.at0) / float64(len(h.columns))
	lane := func(i int, class, key string, of func(happened) int64) heatLane {
		name := b.in.Text(key)
		if p.Class == "narrow" && key == "lane.refused" {
			name = b.in.Text("lane.refused-short")
		}
		bottom := p.Top - float64(3-i)*laneHeight + laneHeight - 5
		l := heatLane{Class: class, Name: name, Y: coordinate(bottom)}
		var path strings.Builder
		sum := int64(0)
		for column, one := range seen {
			n := of(one)
			if sum += n; n == 0 {
				continue
			}
			share := min(1, float64(n)/float64(max(1, one.answered)))
			x, height := xs.at0+width*float64(column), 2+(laneHeight-6)*math.Sqrt(share)
			fmt.Fprintf(&path, "M%s %sh%sv%sh-%sz", coordinate(x), coordinate(bottom), coordinate(max(1, width-0.5)), coordinate(-height), coordinate(max(1, width-0.5)))
		}
		l.Path, l.Title = path.String(), l.Name+": "+b.in.Number(sum)
		return l
	}
	all := []heatLane{
		lane(0, "wrong", "lane.wrong", func(s happened) int64 { return s.wrong }), lane(1, "failed", "lane.failed", func(s happened) int64 { return s.failed }),
		lane(2, "refused", "lane.refused", func(s happened) int64 { return s.refused }),
	}
	all[0].Links = b.wrongLinks(p.Top-2*laneHeight-10, xs)
	return all
}

// wrongLinks are the exchanges shown on the page whose answers break correctness, at the moments when they were sent.
func (b *loadBuilder) wrongLinks(y float64, xs scale) (all []heatLink) {
	for _, one := range b.report.Errors {
		for _, id := range one.Exchanges[:min(len(one.Exchanges), perKind)] {
			record, known := b.evidence.records[id]
			from := record.Sent.Sub(b.evidence.heat.start).Seconds()
			if !known || !breaks(one) || from < 0 || from > xs.to || b.linked[id] == "" {
				continue
			}
			all = append(all, heatLink{fmt.Sprintf("M%s %sl8 8m0-8l-8 8", coordinate(xs.pixel(from)-4), coordinate(y-4)), b.linked[id],
				b.verdict(one.Verdict) + ", " + id + ", " + benchmark.Duration(from)})
		}
	}
	return all
}

// flight draws the exchanges in flight, as steps from the axis up.
func (b *loadBuilder) flight(p *plot, xs scale, h heat, seen []happened) flight {
	bottom := p.Bottom + flightGap + flightHeight
	most := int64(0)
	for _, one := range seen {
		most = max(most, one.inFlight)
	}
	shown := most
	most = max(1, most)
	width := (xs.at1 - xs.at0) / float64(len(h.columns))
	path := "M" + coordinate(xs.at0) + " " + coordinate(bottom)
	for i, one := range seen {
		path += "V" + coordinate(bottom-flightHeight*float64(max(0, one.inFlight))/float64(most)) + "H" + coordinate(xs.at0+width*float64(i+1))
	}
	return flight{Path: path + "V" + coordinate(bottom) + "z", Label: b.in.Text("chart.in-flight"), Y: coordinate(bottom),
		Most: b.in.Number(shown), MostY: coordinate(bottom - flightHeight)}
}

// quietAt says when nothing was answered, how many exchanges were due, and how many were in flight.
func (b *loadBuilder) quietAt(q quiet) string {
	return b.in.Text("quiet.at", benchmark.Duration(q.from), benchmark.Duration(q.to)) + " " + b.quiet(q)
}

func (b *loadBuilder) quiet(q quiet) string {
	text := b.in.Text("quiet", benchmark.Duration(q.to-q.from))
	if q.due > 0 {
		text += b.in.Text("quiet.due", q.due)
	}
	if q.inFlight > 0 {
		text += b.in.Text("quiet.in-flight", q.inFlight)
	}
	return text
}

// bands marks the times without answers. The longest has its label in the plot if it fits.
func (b *loadBuilder) bands(p *plot, xs scale, quiets []quiet) {
	longest := -1
	for i, one := range quiets {
		if longest < 0 || one.to-one.from > quiets[longest].to-quiets[longest].from {
			longest = i
		}
	}
	for i, one := range quiets {
		from, to := xs.pixel(one.from), xs.pixel(one.to)
		mark := gapMark{X: coordinate(from), Width: coordinate(max(2, to-from)), Height: coordinate(p.Bottom - p.Top), Title: b.quietAt(one)}
		if i == longest {
			mark.Label = b.quiet(quiet{one.from, one.to, 0, one.inFlight})
			half := letter * float64(len([]rune(mark.Label))) / 2
			mark.LabelX = coordinate(max(p.Left+half, min(p.Right-half, (from+to)/2)))
		}
		p.Gaps = append(p.Gaps, mark)
	}
}

// A gapMark is a marked time in which nothing was answered.
type gapMark struct{ X, Width, Height, Title, Label, LabelX string }
